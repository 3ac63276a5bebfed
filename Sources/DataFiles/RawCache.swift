internal import Foundation
internal import Journal

/// A data file as it was downloaded.
public struct CachedFile: Hashable, Sendable {
  /// Where it is.
  public let path: String
  /// The name that people know it by: the address's or the member's.
  public let name: String
  /// The SHA-256 of its bytes.
  public let sha256: String
  /// How many bytes it has.
  public let bytes: Int
  /// What it is.
  public let kind: DataFileKind
  /// Whether this call downloaded or unpacked it; false when it was there already.
  public let fetchedNow: Bool
  /// By what a later look can ask whether the address has another file now; empty unless it was fetched now.
  public var validators = Validators()
}

/// The folder of raw data files, `data/raw`, in which each address has one place.
///
/// Two processes may use it at once: files appear whole, under their final name, or not at all.
public struct RawCache: Sendable {
  /// The folder.
  public let directory: String
  /// What downloads.
  public let fetcher: Fetcher

  /// Creates a cache over a folder, which need not exist yet.
  public init(directory: String, fetcher: Fetcher = Fetcher()) {
    self.directory = directory
    self.fetcher = fetcher
  }

  /// Where an address's file is or will be: `<8 hex of sha256(url)>-<file name>`.
  public func path(for url: String) throws(DataFileError) -> String {
    let name = RawCache.safe(try Address(url).fileName)
    return (directory as NSString).appendingPathComponent("\(Digest.sha256(url).prefix(8))-\(name)")
  }

  /// The file of an address: the one that is there when it is what its name says, else a fresh download.
  ///
  /// A download that isn't what its name says stays in its place, so that the bytes that failed can be looked at, and is
  /// fetched anew by the next call.
  /// - Throws: what `Fetcher` throws; `corrupt_file` when the download is not what its name says.
  public func file(for url: String) async throws(DataFileError) -> CachedFile {
    let path = try path(for: url)
    let name = try Address(url).fileName
    if FileManager.default.fileExists(atPath: path), FileCheck.defect(at: path, fileName: name) == nil {
      return try RawCache.describe(path, name, fetchedNow: false)
    }
    let fetched = try await fetcher.fetch(url, to: path)
    if let defect = FileCheck.defect(at: path, fileName: name) {
      var error = defect
      error.event.url = Address.shown(url)
      throw error
    }
    var file = try RawCache.describe(path, name, fetchedNow: true)
    file.validators = fetched.validators
    return file
  }

  /// The file of an address as it lies in the folder, whatever it is; nil when it was never downloaded.
  public func existing(for url: String) throws(DataFileError) -> CachedFile? {
    let path = try path(for: url)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try RawCache.describe(path, try Address(url).fileName, fetchedNow: false)
  }

  /// A member of a downloaded archive, unpacked beside it.
  public func member(_ member: String, of archive: CachedFile) throws(DataFileError) -> CachedFile {
    let name = (member as NSString).lastPathComponent
    let key = Digest.sha256(archive.sha256 + "/" + member).prefix(8)
    let folder = archive.path + ".members"
    let path = (folder as NSString).appendingPathComponent("\(key)-\(RawCache.safe(name))")
    if FileManager.default.fileExists(atPath: path), FileCheck.defect(at: path, fileName: name) == nil {
      return try RawCache.describe(path, name, fetchedNow: false)
    }
    try Archive.extract(member, from: archive.path, archiveName: archive.name, to: path)
    if let defect = FileCheck.defect(at: path, fileName: name) { throw defect }
    return try RawCache.describe(path, name, fetchedNow: true)
  }

  static func describe(_ path: String, _ name: String, fetchedNow: Bool) throws(DataFileError) -> CachedFile {
    let contents: Data
    do {
      contents = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw Fetcher.storage("read", path, error.localizedDescription)
    }
    return CachedFile(
      path: path, name: name, sha256: Digest.sha256(contents), bytes: contents.count,
      kind: DataFileKind(start: contents.prefix(1024), fileName: name), fetchedNow: fetchedNow)
  }

  /// A file name that is safe in any folder: letters, digits, `.`, `-`, `_`; at most 100 characters, the ending kept.
  static func safe(_ name: String) -> String {
    let kept = String(
      name.map { character in
        character.isASCII && (character.isLetter || character.isNumber || ".-_".contains(character)) ? character : "_"
      })
    let visible = kept.hasPrefix(".") ? "_" + kept.dropFirst() : kept
    guard visible.count > 100 else { return visible }
    let ending = (visible as NSString).pathExtension.prefix(10)
    return ending.isEmpty ? String(visible.prefix(100)) : "\(visible.prefix(89)).\(ending)"
  }
}

/// Whether a file is what its name says.
public enum FileCheck {
  /// The `corrupt_file` error of a file that is not what its name says; nil when nothing speaks against it.
  public static func defect(at path: String, fileName: String) -> DataFileError? {
    let promised = DataFileKind(fileName: fileName)
    let kind: DataFileKind
    do {
      kind = try DataFileKind.of(path: path, fileName: fileName)
    } catch {
      return error
    }
    let size = ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber)?.intValue ?? 0
    guard size > 0 else { return corrupt(fileName, "is empty (0 bytes)") }
    switch promised {
    case .html, .unknown: return nil
    case .xlsx where kind == .xls:
      return corrupt(fileName, "is protected by a password or an old .xls under a new name", transient: false)
    case .xlsx, .zip:
      guard kind == .xlsx || kind == .zip else { return mismatch(fileName, promised, kind) }
      do {
        _ = try Archive.members(at: path, fileName: fileName)
        return nil
      } catch {
        return error
      }
    case .parquet:
      guard kind == .parquet else { return mismatch(fileName, promised, kind) }
      return endsWithMark(path) ? nil : corrupt(fileName, "is a truncated Parquet file: its end is missing")
    case .csv, .json, .xls: return kind == promised ? nil : mismatch(fileName, promised, kind)
    }
  }

  private static func mismatch(_ name: String, _ promised: DataFileKind, _ kind: DataFileKind) -> DataFileError {
    corrupt(name, "is \(kind.spokenName), not \(promised.spokenName) as its name says")
  }

  static func corrupt(_ name: String, _ reason: String, transient: Bool = true) -> DataFileError {
    DataFileError(.corruptFile, "\(name) \(reason)", file: name, transient: transient)
  }

  private static func endsWithMark(_ path: String) -> Bool {
    guard let handle = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? handle.close() }
    guard let size = try? handle.seekToEnd(), size >= 12, (try? handle.seek(toOffset: size - 4)) != nil else {
      return false
    }
    return (try? handle.read(upToCount: 4)) == Data("PAR1".utf8)
  }
}
