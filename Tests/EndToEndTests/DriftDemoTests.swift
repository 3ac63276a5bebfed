import Foundation
import Journal
import Subprocess
import Testing

/// A producer who goes to another schema while eight tables are published step by step.
@Suite("The drift demo")
struct DriftDemoTests {
  @Test("meets the drift with one plan, recovers, and prints what the journal says")
  func recovers() async throws {
    let bench = try Workbench("drift-demo")
    let temporary = bench.root + "/tmp"
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    let ended = try await bench.run(
      Workbench.programs + "/errata", ["demo", "--drift", "--steps", "11"], variables: ["TMPDIR": temporary])
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.root).sorted() == ["errata-drift", "tmp"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)

    let events = try JournalReader.events(in: bench.root + "/errata-drift/logs")
    let runs = events.filter { $0.type == .runStarted }.map(\.runID)
    let lines = ended.errors.split(separator: "\n").map(String.init)
    let steps = lines.map { $0.split(separator: " ").map(String.init) }
      .filter { $0.count > 5 && Int($0[0]) != nil && $0[1].hasSuffix("/8") }
    #expect(runs.count == 11 && steps.count == 11, "\(ended.errors)")
    for (step, run) in zip(steps, runs) {
      let own = events.filter { $0.runID == run }
      let last = try #require(events.lastIndex { $0.runID == run })
      let state = BackfillState(replaying: events[...last])
      let loaded = state.urls.values.flatMap(\.enabledSources.values).count { $0.status == .loaded }
      let rows = own.filter { $0.type == .sourceLoaded }.reduce(0) { $0 + ($1.data["rows"]?.int ?? 0) }
      let evaluation = try #require(own.first { $0.type == .runEvaluated })
      let score = try #require(evaluation.data["score"]?.double)
      #expect(step[1] == "\(loaded)/8" && step[2] == "\(rows)", "\(step)")
      #expect(abs((Double(step[5].replacing("−", with: "-")) ?? 9) - score) < 0.0051, "\(step)")
      #expect(step[3] == "\(Int(((evaluation.data["error_rate"]?.double ?? 0) * 100).rounded()))", "\(step)")
    }
    #expect(steps[6][1] == "8/8" && steps[7][1] == "3/8" && steps[10][1] == "8/8")

    let drifts = events.filter { $0.type == .schemaDriftDetected }
    #expect(drifts.count == 1 && drifts.first?.runID == runs[7])
    #expect(drifts.first?.data["versions"]?.array?.first?["after"] == "2.0")
    let fixes = FixBook(replaying: events).fixes.filter { $0.incident != nil }
    #expect(fixes.count == 5 && Set(fixes.map(\.branch)).count == 1)
    #expect(fixes.allSatisfy { $0.status == .approved && $0.verified })
    #expect(lines.allSatisfy { $0.count <= 80 || $0.contains("http") || $0.hasPrefix("The workspace is") })
  }
}
