import Foundation
import Journal
import Testing

/// Clocks that are wrong, names that are paths or markup, and disks that are full.
@Suite("A workspace where something is wrong")
struct HostilePlaceTests {
  /// A run's file in which each event is dated by the next of some moments.
  private func write(_ moments: [String], run: String, in place: SmallWorkspace) throws {
    let url = #""context":{"publication":"pub","period":"jan25"}"#
    let events = [
      #""event_type":"run_started","data":{"total_urls":1}"#, #""event_type":"url_started",\#(url)"#,
      #""event_type":"stage_started",\#(url),"data":{"stage_name":"go"}"#,
      #""event_type":"stage_failed",\#(url),"data":{"stage_name":"go"},"error":{"type":"timeout","message":"late"}"#,
      #""event_type":"url_failed",\#(url)"#, #""event_type":"run_completed","data":{"exit_code":10}"#,
    ]
    let lines = zip(events, moments).enumerated().map { number, line in
      #"{"event_id":"evt_\#(number)","run_id":"\#(run)","timestamp":"\#(line.1)",\#(line.0)}"# + "\n"
    }
    try place.write(lines.joined(), to: "logs/events/\(RunID.day(of: run) ?? "")/\(run).jsonl")
  }

  @Test("such as a journal from years ahead is read, and the runs after it are named after it")
  func future() async throws {
    let place = try SmallWorkspace("future")
    try place.replacePipeline(command: ["true"])
    try write((10...15).map { "2031-05-05T10:10:\($0).000Z" }, run: "run_20310505_101010", in: place)
    for second in 11...12 {
      let today = RunID.day(Date())
      let ended = try await place.errata("run")
      #expect(ended.code == 0 && !ended.errors.contains("left out"), "\(ended.errors)")
      #expect(try JournalReader.runs(in: place.root + "/logs").last == "run_20310505_1010\(second)")
      let replay = try await place.errata("replay", "run_20310505_1010\(second)")
      #expect(replay.code == 0 && replay.errors.contains("says the same"), "\(replay.errors)")
      #expect(FileManager.default.fileExists(atPath: "\(place.root)/logs/metrics/\(today).json"))
    }
    #expect(try await place.errata("status", "--json").output.contains(#""status" : "completed""#))
    #expect(try await place.errata("dashboard").code == 0)
  }

  @Test("such as a clock that jumps back within a run is no trouble: what counts is the order of the lines")
  func backwards() async throws {
    let place = try SmallWorkspace("backwards")
    try place.replacePipeline(command: ["true"])
    let moments = ["12T10:00:00", "12T10:00:05", "12T09:00:00", "11T23:59:59", "12T10:00:01", "10T00:00:00"]
    try write(moments.map { "2026-01-\($0).000Z" }, run: "run_20260112_100000", in: place)
    let trace = try await place.errata("trace", "pub/jan25")
    #expect(trace.code == 0 && trace.output.contains("timeout"), "\(trace.output)\(trace.errors)")
    #expect(trace.output.firstMatch(of: /-\d+(\.\d+)? ?(ms|s|min|h)\b/) == nil, "\(trace.output)")
    let ended = try await place.errata("run")
    #expect(ended.code == 0, "\(ended.errors)")
    let last = try #require(try JournalReader.runs(in: place.root + "/logs").last)
    #expect(try await place.errata("replay", last).errors.contains("says the same"))
    #expect(try await place.errata("health").code == 0)
    #expect(try await place.errata("dashboard").code == 0)
  }

  @Test("such as a source that is named like a path or like markup is worked on under that name and nowhere else")
  func names() async throws {
    let place = try SmallWorkspace("names")
    try place.edit("manifests/pub_jan25.yaml", "code: one", "code: ../../x")
    try place.edit("manifests/pub_jan25.yaml", "code: two", "code: <script>alert(1)</script>")
    try await place.commit()
    let ended = try await place.errata("run")
    #expect(ended.code == 10, "\(ended.errors)")
    let events = try place.events()
    #expect(events.contains { $0.type == .sourceFailed && $0.context.sourceCode == "../../x" })
    #expect(events.contains { $0.type == .sourceLoaded && $0.context.sourceCode == "<script>alert(1)</script>" })
    #expect(try await place.fixBranches().count == 1)
    #expect(try await place.git("status", "--porcelain") == "")
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.bench.root) == ["work"])
    let all = FileManager.default.enumerator(atPath: place.root)?.compactMap { $0 as? String } ?? []
    #expect(!all.contains { $0.split(separator: "/").last?.hasPrefix("x") == true && !$0.hasPrefix(".git/") })
    #expect(try await place.errata("dashboard", "--output", "page.html").code == 0)
    let page = try place.text("page.html")
    #expect(page.contains("alert(1)") && !page.contains("<script>alert"))
  }

  @Test(
    "such as a disk that is full is told in one sentence with the file that could not be written",
    arguments: [
      ["run", "state/state_v2.json", "_summary.json", "logs/metrics/"], ["dashboard", "logs/dashboard.html"],
    ])
  func full(_ written: [String]) async throws {
    struct Said: Decodable {
      let code: Int32
      let errors: String
    }
    let bench = try Workbench("full")
    let script = Workbench.project + "/Tests/Crash/full.py"
    let ended = try await bench.run("python3", [script, Workbench.programs] + written)
    let found = try JSONDecoder().decode([String: Said].self, from: Data(ended.output.utf8))
    for file in written.dropFirst() {
      let said = try #require(found[file], "\(ended.errors)")
      #expect(said.code == 1)
      let sentence = said.errors.split(separator: "\n").last.map(String.init) ?? ""
      #expect(sentence.hasPrefix("errata: could not write ") && sentence.contains(file), "\(said.errors)")
      #expect(sentence.hasSuffix(": the disk is full; make room there and run again, nothing recorded is lost"))
    }
  }
}
