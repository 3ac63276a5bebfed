internal import Foundation

/// Puts finished files where they belong.
public enum FilePlace {
  /// Gives a finished file its final path in one step; an older file there is gone with it.
  public static func replace(_ path: String, with finished: String) throws(DataFileError) {
    guard rename(finished, path) == 0 else {
      throw Fetcher.storage("write", path, String(cString: strerror(errno)))
    }
  }
}
