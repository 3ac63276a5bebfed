import Foundation
import Testing
import TestSeeds

@testable import Journal

@Suite("A line of the journal") struct EventLinesTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// What the journal's reader makes of a line.
  private func read(_ line: Data) throws -> Event? {
    let path = folder.path + "/line.jsonl"
    try (line + Data("\n".utf8)).write(to: URL(fileURLWithPath: path))
    return try JournalReader.read(file: path).events.first
  }

  private func expectAsFoundation(_ line: String, _ place: SourceLocation = #_sourceLocation) throws {
    let expected = try? JSONDecoder().decode(Event.self, from: Data(line.utf8))
    var event = try read(Data(line.utf8))
    // One that has no name gets a fresh one each time.
    if let expected, !line.contains("evt_") { event?.eventID = expected.eventID }
    #expect(event == expected, "\(line)", sourceLocation: place)
  }

  @Test(
    "that simdjson reads is what Foundation's decoder makes of it",
    arguments: [
      "{}", "[]", "3", "null", "\"x\"", "{\"event_type\": \"x\"}", "{\"event_type\": null}", "{\"event_type\": 3}",
      "{\"event_type\":\"x\",\"event_type\":\"y\",\"event_id\":\"evt_1\",\"event_id\":\"evt_2\"}",
      "{\"event_type\":\"x\",\"event_id\":null,\"run_id\":null,\"context\":null,\"data\":null,\"error\":null,\"timestamp\":null}",
      "{\"event_type\":\"x\",\"run_id\":1}", "{\"event_type\":\"x\",\"context\":[]}",
      "{\"event_type\":\"x\",\"data\":\"a\"}",
      "{\"event_type\":\"x\",\"context\":{\"url\":\"u\",\"period\":null,\"new\":3,\"stage\":\"s\"}}",
      "{\"event_type\":\"x\",\"context\":{\"period\":7}}", "{\"event_type\":\"x\",\"timestamp\":\"yesterday\"}",
      "{\"event_type\":\"x\",\"timestamp\":\"2026-01-12T10:30:15Z\",\"new\":{\"a\":[1,{}]}}",
      "{\"event_type\":\"x\",\"error\":{\"type\":\"t\",\"message\":\"m\",\"row\":3}}",
      "{\"event_type\":\"x\",\"error\":{}}",
      "{\"event_type\":\"x\",\"data\":{\"a\":1.0,\"b\":1e3,\"c\":0.5,\"d\":-0.0,\"e\":9223372036854775807,\"f\":1e300}}",
      "{\"event_type\":\"x\",\"data\":{\"a\":9223372036854775808,\"b\":18446744073709551615}}",
      "{\"event_type\":\"x\",\"data\":{\"a\":123456789012345678901234567890}}",
      "{\"event_type\":\"x\",\"data\":{\"a\":1e400}}",
      "{\"event_type\":\"x\",\"data\":{\"a\":1,\"a\":2,\"b\":[],\"c\":{},\"d\":[[null,true,false]]}}",
      "{\"event_type\":\"x\",\"data\":{\"\":\"\\u00e9\\ud83d\\ude00\\n\\\"\\\\ \u{2028}é\"}}",
      "{\"event_type\":\"x\"} trailing",
      "{\"event_type\":\"x\",}", " \t{\"event_type\":\"x\"}\r", "{\"event_type\":\"\\ud800\"}", "{\"event_type\":\"x\"",
    ])
  func same(_ line: String) throws { try expectAsFoundation(line) }

  @Test("that is random is what Foundation's decoder makes of it")
  func random() throws {
    var generator = SystemRandomNumberGenerator()
    let seed = generator.next()
    print("seed \(seed)")
    var random = SplitMix(state: seed)
    for _ in 0..<2000 {
      let event = Event(
        EventType(rawValue: random.text()), runID: random.text(),
        context: EventContext(
          publication: random.chance(50) ? random.text() : nil, period: random.chance(50) ? random.text() : nil,
          sourceCode: random.chance(50) ? random.text() : nil),
        data: Dictionary((0..<random.upTo(6)).map { _ in (random.text(), random.json(depth: 3)) }) { $1 },
        error: random.chance(20) ? EventError(type: random.text(), message: random.text()) : nil,
        timestamp: Date(timeIntervalSince1970: Double(random.upTo(4_000_000_000)) + Double(random.upTo(1000)) / 1000))
      let line = try event.line()
      #expect(
        try read(line) == JSONDecoder().decode(Event.self, from: line), "\(String(decoding: line, as: UTF8.self))")
    }
  }

  @Test("is passed over unless it holds the texts that are asked for; lines are counted all the same")
  func literals() throws {
    let lines = (1...9).map {
      #"{"event_type":"source_loaded","context":{"source_code":"s\#($0)"},"data":{"n":\#($0 % 3)}}"#
    }
    let path = folder.path + "/events/2026-01-12/run_20260112_103000.jsonl"
    try FileManager.default.createDirectory(
      atPath: folder.path + "/events/2026-01-12", withIntermediateDirectories: true)
    let text = (lines[..<5] + ["garbage s6 \"n\":0", "garbage"] + lines[5...]).joined(separator: "\n")
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    func found(_ literals: [String]) throws -> (sources: [String], warnings: [Int]) {
      var sources: [String] = []
      let contents = try JournalReader.scan(in: folder.path, literals: literals) { event in
        sources.append(event.context.sourceCode ?? "")
      }
      return (sources, contents.warnings.map(\.line))
    }
    #expect(try found([]) == ((1...9).map { "s\($0)" }, [6, 7]))
    #expect(try found(["s6"]) == (["s6"], [6]))
    #expect(try found(["s", "\"n\":0"]) == (["s3", "s6", "s9"], [6]))
    #expect(try found(["s9"]) == (["s9"], []))
    #expect(try found(["none"]) == ([], []))
  }

  @Test("is read whole where it is longer than what is read of the file at once")
  func long() throws {
    let message = String(repeating: "x", count: 10_000_000)
    let lines = ["a", message, "b"].map { #"{"event_type":"note","data":{"m":"\#($0)"}}"# }
    let path = folder.path + "/long.jsonl"
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
    let contents = try JournalReader.read(file: path)
    #expect(contents.events.map { $0.data["m"]?.string?.count } == [1, 10_000_000, 1])
    #expect(contents.warnings.isEmpty)
  }

  @Test("has a name that no other event has, whatever that looks like")
  func names() {
    var names = EventIDs()
    let all = [
      "evt_00000000000000000000", "evt_10000000000000000000", "evt_00000000000000000001", "evt_1", "",
      "evt_0000000000000000000G",
    ]
    let first = all.map { names.insert(EventIDs.Name($0)) }
    let second = all.map { names.insert(EventIDs.Name($0)) }
    let letters = ["evt_0000000000000000000A", "evt_0000000000000000000a"].map { names.insert(EventIDs.Name($0)) }
    #expect(!first.contains(false) && !second.contains(true) && letters == [true, true])
  }
}

extension SplitMix {
  fileprivate mutating func text() -> String {
    let scalars: [Unicode.Scalar] = ["a", "Z", "_", "\"", "\\", "\n", "\u{0}", "é", "😀", "\u{2028}", "/", " ", "7"]
    var text = ""
    for _ in 0..<upTo(20) { text.unicodeScalars.append(pick(scalars)) }
    return text
  }

  fileprivate mutating func json(depth: Int) -> JSONValue {
    switch upTo(depth > 0 ? 8 : 6) {
    case 0: .null
    case 1: .bool(chance(50))
    case 2: .int(Int(truncatingIfNeeded: next()))
    case 3: .double(Double(upTo(1_000_000)) / 1024)
    case 4, 5: .string(text())
    case 6: .array((0..<upTo(4)).map { _ in json(depth: depth - 1) })
    default: .object(Dictionary((0..<upTo(4)).map { _ in (text(), json(depth: depth - 1)) }) { $1 })
    }
  }
}
