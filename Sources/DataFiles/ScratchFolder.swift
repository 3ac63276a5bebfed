internal import Foundation
internal import Journal

/// A folder for one piece of work, in the system's temporary folder under a name of its own.
public struct ScratchFolder: Sendable {
  /// Where it is.
  public let path: String

  /// Makes the folder.
  public init() throws(DataFileError) {
    path = (NSTemporaryDirectory() as NSString).appendingPathComponent("errata-\(UUID().uuidString.lowercased())")
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Fetcher.storage("write", path, error.localizedDescription)
    }
  }

  /// Removes it with everything in it.
  public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
