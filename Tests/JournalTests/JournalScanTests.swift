import Foundation
import TestSeeds
import Testing

@testable import Journal

@Suite("A journal that is read a piece at a time") struct JournalScanTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// Writes a run's file; gives its path.
  private func write(_ text: String, run: String = "run_20260112_103000") throws -> String {
    let day = folder.path + "/events/2026-01-12"
    try FileManager.default.createDirectory(atPath: day, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(day)/\(run).jsonl"))
    return "\(day)/\(run).jsonl"
  }

  private func line(_ number: Int, message: String = "") throws -> String {
    let event = Event(
      .sourceFailed, runID: "run_20260112_103000", context: EventContext(sourceCode: "s\(number)"),
      error: EventError(.unknown, message), timestamp: Date(timeIntervalSince1970: 1_768_213_815))
    return String(decoding: try event.line(), as: UTF8.self)
  }

  @Test("has lines that are longer than a piece, and unreadable ones whose numbers are told")
  func longLines() throws {
    let long = String(repeating: "x", count: 3 << 20)
    var lines = try (0..<4000).map { try line($0, message: $0 % 1500 == 7 ? long : "short") }
    lines.insert("garbage " + long, at: 2000)
    lines.insert("garbage", at: 3500)
    let path = try write(lines.joined(separator: "\n") + "\n{\"event_type\":\"cut")
    let contents = try JournalReader.read(in: folder.path)
    #expect(contents.events.map(\.context.sourceCode) == (0..<4000).map { "s\($0)" })
    #expect(contents.events.filter { $0.error?.message == long }.map(\.context.sourceCode) == ["s7", "s1507", "s3007"])
    #expect(
      contents.warnings == [
        JournalWarning(path: path, line: 2001, torn: false), JournalWarning(path: path, line: 3501, torn: false),
        JournalWarning(path: path, line: 4003, torn: true),
      ])
  }

  @Test("gives what holds the texts that are asked for, wherever they stand")
  func search() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = SplitMix(state: seed)
    for _ in 0..<200 {
      let texts = (0..<random.upTo(60) + 1).map { _ in
        String((0..<random.upTo(40)).map { _ in "ab".randomElement(using: &random) ?? "a" })
      }
      let lines = try texts.enumerated().map { try line($0.offset, message: $0.element) }
      _ = try write(lines.joined(separator: "\n"))
      let wanted = (0..<random.upTo(2) + 1).map { _ in
        String((0..<random.upTo(9) + 1).map { _ in "ab".randomElement(using: &random) ?? "a" })
      }
      var found: [String?] = []
      _ = try JournalReader.scan(in: folder.path, literals: wanted) { found.append($0.context.sourceCode) }
      let expected = lines.indices.filter { place in wanted.allSatisfy(lines[place].contains) }
      #expect(found == expected.map { "s\($0)" }, "\(wanted)")
    }
  }

  @Test("knows an event that it gave, by its name")
  func names() {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = SplitMix(state: seed)
    var (ids, plain) = (EventIDs(), Set<String>())
    for _ in 0..<20_000 {
      let digits = String(random.next() % 3000, radix: 16)
      // Names that differ in their first digits alone, in their last alone, and such as Errata does not give.
      let padding = String(repeating: "0", count: 20 - digits.count)
      let name = ["evt_" + digits + padding, "evt_" + padding + digits, "evt_" + digits, digits][random.upTo(4)]
      let isNew = ids.insert(EventIDs.Name(name))
      #expect(isNew == plain.insert(name).inserted, "\(name)")
    }
  }

  @Test("is not read on when nobody wants more of it, and a failure to read comes after what was read")
  func endsEarly() throws {
    struct Enough: Error {}
    _ = try write(try (0..<20_000).map { try line($0) }.joined(separator: "\n"))
    var seen = 0
    #expect(throws: Enough.self) {
      _ = try JournalReader.scan(in: folder.path) { _ in
        seen += 1
        if seen == 10 { throw Enough() }
      }
    }
    #expect(seen == 10)
    let day = folder.path + "/events/2026-01-12"
    try FileManager.default.createDirectory(
      atPath: day + "/run_20260112_104000.jsonl", withIntermediateDirectories: true)
    seen = 0
    #expect(throws: JournalError.self) { _ = try JournalReader.scan(in: folder.path) { _ in seen += 1 } }
    #expect(seen == 20_000)
  }
}
