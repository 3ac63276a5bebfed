import Foundation
import Journal

/// A folder of its own that is gone with its last reference.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "errata-journal-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }
}

let firstRun = "run_20260112_103000"
let secondRun = "run_20260113_090000"

/// An event in `adhd/nov25`.
func event(
  _ type: EventType, run: String = firstRun, source: String? = nil, stage: String? = nil,
  data: [String: JSONValue] = [:], error: EventError? = nil, key: (String, String) = ("adhd", "nov25")
) -> Event {
  let start = RunID.date(of: run) ?? Date(timeIntervalSince1970: 0)
  return Event(
    type, runID: run,
    context: EventContext(publication: key.0, period: key.1, sourceCode: source, stage: stage), data: data,
    error: error, timestamp: start.addingTimeInterval(1))
}

func runStarted(_ run: String, total: Int = 1) -> Event {
  Event(
    .runStarted, runID: run, data: ["config_file": "config/publications.yaml", "total_urls": .int(total)],
    timestamp: RunID.date(of: run) ?? Date(timeIntervalSince1970: 0))
}

func loaded(_ source: String, rows: Int = 10, run: String = firstRun) -> Event {
  event(
    .sourceLoaded, run: run, source: source, stage: "load",
    data: ["rows": .int(rows), "table_name": .string("tbl_" + source), "entry_hash": "e1", "input_hash": "i1"])
}

func failed(_ source: String, run: String = firstRun, entryHash: String = "e1") -> Event {
  var error = EventError(.typeMismatch, "INTEGER column received unexpected value '*'")
  error.column = "headcount"
  return event(
    .sourceFailed, run: run, source: source, stage: "load",
    data: ["entry_hash": .string(entryHash), "input_hash": "i1", "log": "logs/stages/x.log"], error: error)
}

func fix(_ id: String, source: String = "a", status: FixStatus = .open) -> FixRecord {
  FixRecord(
    id: id, branch: "errata/adhd/nov25/\(source)-fix_manifest_type-\(id)", status: status, publication: "adhd",
    period: "nov25", source: source, stage: "load", errorType: "type_mismatch", action: "fix_manifest_type",
    confidence: 0.8, verified: true, files: ["manifests/a.yaml"],
    changes: [
      FixChange(
        file: "manifests/a.yaml", path: "sources[0].columns[1].data_type",
        selector: "sources[code=a].columns[original_name=b].data_type", old: "integer", new: "bigint")
    ], commit: String(repeating: "a", count: 40), run: firstRun, summary: "widen b to bigint")
}
