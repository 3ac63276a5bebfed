import Journal
import Repair
import Supervisor
import Testing

@Suite("A state of version 1")
struct RunningTakeoverTests {
  private let place = RunningWorkspace()
  private let former = """
    {"completed": {"adhd/sep25": {"completed_at": "2026-01-10T08:00:00Z"}},
     "failed": {"adhd/oct25": {"error": "See output above"}}, "pending": {}, "in_progress": {"adhd/nov25": {}}}
    """

  @Test("is taken over by the first run: what was completed is not run again, the rest is, and the file stays as it is")
  func takenOver() async throws {
    let periods = ["sep25", "oct25", "nov25"]
    try place.prepare(periods: periods)
    try place.write(former, to: "state/state.json")
    let configuration = place.configuration(periods: periods)
    let outcome = try await place.run(configuration)
    #expect(outcome.exitCode() == 0 && outcome.stats.urlsCompleted == 3)
    // Two periods with two sources each.
    #expect(place.lines("loads").count == 4 && !place.exists("manifests/adhd_sep25.yaml"))
    #expect(try place.state()["adhd/sep25"]?.completedAt == "2026-01-10T08:00:00Z")
    #expect(place.text("state/state.json") == former)

    try await place.run(configuration)
    #expect(place.lines("loads").count == 4)
    #expect(try place.events().filter { $0.type == .stateMigrated }.count == 1)
  }

  @Test("that is no JSON is told, and everything is run")
  func broken() async throws {
    try place.prepare()
    try place.write("{\"completed\": [", to: "state/state.json")
    let outcome = try await place.run(place.configuration())
    #expect(outcome.exitCode() == 0 && place.lines("loads").count == 2)
    let warnings = try place.events().filter { $0.type == .warning }.compactMap { $0.data["message"]?.string }
    #expect(warnings.contains { $0.hasPrefix("state/state.json is no JSON") })
  }
}
