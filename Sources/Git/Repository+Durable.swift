import CGit2
import Foundation

/// What has to be on the disk before something else is said or done. libgit2 waits for the bytes of objects and references, and
/// for the folder that each is in, but not for folders that it made, nor for the index.
extension Repository {
  /// Writes the index and waits until it is on the disk.
  func write(index: OpaquePointer) throws(GitError) {
    try check("git_index_write", git_index_write(index))
    Self.synchronize(gitDirectory + "/index")
    Self.synchronize(gitDirectory)
  }

  /// Waits until the folders of objects have their names, before a reference names one of them.
  func synchronizeObjects() { Self.synchronize(commonDirectory + "/objects") }

  /// Waits until the folders above a reference have their names.
  func synchronizeFolders(above fullName: String) {
    var folder = fullName
    while let slash = folder.lastIndex(of: "/") {
      folder = String(folder[..<slash])
      Self.synchronize(commonDirectory + "/" + folder)
    }
  }

  /// A file system that cannot do this still has the file.
  static func synchronize(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
