internal import Foundation

/// What the ledger knows of one thing, such as a fix or a URL key: at most one line a slot.
public struct LedgerFile: Hashable, Sendable {
  /// The lines by slot.
  public private(set) var lines: [String: LedgerLine] = [:]
  /// Lines that this version does not understand, kept and passed on.
  private var others: Set<String> = []

  /// A file that says nothing.
  public init() {}

  /// Reads JSON lines.
  ///
  /// - Returns: What could be read, and the numbers of the lines that are no JSON objects.
  static func read(_ bytes: [UInt8]) -> (file: LedgerFile, unreadable: [Int]) {
    var file = LedgerFile()
    var unreadable: [Int] = []
    for (index, raw) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() where !raw.isEmpty {
      guard let text = String(validating: raw, as: UTF8.self) else {
        unreadable.append(index + 1)
        continue
      }
      do {
        if let line = try LedgerLine(text) { file.add(line) } else { file.others.insert(text) }
      } catch {
        unreadable.append(index + 1)
      }
    }
    return (file, unreadable)
  }

  /// Takes a line in; of two for one slot the later one stays.
  mutating func add(_ line: LedgerLine) { lines[line.slot] = lines[line.slot].map { max($0, line) } ?? line }

  /// What both know: slot by slot the later line.
  func merged(with other: LedgerFile) -> LedgerFile {
    var result = self
    for line in other.lines.values { result.add(line) }
    result.others.formUnion(other.others)
    return result
  }

  /// Whether another file tells the same of every subject in the same order, be it of other times or runs.
  func saysTheSame(as other: LedgerFile) -> Bool {
    if self == other { return true }
    guard others == other.others, lines.count == other.lines.count, stories == other.stories else { return false }
    return lines.allSatisfy { slot, line in other.lines[slot].map(line.saysTheSame) ?? false }
  }

  /// The slots of each subject in the order in which things happened.
  private var stories: [String: [String]] {
    Dictionary(grouping: lines.values.sorted(), by: \.subject).mapValues { $0.map(\.slot) }
  }

  /// The lines in the order of their slots: the same bytes for the same knowledge.
  public var bytes: [UInt8] {
    let known = lines.values.sorted { ($0.slot, $0) < ($1.slot, $1) }.map(\.text)
    return Array((known + others.sorted()).map { $0 + "\n" }.joined().utf8)
  }
}
