internal import Foundation

/// Reads files within limits and writes them so that a crash leaves the old text or the new one, never a mixture.
public enum AtomicFile {
  /// Reads a file.
  public static func read(_ path: String, limits: YAMLLimits = .standard) throws(YAMLError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let code = errno
      throw failure(path, code == ENOENT ? "there is no such file" : "it cannot be read: \(reason(code))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path, "it cannot be read: \(reason(errno))") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw failure(path, "it is not a regular file") }
    guard status.st_size <= limits.maximumBytes else {
      throw YAMLError(
        .limit, file: path, message: "it has \(status.st_size) bytes, and the limit is \(limits.maximumBytes)")
    }
    var result: [UInt8] = []
    result.reserveCapacity(Int(status.st_size))
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Foundation.read(descriptor, &buffer, buffer.count)
      if count == 0 { return result }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(path, "it cannot be read: \(reason(errno))")
      }
      result += buffer[..<count]
      guard result.count <= limits.maximumBytes else {
        throw YAMLError(.limit, file: path, message: "it is larger than \(limits.maximumBytes) bytes")
      }
    }
  }

  /// Writes a file: a temporary file in the same folder, flushed to disk, renamed over the old one, whose mode it keeps.
  ///
  /// A symbolic link stays one: the file that it points to is replaced. What is no regular file, such as `/dev/stdout`, is written to.
  public static func write(_ bytes: [UInt8], to path: String) throws(YAMLError) {
    let target = resolvedLink(path)
    var status = stat()
    let mode = stat(target, &status) == 0 ? status.st_mode & 0o7777 : 0o666
    let exists = status.st_mode != 0
    if exists, status.st_mode & S_IFMT != S_IFREG { return try writeInPlace(bytes, target, path) }
    let temporary = target + ".\(getpid()).\(UInt32.random(in: 0...UInt32.max)).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure(path, "it cannot be written: \(reason(errno))") }
    do throws(YAMLError) {
      defer { close(descriptor) }
      if exists { fchmod(descriptor, mode) }
      try writeAll(bytes, descriptor, path)
      guard fsync(descriptor) == 0 else { throw failure(path, "it cannot be written: \(reason(errno))") }
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, target) == 0 else {
      let code = errno
      unlink(temporary)
      throw failure(path, "it cannot be replaced: \(reason(code))")
    }
    syncFolder(of: target)
  }

  /// A device or a pipe is written to: a file renamed over `/dev/null` would take it from the whole machine.
  private static func writeInPlace(_ bytes: [UInt8], _ target: String, _ path: String) throws(YAMLError) {
    let descriptor = open(target, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, "it cannot be written: \(reason(errno))") }
    defer { close(descriptor) }
    try writeAll(bytes, descriptor, path)
  }

  private static func writeAll(_ bytes: [UInt8], _ descriptor: Int32, _ path: String) throws(YAMLError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(path, "it cannot be written: \(reason(errno))")
      }
      rest = rest.dropFirst(count)
    }
  }

  private static func resolvedLink(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The rename itself survives a power cut only once the folder is on disk.
  private static func syncFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

  private static func failure(_ path: String, _ message: String) -> YAMLError {
    YAMLError(.unreadable, file: path, message: message)
  }
}
