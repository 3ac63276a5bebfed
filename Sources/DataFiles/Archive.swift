internal import CZip
internal import Foundation
internal import Journal

/// ZIP archives, read through libzip; `.xlsx` workbooks are such archives too.
public enum Archive {
  /// One file in an archive.
  public struct Member: Hashable, Sendable {
    /// Its name with folders, as `extract:` in a manifest names it.
    public let name: String
    /// Its size when unpacked.
    public let bytes: Int
  }

  /// The largest member that is unpacked: an archive of a few kilobytes can claim terabytes.
  public static let maximumBytes = 4 << 30

  /// The files in an archive in its own order; folders and the marks that macOS leaves are not listed.
  public static func members(at path: String, fileName: String? = nil) throws(DataFileError) -> [Member] {
    let archive = try OpenArchive(path, name: fileName ?? (path as NSString).lastPathComponent)
    return try archive.members().filter { member in
      !member.name.hasSuffix("/") && !member.name.hasPrefix("__MACOSX/")
        && !(member.name as NSString).lastPathComponent.hasPrefix(".")
    }
  }

  /// A member's bytes; nil when the archive has no such member.
  public static func contents(
    of member: String, at path: String, limit: Int = maximumBytes
  ) throws(DataFileError) -> [UInt8]? {
    let archive = try OpenArchive(path, name: (path as NSString).lastPathComponent)
    guard let index = archive.index(of: member) else { return nil }
    var contents: [UInt8] = []
    try archive.read(index, member: member, limit: limit) { (chunk: UnsafeRawBufferPointer) throws(DataFileError) in
      contents.append(contentsOf: chunk)
    }
    return contents
  }

  /// Unpacks one member to a path, whole or not at all.
  /// - Throws: `no_files_found` when the archive has no such member, naming those it has.
  static func extract(
    _ member: String, from path: String, archiveName name: String, to target: String
  ) throws(DataFileError) {
    let archive = try OpenArchive(path, name: name)
    guard let index = archive.index(of: member) else {
      let others = try members(at: path).prefix(10).map { "'\($0.name)'" }.joined(separator: ", ")
      throw DataFileError(
        .noFilesFound, "\(name) has no member '\(member)'; it has \(others.isEmpty ? "none" : others)", file: name,
        transient: false)
    }
    try Fetcher.makeFolder(of: target)
    let partial = "\(target).part-\(UUID().uuidString.prefix(12).lowercased())"
    defer { unlink(partial) }
    guard FileManager.default.createFile(atPath: partial, contents: nil),
      let handle = FileHandle(forWritingAtPath: partial)
    else { throw Fetcher.storage("write", partial, String(cString: strerror(errno))) }
    defer { try? handle.close() }
    try archive.read(index, member: member, limit: maximumBytes) {
      (chunk: UnsafeRawBufferPointer) throws(DataFileError) in
      do {
        try handle.write(contentsOf: Data(chunk))
      } catch {
        throw Fetcher.storage("write", partial, error.localizedDescription)
      }
    }
    try FilePlace.replace(target, with: partial)
  }
}

/// The one owner of a `zip_t`.
struct OpenArchive: ~Copyable {
  private let pointer: OpaquePointer
  private let name: String

  init(_ path: String, name: String) throws(DataFileError) {
    var code: Int32 = 0
    guard let pointer = zip_open(path, ZIP_RDONLY, &code) else {
      if code == ZIP_ER_NOENT { throw DataFileError(.notFound, "\(path): there is no such file", file: name) }
      var error = zip_error_t()
      zip_error_init_with_code(&error, code)
      defer { zip_error_fini(&error) }
      throw FileCheck.corrupt(name, "is not a whole ZIP archive: \(String(cString: zip_error_strerror(&error)))")
    }
    self.pointer = pointer
    self.name = name
  }

  deinit { zip_discard(pointer) }

  func members() throws(DataFileError) -> [Archive.Member] {
    var members: [Archive.Member] = []
    for index in 0..<UInt64(max(0, zip_get_num_entries(pointer, 0))) {
      var status = zip_stat_t()
      guard zip_stat_index(pointer, index, 0, &status) == 0, let text = status.name else {
        throw FileCheck.corrupt(name, "has an unreadable directory entry")
      }
      members.append(Archive.Member(name: String(cString: text), bytes: Int(clamping: status.size)))
    }
    return members
  }

  func index(of member: String) -> UInt64? { UInt64(exactly: zip_name_locate(pointer, member, 0)) }

  func read(
    _ index: UInt64, member: String, limit: Int, into consume: (UnsafeRawBufferPointer) throws(DataFileError) -> Void
  ) throws(DataFileError) {
    guard let file = zip_fopen_index(pointer, index, 0) else {
      let reason = String(cString: zip_error_strerror(zip_get_error(pointer)))
      throw FileCheck.corrupt(name, "does not give up its member '\(member)': \(reason)", transient: false)
    }
    defer { zip_fclose(file) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
    defer { buffer.deallocate() }
    var total = 0
    while true {
      let count = Int(zip_fread(file, buffer.baseAddress, UInt64(buffer.count)))
      // libzip checks the CRC at the end of a member, so a damaged one shows here.
      guard count >= 0 else { throw FileCheck.corrupt(name, "has a damaged member '\(member)'") }
      guard count > 0 else { return }
      total += count
      guard total <= limit else {
        throw FileCheck.corrupt(
          name, "has a member '\(member)' of more than \(limit) bytes, which is refused", transient: false)
      }
      try consume(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}
