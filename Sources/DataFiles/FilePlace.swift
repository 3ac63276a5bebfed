internal import Foundation

/// Puts finished files where they belong.
public enum FilePlace {
  /// Gives a finished file its final path in one step; an older file there is gone with it. The bytes are on the disk before the
  /// name is, so that a power cut leaves the whole file or none.
  public static func replace(_ path: String, with finished: String) throws(DataFileError) {
    let file = open(finished, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Fetcher.storage("read", finished, String(cString: strerror(errno))) }
    let isKept = fsync(file) == 0
    let reason = String(cString: strerror(errno))
    close(file)
    guard isKept else { throw Fetcher.storage("write", finished, reason) }
    guard rename(finished, path) == 0 else {
      throw Fetcher.storage("write", path, String(cString: strerror(errno)))
    }
  }

  /// Makes the name of a new file last through a power cut; a file system that cannot do this still has the file.
  public static func keepName(of path: String) {
    let parent = (path as NSString).deletingLastPathComponent
    let folder = open(parent.isEmpty ? "." : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    _ = fsync(folder)
    close(folder)
  }
}
