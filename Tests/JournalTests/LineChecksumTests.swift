import Foundation
import TestSeeds
import Testing

@testable import Journal

@Suite("A line's checksum") struct LineChecksumTests {
  private let folder: TemporaryFolder
  private let run = "run_20260102_030405"
  private let events = (1...3).map { number in
    Event(.sourceLoaded, context: EventContext(sourceCode: "s\(number)"), data: ["rows": .int(number * 111)])
  }
  init() throws { folder = try TemporaryFolder() }

  private func written() async throws -> String {
    let writer = try JournalWriter(directory: folder.path, runID: run)
    try await writer.append(events)
    return writer.path
  }

  @Test("stands at the end of every line that is written, and is of what is before it")
  func form() async throws {
    let lines = try String(contentsOfFile: try await written(), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 3)
    for line in lines {
      let (content, member) = (line.dropLast(18), line.suffix(18))
      let sum = String(Self.checksum(Array(content.utf8)), radix: 16)
      #expect(member == ",\"crc\":\"" + String(repeating: "0", count: 8 - sum.count) + sum + "\"}")
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }
    #expect(Self.checksum(Array("123456789".utf8)) == 0xe306_9283, "as RFC 3720 has it")
  }

  @Test("finds a bit that changed anywhere in a line, in itself too, which is told by file and line")
  func flipped() async throws {
    let path = try await written()
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    let before = try JournalReader.read(in: folder.path).events
    let lines = whole.split(separator: 10, omittingEmptySubsequences: false)
    // Only the checksum's own name can change unseen: the line then is as older versions write it.
    let name = lines[1].endIndex - 18..<lines[1].endIndex - 10
    for position in lines[1].indices where !name.contains(position) {
      for bit: UInt8 in [0, 5] {
        var changed = whole
        changed[position] ^= 1 << bit
        try changed.write(to: URL(fileURLWithPath: path))
        let contents = try JournalReader.read(in: folder.path)
        #expect(contents.events == [before[0], before[2]], "byte \(position), bit \(bit)")
        #expect(contents.warnings.first?.line == 2 && contents.warnings.first?.path == path)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == changed)
      }
    }
  }

  @Test("that is wrong is told in a sentence, by whoever reads: all, what comes, what is to be mirrored")
  func told() async throws {
    let path = try await written()
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacingOccurrences(of: "222", with: "922").write(toFile: path, atomically: true, encoding: .utf8)
    let sentence =
      "\(path):2: this line was changed after it was written, its checksum says; it is left out, the others are read"
    let contents = try JournalReader.read(in: folder.path)
    #expect(contents.warnings.map(\.description) == [sentence])
    #expect(contents.events.map(\.context.sourceCode) == ["s1", "s3"])
    var tail = JournalTail(logs: folder.path)
    let tailed = try tail.next()
    #expect(tailed.warnings.map(\.description) == [sentence] && tailed.events == contents.events)
    var found: [Event] = []
    let searched = try JournalReader.scan(in: folder.path, literals: ["\"s2\""]) { found.append($0) }
    #expect(searched.warnings.map(\.description) == [sentence] && found.isEmpty)
    var backlog = try JournalBacklog(logs: folder.path, known: [])
    let rows = try backlog.next().compactMap(\.row)
    #expect(rows.map(\.values[5]) == ["s1", "s3"])
    #expect(rows.allSatisfy { $0.values[8]?.contains("crc") == false })
    #expect(backlog.passedOver == 1 && backlog.warnings.map(\.description) == [sentence])
  }

  @Test("is asked of no line that has none")
  func absent() async throws {
    let path = try await written()
    let whole = try String(contentsOfFile: path, encoding: .utf8)
    let older = whole.split(separator: "\n").map { $0.dropLast(18) + "}\n" }.joined()
    try older.write(toFile: path, atomically: true, encoding: .utf8)
    try await JournalWriter(directory: folder.path, runID: run).append(Event(.info))
    let contents = try JournalReader.read(in: folder.path)
    #expect(contents.events.count == 4 && contents.warnings.isEmpty)
    #expect(contents.events.prefix(3).map(\.context.sourceCode) == ["s1", "s2", "s3"])
  }

  @Test("lets no event be read that was not written, whatever four bytes of a journal become")
  func damaged() async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var random = SplitMix(state: seed)
    let path = try await written()
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    let before = try JournalReader.read(in: folder.path).events
    for _ in 0..<1000 {
      var changed = whole
      let start = random.upTo(whole.count - 4)
      for place in start..<start + 4 { changed[place] = UInt8(truncatingIfNeeded: random.next()) }
      try changed.write(to: URL(fileURLWithPath: path))
      let contents = try JournalReader.read(in: folder.path)
      #expect(contents.events.allSatisfy(before.contains), "bytes \(start) to \(start + 3)")
      #expect(contents.events.count >= 1 && (contents.events == before || !contents.warnings.isEmpty))
    }
  }

  /// CRC-32C bit by bit, as its definition says.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in rest >> 1 ^ (rest & 1 == 1 ? 0x82f6_3b78 : 0) }
    }
  }
}
