/// What machines share of the journal: one file a fix, URL key or group of generated files, each a set of
/// compacted events.
///
/// Merging keeps, slot by slot, the later event in one fixed order. That is a maximum, so that it does not matter in which
/// order, how often, or by whom ledgers are merged.
public struct Ledger: Hashable, Sendable {
  /// The files by their paths.
  public internal(set) var files: [String: LedgerFile] = [:]
  /// Files of kinds that this version does not know, kept and passed on.
  public internal(set) var foreign: [String: [UInt8]] = [:]

  /// A ledger that knows nothing.
  public init() {}

  /// Whether it knows nothing.
  public var isEmpty: Bool { files.isEmpty && foreign.isEmpty }

  /// Takes one file's bytes in.
  ///
  /// - Returns: The numbers of its lines that cannot be read.
  public mutating func read(_ bytes: [UInt8], at path: String) -> [Int] {
    guard path.hasSuffix(".jsonl") else {
      foreign[path] = bytes
      return []
    }
    let (file, unreadable) = LedgerFile.read(bytes)
    files[path] = file
    return unreadable
  }

  /// What both know. Of a file that this version cannot read the longer one stays, or the one of higher bytes.
  public func merged(with other: Ledger) -> Ledger {
    var result = self
    for (path, file) in other.files { result.files[path] = result.files[path]?.merged(with: file) ?? file }
    result.foreign.merge(other.foreign) { a, b in
      a.count == b.count ? (a.lexicographicallyPrecedes(b) ? b : a) : (a.count < b.count ? b : a)
    }
    return result
  }

  /// The bytes of the files that say something else, or more, than they do in an older ledger; nothing when all that is new is
  /// up to where somebody looked. The same failure once more says nothing else.
  public func changes(since older: Ledger) -> [String: [UInt8]] {
    var changes = foreign.filter { older.foreign[$0.key] != $0.value }
    for (path, file) in files {
      let isFix = path.hasPrefix("fixes/")
      let isKnown = older.files[path].map { isFix ? $0 == file : $0.saysTheSame(as: file) } ?? false
      if !isKnown { changes[path] = file.bytes }
    }
    return changes.keys.contains { $0 != LedgerPath.base } ? changes : [:]
  }
}

/// Where in the ledger things are.
enum LedgerPath {
  /// A fix; by its first digits, so that no folder gets long.
  static func fix(_ id: String) -> String { "fixes/\(part(String(id.prefix(2))))/\(part(id)).jsonl" }

  /// Up to where fixes were compared with the base.
  static let base = "base.jsonl"

  /// The failures of a URL key that people know of.
  static func acknowledged(_ context: EventContext) -> String? { key(context).map { "acknowledged/\($0).jsonl" } }

  /// What a receiver of alerts was told.
  static func alerts(_ receiver: String) -> String { "alerts/\(part(receiver)).jsonl" }

  /// What happened to a URL key, or to the stages that run once for all.
  static func state(_ context: EventContext) -> String { key(context).map { "sources/\($0).jsonl" } ?? "run.jsonl" }

  /// The digests of files that stages wrote for a URL key, or for all.
  static func generated(_ context: EventContext) -> String {
    key(context).map { "generated/\($0).jsonl" } ?? "generated.jsonl"
  }

  private static func key(_ context: EventContext) -> String? {
    guard let publication = context.publication, let period = context.period else { return nil }
    return "\(part(publication))/\(part(period))"
  }

  /// A name as one part of a path: what git, or a file system that it is checked out on, could trip over becomes `%xx`.
  static func part(_ name: String) -> String {
    var result = ""
    for byte in name.utf8 {
      let isPlain = (48...57).contains(byte) || (97...122).contains(byte) || byte == 45 || byte == 95
      if isPlain || byte == 46 && !result.isEmpty {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return result.isEmpty ? "%" : result
  }
}
