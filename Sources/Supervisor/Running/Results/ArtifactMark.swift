import Foundation

/// How a file looked before a stage ran, so that what an earlier one left there is not taken for its own.
struct ArtifactMark: Sendable {
  /// Files that are larger are no results.
  static let largest = 256 << 20
  /// How much of a file's end says that it was only appended to.
  private static let fingerprint = 4096

  private let path: String
  private let before: Look?
  private let end: Data

  private struct Look: Equatable, Sendable {
    var number: Int
    var size: Int
    var changed: Date

    init?(_ path: String) {
      guard let facts = try? FileManager.default.attributesOfItem(atPath: path),
        facts[.type] as? FileAttributeType == .typeRegular, let size = facts[.size] as? Int,
        let changed = facts[.modificationDate] as? Date
      else { return nil }
      number = facts[.systemFileNumber] as? Int ?? 0
      self.size = size
      self.changed = changed
    }
  }

  /// Looks at the file.
  init(_ path: String) {
    self.path = path
    before = Look(path)
    end = before.map { Self.read(path, from: max(0, $0.size - Self.fingerprint), to: $0.size) ?? Data() } ?? Data()
  }

  /// What the stage wrote there, or why it counts as nothing.
  enum Content {
    case written(Data)
    case problem(String)
  }

  /// The file's bytes, if they were written since.
  ///
  /// - Parameters:
  ///   - name: What messages call the file.
  ///   - appended: Whether only what was added counts, where the file was there before and only grew.
  func content(name: String, appended: Bool = false) -> Content {
    guard let now = Look(path) else { return .problem("\(name) is not there") }
    guard now != before else {
      return .problem("\(name) was not written in this attempt: it is an earlier one's and was not read")
    }
    var start = 0
    if appended, let before, before.number == now.number, before.size <= now.size,
      Self.read(path, from: max(0, before.size - Self.fingerprint), to: before.size) == end
    {
      start = before.size
    }
    guard now.size - start <= Self.largest else {
      return .problem("\(name) has \(now.size) bytes, and results have at most \(Self.largest)")
    }
    guard let bytes = Self.read(path, from: start, to: now.size) else { return .problem("\(name) cannot be read") }
    return .written(bytes)
  }

  private static func read(_ path: String, from start: Int, to end: Int) -> Data? {
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? handle.close() }
    guard (try? handle.seek(toOffset: UInt64(start))) != nil else { return nil }
    return try? handle.read(upToCount: max(0, end - start)) ?? Data()
  }
}
