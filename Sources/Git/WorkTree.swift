import Foundation

/// The files of a work tree, by their bytes. Nothing here follows a symbolic link.
struct WorkTree {
  let root: String
  /// How the names of files begin that are being written.
  static let temporaryPrefix = ".errata-"

  enum Kind: Equatable { case absent, file(executable: Bool), symbolicLink, folder, other }

  func kind(_ path: GitPath) -> Kind {
    guard let status = status(path) else { return .absent }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file(executable: status.st_mode & S_IXUSR != 0)
    case S_IFLNK: return .symbolicLink
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  func status(_ path: GitPath) -> stat? {
    var found = stat()
    return lstat(path.cString(under: root), &found) == 0 ? found : nil
  }

  /// A file's bytes, or where a symbolic link points.
  func bytes(_ path: GitPath) throws(GitError) -> [UInt8] {
    if kind(path) == .symbolicLink {
      var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(path.cString(under: root), &buffer, buffer.count)
      guard count >= 0 else { throw failure("read", path) }
      return Array(buffer.prefix(count))
    }
    let descriptor = open(path.cString(under: root), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("read", path) }
    defer { close(descriptor) }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure("read", path) }
      if count == 0 { return all }
      all += chunk.prefix(count)
    }
  }

  /// The files below a folder; folders without files count for nothing, as in git.
  func files(below folder: GitPath) -> [GitPath] {
    names(in: folder).flatMap { path in kind(path) == .folder ? files(below: path) : [path] }
  }

  private func names(in folder: GitPath) -> [GitPath] {
    guard let stream = opendir(folder.cString(under: root)) else { return [] }
    defer { closedir(stream) }
    var found: [GitPath] = []
    while let entry = readdir(stream) {
      let path = withUnsafePointer(to: entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: 256) { folder.appending($0) }
      }
      let name = path.bytes.dropFirst(folder.bytes.isEmpty ? 0 : folder.bytes.count + 1)
      if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) { found.append(path) }
    }
    return found
  }

  /// Writes the new file beside its place, complete and on disk, so that one rename puts it there.
  func prepare(_ bytes: [UInt8], for path: GitPath, as entry: Entry) throws(GitError) -> GitPath {
    let folder = path.folders.last { kind($0) == .folder }
    let prefix = folder.map { $0.bytes + [UInt8(ascii: "/")] } ?? []
    let name = "\(Self.temporaryPrefix)\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let temporary = GitPath(prefix + Array(name.utf8))
    if entry.isSymbolicLink {
      guard symlink(GitPath(bytes).cString(), temporary.cString(under: root)) == 0 else { throw failure("write", path) }
      return temporary
    }
    let descriptor = open(
      temporary.cString(under: root), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, entry.isExecutable ? 0o777 : 0o666)
    guard descriptor >= 0 else { throw failure("write", path) }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let error = failure("write", path)
        remove(temporary)
        throw error
      }
      written += count
    }
    guard fsync(descriptor) == 0 else {
      let error = failure("write", path)
      remove(temporary)
      throw error
    }
    return temporary
  }

  /// Puts a prepared file in its place, making the folders above it.
  func place(_ temporary: GitPath, at path: GitPath) throws(GitError) {
    for folder in path.folders where kind(folder) != .folder {
      guard mkdir(folder.cString(under: root), 0o777) == 0 || errno == EEXIST else { throw failure("create", folder) }
    }
    if kind(path) == .folder { removeEmptyFolders(at: path) }
    guard rename(temporary.cString(under: root), path.cString(under: root)) == 0 else { throw failure("write", path) }
    // Before the base moves: else a power cut could leave the old file under the new commit, as a change that nobody made.
    for folder in path.folders { Repository.synchronize(root + "/" + folder.text) }
    Repository.synchronize(root)
  }

  func makeFolder(_ path: GitPath) throws(GitError) {
    for folder in path.folders + [path] where kind(folder) == .absent {
      guard mkdir(folder.cString(under: root), 0o777) == 0 else { throw failure("create", folder) }
    }
  }

  /// Removes a file, and the folders above that it leaves empty.
  func remove(_ path: GitPath) {
    if unlink(path.cString(under: root)) != 0, errno == EISDIR { rmdir(path.cString(under: root)) }
    for folder in path.folders.reversed() {
      guard rmdir(folder.cString(under: root)) == 0 else { return }
    }
  }

  private func removeEmptyFolders(at path: GitPath) {
    for inner in names(in: path) where kind(inner) == .folder { removeEmptyFolders(at: inner) }
    rmdir(path.cString(under: root))
  }

  private func failure(_ verb: String, _ path: GitPath) -> GitError {
    GitError(
      code: -1, call: "moveCheckedOut",
      message: "could not \(verb) \(root)/\(path.text): \(String(cString: strerror(errno)))")
  }
}
