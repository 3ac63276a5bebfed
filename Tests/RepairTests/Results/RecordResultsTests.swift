import Foundation
import Journal
import ManifestYAML
import Testing

@testable import Repair

@Suite struct RecordResultsTests {
  private func document(_ text: String) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
  }

  private func read(_ text: String, at path: String? = nil, fields: [String: String] = [:]) throws -> ResultReading {
    let records = try #require(
      RecordResults.records(in: try document(text), at: try path.map { try YAMLPath($0) }))
    return RecordResults.reading(
      records, fields: RecordFields(try fields.mapValues { try YAMLPath($0) }), words: OutcomeWords(),
      place: "out.json",
      source: nil)
  }

  @Test("A list of records at a path, with names of the tool's own")
  func list() throws {
    let reading = try read(
      #"""
      {"run": {"tables": [
        {"name": "a", "outcome": "ok", "counts": {"in": 12}},
        {"name": "b", "outcome": "ERROR", "error": {"text": "no such column", "column": "age"}},
        {"name": "c", "outcome": "unchanged", "counts": {"in": "1 200"}}]}}
      """#, at: "run.tables",
      fields: [
        "source": "name", "status": "outcome", "rows": "counts.in", "message": "error.text", "column": "error.column",
      ])
    #expect(
      reading.outcomes == [
        SourceOutcome("a", .success, rows: 12),
        SourceOutcome("b", .failed, message: "no such column", fields: ["column": "age"]),
        SourceOutcome("c", .alreadyLoaded, rows: 1200),
      ])
  }

  @Test("A mapping of records names its sources by its keys")
  func mapping() throws {
    let reading = try read(#"{"b": {"status": true, "rows": 3.0}, "a": {"status": false}}"#)
    #expect(reading.outcomes.map(\.source) == ["a", "b"])
    #expect(reading.outcomes.map(\.status) == [.failed, .success])
    #expect(reading.outcomes[1].rows == 3)
  }

  @Test("Records that cannot be used are told, and the others are read")
  func bad() throws {
    let reading = try read(
      #"[{"status": "ok"}, {"source": "a"}, {"source": "b", "status": "purple"}, {"source": "c", "status": "ok"}, 7]"#)
    #expect(reading.outcomes.map(\.source) == ["c"])
    #expect(reading.notes.count == 2)
    #expect(reading.notes.contains("2 records of out.json name no source and were passed over"))
    #expect(reading.notes.contains { $0.hasPrefix("no status, 'purple' in out.json") })
    let none = try read(#"[{"source": "a", "status": "purple"}]"#)
    #expect(none.problem == "none of the 1 records of out.json could be used")
  }

  @Test("A place without records is told apart from an empty list")
  func nowhere() throws {
    #expect(RecordResults.records(in: try document(#"{"a": 1}"#), at: try YAMLPath("a")) == nil)
    #expect(RecordResults.records(in: try document(#"{"a": 1}"#), at: try YAMLPath("b.c[2]")) == nil)
    let empty = try read("[]")
    #expect(empty.outcomes.isEmpty && empty.problem == nil)
  }
}
