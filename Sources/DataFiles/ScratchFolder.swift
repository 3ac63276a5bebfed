internal import Foundation
internal import Glibc
internal import Journal
internal import SystemPackage

/// A folder for one piece of work, in the system's temporary folder under a name of its own.
///
/// While it is in use its mark is locked by the process that made it. The kernel gives that lock up when the process is killed,
/// so the next one to make such a folder can tell what is left over and clears it away, without asking for process numbers,
/// which mean nothing to a container that shares the temporary folder.
public struct ScratchFolder: Sendable {
  private static let prefix = "errata-"
  private static let mark = ".in-use"

  /// Where it is.
  public let path: String
  private let lock: FileDescriptor

  /// Makes the folder, and clears away those of killed processes.
  public init() throws(DataFileError) { try self.init(in: NSTemporaryDirectory()) }

  init(in parent: String) throws(DataFileError) {
    Self.clearLeftovers(in: parent)
    let name = UUID().uuidString.lowercased()
    path = (parent as NSString).appendingPathComponent(Self.prefix + name)
    // Under another name until its mark is locked: nobody may take it for a leftover in between.
    let draft = (parent as NSString).appendingPathComponent(".\(Self.prefix)\(name)")
    do {
      try FileManager.default.createDirectory(atPath: draft, withIntermediateDirectories: true)
      lock = try FileDescriptor.open(
        FilePath(draft).appending(Self.mark), .readWrite, options: [.create, .closeOnExec],
        permissions: [.ownerReadWrite])
      _ = flock(lock.rawValue, LOCK_EX | LOCK_NB)
      try FileManager.default.moveItem(atPath: draft, toPath: path)
    } catch {
      throw Fetcher.storage("write", path, error.localizedDescription)
    }
  }

  /// Removes it with everything in it.
  public func remove() {
    try? FileManager.default.removeItem(atPath: path)
    try? lock.close()
  }

  private static func clearLeftovers(in parent: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    for name in names where name.hasPrefix(prefix) {
      let folder = FilePath(parent).appending(name)
      guard let file = try? FileDescriptor.open(folder.appending(mark), .readWrite, options: [.closeOnExec]) else {
        continue
      }
      if flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 { try? FileManager.default.removeItem(atPath: folder.string) }
      try? file.close()
    }
  }
}
