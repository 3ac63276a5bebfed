import Foundation
import Journal
import Testing

struct JournalFileTests {
  private let folder: TemporaryFolder
  private var logs: String { folder.path }
  private var file: String { "events/2026-01-12/\(firstRun).jsonl" }

  init() throws { folder = try TemporaryFolder() }

  @Test("What is appended is read back in order, with the writer's run")
  func roundTrip() async throws {
    let writer = try JournalWriter(directory: logs, runID: firstRun)
    var nameless = loaded("a")
    nameless.runID = ""
    try await writer.append([runStarted(firstRun), nameless])
    try await writer.append(failed("b"))
    let events = try JournalReader.events(in: logs)
    #expect(events.map(\.type) == [.runStarted, .sourceLoaded, .sourceFailed])
    #expect(Set(events.map(\.runID)) == [firstRun])
    #expect(events[2].error?.column == "headcount")
    #expect(try folder.text(file).split(separator: "\n").count == 3)
  }

  @Test("latest.jsonl is a relative link to the newest run")
  func latest() async throws {
    _ = try JournalWriter(directory: logs, runID: firstRun)
    let writer = try JournalWriter(directory: logs, runID: secondRun)
    try await writer.append(runStarted(secondRun))
    let target = try FileManager.default.destinationOfSymbolicLink(atPath: logs + "/events/latest.jsonl")
    #expect(target == "2026-01-13/\(secondRun).jsonl")
    #expect(try folder.text("events/latest.jsonl").contains(secondRun))
    let names = try FileManager.default.contentsOfDirectory(atPath: logs + "/events")
    #expect(names.sorted() == ["2026-01-12", "2026-01-13", "latest.jsonl"])
  }

  @Test("A last line that a kill cut off, at any byte, loses nothing before it and is mended on opening")
  func torn() async throws {
    let writer = try JournalWriter(directory: logs, runID: firstRun)
    try await writer.append([loaded("a"), loaded("b")])
    let whole = try Data(contentsOf: URL(fileURLWithPath: logs + "/" + file))
    let firstLine = try #require(whole.firstIndex(of: 10)) + 1
    for length in stride(from: firstLine + 1, to: whole.count - 1, by: 7) {
      try whole.prefix(length).write(to: URL(fileURLWithPath: logs + "/" + file))
      let contents = try JournalReader.read(in: logs)
      #expect(contents.events.count == 1, "cut at \(length)")
      #expect(contents.tornLines == 1, "cut at \(length)")
      let next = try JournalWriter(directory: logs, runID: firstRun)
      try await next.append(loaded("c"))
      let mended = try JournalReader.read(in: logs)
      #expect(mended.warnings.isEmpty, "cut at \(length)")
      #expect(mended.events.compactMap(\.context.sourceCode) == ["a", "c"], "cut at \(length)")
    }
  }

  @Test("A whole last line that lacks its newline is kept")
  func missingNewline() async throws {
    let writer = try JournalWriter(directory: logs, runID: firstRun)
    try await writer.append([loaded("a"), loaded("b")])
    let whole = try Data(contentsOf: URL(fileURLWithPath: logs + "/" + file))
    try whole.dropLast().write(to: URL(fileURLWithPath: logs + "/" + file))
    #expect(try JournalReader.read(in: logs).events.count == 2)
    try await JournalWriter(directory: logs, runID: firstRun).append(loaded("c"))
    #expect(try JournalReader.events(in: logs).count == 3)
  }

  @Test("An unreadable line in the middle becomes a warning that names it, and the rest is read")
  func unreadable() throws {
    let path = logs + "/events/2026-01-12"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let good = String(decoding: try loaded("a").line(), as: UTF8.self)
    let other = String(decoding: try loaded("b").line(), as: UTF8.self)
    try "\(good)\nnot json\n\n\(other)\n".write(toFile: path + "/\(firstRun).jsonl", atomically: true, encoding: .utf8)
    let contents = try JournalReader.read(in: logs)
    #expect(contents.events.count == 2)
    #expect(contents.warnings.map(\.line) == [2])
    #expect(contents.warnings.first?.description.contains(":2: this line is not an event") == true)
  }

  @Test("Runs are read in their order, and an event that stands twice counts once")
  func order() async throws {
    let late = try JournalWriter(directory: logs, runID: secondRun)
    let early = try JournalWriter(directory: logs, runID: firstRun)
    let repeated = loaded("a")
    try await late.append([loaded("b", run: secondRun), repeated])
    try await early.append(repeated)
    #expect(try JournalReader.events(in: logs).compactMap(\.context.sourceCode) == ["a", "b"])
    #expect(try JournalReader.runs(in: logs) == [firstRun, secondRun])
  }

  @Test("Many tasks append at once and every line stays whole")
  func concurrent() async throws {
    let writer = try JournalWriter(directory: logs, runID: firstRun)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<40 {
        group.addTask { try await writer.append([loaded("s\(index)"), loaded("t\(index)")]) }
      }
      try await group.waitForAll()
    }
    let contents = try JournalReader.read(in: logs)
    #expect(contents.events.count == 80)
    #expect(contents.warnings.isEmpty)
  }

  @Test("No journal yet is an empty one")
  func empty() throws {
    #expect(try JournalReader.events(in: logs + "/nowhere").isEmpty)
  }

  @Test("A folder that cannot be made is named in the error")
  func unwritable() throws {
    try "a file".write(toFile: logs + "/events", atomically: true, encoding: .utf8)
    #expect {
      _ = try JournalWriter(directory: logs, runID: firstRun)
    } throws: { error in
      (error as? JournalError)?.description.contains("\(firstRun).jsonl") == true
    }
  }
}
