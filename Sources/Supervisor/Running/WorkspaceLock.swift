public import Foundation
import Glibc
import Synchronization
import SystemPackage

/// The workspace is in use, or cannot be locked.
public struct WorkspaceLockError: Error, CustomStringConvertible, Sendable {
  /// One sentence: what, where, why, what to do.
  public let description: String
  /// Whether another errata holds the lock, as opposed to a folder that cannot be written.
  public let isHeld: Bool
}

/// The one right to change a workspace's journal, state and branches. Held until it is dropped or the process ends, however
/// that comes about.
public final class WorkspaceLock: Sendable {
  private let file: Mutex<FileDescriptor?>
  /// When the session before this one began, if it did not end by itself: it was killed, or the power was cut.
  public let interrupted: Date?

  /// Takes the lock at once or says who has it.
  ///
  /// - Parameter path: The lock file, `state/errata.lock` in the workspace.
  public init(path: String) throws(WorkspaceLockError) {
    let file: FileDescriptor
    do {
      try FileManager.default.createDirectory(
        atPath: FilePath(path).removingLastComponent().string, withIntermediateDirectories: true)
      file = try FileDescriptor.open(
        FilePath(path), .readWrite, options: [.create, .closeOnExec], permissions: [.ownerReadWrite, .groupRead])
    } catch {
      throw WorkspaceLockError(
        description: "\(path) cannot be opened (\(error)); errata needs to write in the workspace's state folder",
        isHeld: false)
    }
    guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
      let holder = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n").first
      try? file.close()
      let who = holder.flatMap { Int32($0) }.map { "errata with process number \($0)" } ?? "another errata"
      throw WorkspaceLockError(
        description: "\(who) is at work in this workspace (\(path)); wait until it has ended, or end it", isHeld: true)
    }
    self.file = Mutex(file)
    // The lock itself is the kernel's. Who holds it is written for the message above, and taken out at the end.
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    interrupted = (attributes?[.size] as? Int ?? 0) > 0 ? attributes?[.modificationDate] as? Date : nil
    _ = try? file.resize(to: 0)
    _ = try? file.writeAll(toAbsoluteOffset: 0, Array("\(getpid())\n".utf8))
    _ = fsync(file.rawValue)
  }

  /// Gives the lock back.
  public func release() {
    file.withLock { open in
      guard let file = open else { return }
      _ = try? file.resize(to: 0)
      // Not only closed: a child that is just being started has a copy of the descriptor for a moment.
      _ = flock(file.rawValue, LOCK_UN)
      try? file.close()
      open = nil
    }
  }

  deinit { release() }
}
