import Foundation
import FoundationNetworking
import Journal
import Testing

/// The commands that look into the journal.
@Suite("Looking back")
struct LookTests {
  @Test("a period is traced through its runs, events are counted, and replay says what the state file says")
  func looks() async throws {
    let clinic = try await ClinicWorkspace("looking-back")
    #expect(try await clinic.errata("run").code == 10)
    let fix = try #require(try await clinic.fixes().first)
    #expect(try await clinic.errata("approve", fix.id).code == 0)
    #expect(try await clinic.errata("run").code == 0)

    let trace = try await clinic.errata("trace", "clinic/nov25")
    #expect(trace.code == 0 && trace.output.contains(fix.id) && trace.output.contains("approved"), "\(trace.output)")
    #expect(trace.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(trace.output)")
    let json = try JSONDecoder().decode(
      JSONValue.self, from: Data(try await clinic.errata("trace", "clinic/nov25", "--json").output.utf8))
    let steps = json["runs"]?.array?.flatMap { $0["steps"]?.array ?? [] } ?? []
    #expect(steps.contains { $0["what"] == "load" && $0["outcome"] == "failed" && $0["duration_ms"]?.int != nil })
    #expect(steps.last { $0["what"] == "load" }?["outcome"] == "completed")
    #expect(try await clinic.errata("trace", "clinic/jan99").errors.contains("the journal tells of clinic/"))

    let health = try await clinic.errata("health")
    #expect(health.code == 0 && health.output.hasPrefix("Health: ") && health.output.contains("type_mismatch"))
    #expect(health.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(health.output)")
    let told = try JSONDecoder().decode(
      JSONValue.self, from: Data(try await clinic.errata("health", "--json").output.utf8))
    let operations = told["operations"]?.array ?? []
    for name in ["run stage", "try stage", "change database", "append to journal"] {
      #expect(operations.first { $0["name"]?.string == name }?["calls"]?.int ?? 0 > 0, "\(name): \(operations)")
    }
    #expect(told["coverage"]?["stages"]?.array?.contains { $0["stage"] == "load" } == true)
    #expect(told["patterns"]?.array?.first?["fingerprint"]?.string?.count == 8)

    let all = try await clinic.errata("events", "--count").output
    let failed = try await clinic.errata("events", "--type", "source_failed", "--group-by", "source").output
    #expect(Int(all.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 > 20)
    #expect(failed.hasPrefix("COUNT") && failed.contains("visits"))
    #expect(try await clinic.errata("events", "--type", "no_such").errors.contains("No event has the type 'no_such'"))

    let stood = try await clinic.errata("status", "--json").output
    let runs = try JSONDecoder().decode(BackfillState.self, from: Data(stood.utf8)).runs.keys.sorted()
    let last = try await clinic.errata("replay", try #require(runs.last))
    #expect(last.code == 0 && last.errors.contains("says the same"), "\(last.errors)")
    let first = try await clinic.errata("replay", try #require(runs.first), "--json")
    let state = try JSONDecoder().decode(BackfillState.self, from: Data(first.output.utf8))
    #expect(first.code == 0 && state.urls["clinic/nov25"]?.sources["visits"]?.status == .failed)
    try clinic.write("{\"schema_version\": \"2.0\", \"runs\": {}, \"urls\": {}}", to: "state/state_v2.json")
    let spoilt = try await clinic.errata("replay", try #require(runs.last))
    #expect(spoilt.code == 1 && spoilt.errors.contains("says otherwise of clinic/"), "\(spoilt.errors)")
    #expect(try await clinic.errata("replay", "run_19990101_000000").code == 64)
  }

  @Test("metrics says what a run wrote, and the dashboard is a page or is served, of a real workspace")
  func pages() async throws {
    let clinic = try await ClinicWorkspace("pages")
    #expect(try await clinic.errata("run").code == 10)
    let fix = try #require(try await clinic.fixes().first)
    let files = try FileManager.default.contentsOfDirectory(atPath: clinic.root + "/logs/metrics")
    let day = String(try #require(files.first).prefix(10))
    let shown = try await clinic.errata("metrics", "--date", day, "--json")
    #expect(shown.output == (try clinic.text("logs/metrics/\(day).json")))
    #expect(try await clinic.errata("metrics", "--date", day).output.contains("load"))
    #expect(try await clinic.errata("metrics", "--prometheus").output.contains("errata_runs_total 1\n"))
    #expect(try await clinic.errata("metrics", "--date", "yesterday").code == 64)

    let written = try await clinic.errata("dashboard", "--output", "page.html", "--now", "\(day)T23:59:59Z")
    let page = try clinic.text("page.html")
    #expect(written.code == 0 && page.contains(fix.id) && page.contains("diff --git"), "\(written.errors)")
    let again = try await clinic.errata("dashboard", "--output", "-", "--now", "\(day)T23:59:59Z")
    #expect(again.output == page + (page.hasSuffix("\n") ? "" : "\n"))
    #expect(try await clinic.errata("dashboard").code == 0)
    #expect(try clinic.text("logs/dashboard.html").contains(fix.id))
    #expect(try await clinic.errata("dashboard", "--output", "no/such/folder/page.html").code == 64)

    let server = Process()
    server.executableURL = URL(fileURLWithPath: Workbench.programs + "/errata")
    server.arguments = ["dashboard", "--serve", "--port", "0", "--workspace", clinic.root]
    let errors = Pipe()
    server.standardError = errors
    try server.run()
    defer { server.terminate() }
    let said = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
    let address = try #require(said.split(separator: " ").first { $0.hasPrefix("http://127.0.0.1:") }?.dropLast())
    let url = try #require(URL(string: address + "model.json"))
    let (body, response) = try await URLSession.shared.data(from: url)
    let news = try JSONDecoder().decode(JSONValue.self, from: body)
    #expect(news["model"]?["fixes"]?.array?.contains { $0["id"] == .string(fix.id) } == true)
    var request = URLRequest(url: url)
    request.setValue(
      (response as? HTTPURLResponse)?.value(forHTTPHeaderField: "ETag"), forHTTPHeaderField: "If-None-Match")
    let (_, same) = try await URLSession.shared.data(for: request)
    #expect((same as? HTTPURLResponse)?.statusCode == 304)
    server.interrupt()
    server.waitUntilExit()
    #expect(server.terminationStatus == 0)
  }
}
