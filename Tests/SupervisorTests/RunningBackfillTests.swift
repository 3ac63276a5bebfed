import Foundation
import Journal
import Repair
import Supervisor
import Synchronization
import Testing

/// Whole runs with scripts for stages.
struct RunningBackfillTests {
  private let place = RunningWorkspace()

  @Test("A first run does everything once, and a second run nothing")
  func complete() async throws {
    try place.prepare(periods: ["oct25", "nov25"])
    let configuration = place.configuration(periods: ["oct25", "nov25"])
    let first = try await place.run(configuration, options: RunOptions(jobs: 2))
    #expect(first.exitCode() == 0)
    #expect(first.stats.urlsCompleted == 2)
    #expect(first.stats.rowsLoaded == 20)
    let state = try place.state()
    #expect(state["adhd/nov25"]?.status == .completed)
    #expect(state["adhd/nov25"]?.sources["one"]?.rows == 5)
    #expect(state["adhd/nov25"]?.sources["one"]?.table == "tbl_one")
    #expect(state["adhd/nov25"]?.sources["notes"]?.status == .disabled)
    #expect(state["adhd/nov25"]?.stages["manifest"]?.file == "adhd_nov25.yaml")
    let second = try await place.run(configuration)
    #expect(second.exitCode() == 0)
    #expect(place.lines("loads").count == 4)
    #expect(place.lines("exports").count == 2)
    #expect(place.lines("manifests-made").count == 2)
    let quiet = try place.events().filter { $0.runID == second.runID }.map(\.type)
    #expect(quiet == [.runStarted, .runEvaluated, .runCompleted])
    let snapshot = try #require(StateSnapshot.read(place.workspace.snapshot))
    #expect(snapshot.urls.mapValues(\.status) == (try place.state()).urls.mapValues(\.status))
  }

  @Test("The password and the token of a configured address do not enter the journal")
  func secretAddress() async throws {
    try place.prepare()
    let configuration = place.configuration { configuration in
      configuration.publications.publications[0].urls[0].url = "https://bob:hunter2pw@example.org/x?token=sekrettok"
    }
    #expect(try await place.run(configuration).exitCode() == 0)
    let events = try place.events()
    let started = try #require(events.first { (event: Event) in event.type == .urlStarted })
    #expect(started.context.url?.hasSuffix("example.org/x?token=***") == true)
    let journal = String(decoding: try JSONEncoder().encode(events), as: UTF8.self)
    #expect(!journal.contains("hunter2pw") && !journal.contains("sekrettok"))
  }

  @Test("A failed source fails alone, its error is the real one, and only it runs again")
  func failure() async throws {
    try place.prepare()
    try place.write("INTEGER column received unexpected value '*'\n", to: "fail-two")
    let seen = Mutex<[Failure]>([])
    let hooks = RunHooks(mend: { failures in
      seen.withLock { $0 += failures }
      return MendSummary()
    })
    let outcome = try await place.run(place.configuration(), hooks: hooks)
    #expect(outcome.exitCode() == 30)
    #expect(outcome.unfixed == 1)
    let record = try #require(try place.state()["adhd/nov25"])
    #expect(record.status == .partial)
    #expect(record.sources["one"]?.status == .loaded)
    #expect(record.sources["two"]?.error == "type_mismatch")
    #expect(record.stages["load"]?.status == .partial)
    #expect(record.stages["export"]?.reason == "load incomplete")
    let failure = try #require(seen.withLock { $0 }.first)
    #expect(failure.source == "two")
    #expect(failure.manifestPath == "manifests/adhd_nov25.yaml")
    #expect(failure.error.message.contains("'*'"))
    #expect(!failure.error.message.contains("See output above"))
    let log = try #require(failure.log)
    #expect(place.text(log)?.contains("'*'") == true)

    try FileManager.default.removeItem(atPath: place.workspace.root + "/fail-two")
    let again = try await place.run(place.configuration())
    #expect(again.exitCode() == 0)
    #expect(place.lines("loads") == ["one", "two", "two"])
    #expect(place.lines("manifests-made").count == 1)
    let loads = try place.events().filter { $0.type == .sourceLoaded }.compactMap(\.context.sourceCode)
    #expect(loads.sorted() == ["one", "two"])
  }

  @Test("A failed source with an open fix waits, and runs again when its entry has changed")
  func waiting() async throws {
    try place.prepare()
    try place.write("INTEGER column received unexpected value '*'\n", to: "fail-two")
    _ = try await place.run(place.configuration())
    let session = try RunSession(workspace: place.workspace)
    try await session.recorder.append([try place.propose("abcd1234", key: "adhd/nov25", source: "two")])
    session.lock.release()
    let waiting = try await place.run(place.configuration())
    #expect(waiting.exitCode() == 20)
    #expect(waiting.waiting == 1)
    #expect(place.lines("loads") == ["one", "two"])
    try FileManager.default.removeItem(atPath: place.workspace.root + "/fail-two")
    try place.write(RunningWorkspace.page("null_values: ['*']"), to: "manifests/adhd_nov25.yaml")
    let fixed = try await place.run(place.configuration())
    #expect(place.lines("loads") == ["one", "two", "two"])
    #expect(try place.state()["adhd/nov25"]?.status == .completed)
    #expect(fixed.unfixed == 0)
    #expect(place.lines("exports").count == 1)
  }

  @Test("What heals is tried again, and each source is told once")
  func retries() async throws {
    try place.prepare()
    let script = """
      echo "$1" >> loads
      if [ "$1" = two ] && [ $(grep -c two loads) -lt 3 ]; then echo "HTTP 503 Service Unavailable" >&2; exit 1; fi
      echo "Loaded 7 rows into t"
      """
    let outcome = try await place.run(place.configuration(load: script))
    #expect(outcome.exitCode() == 0)
    let events = try place.events()
    #expect(events.filter { $0.type == .retryScheduled }.count == 2)
    #expect(events.filter { $0.type == .sourceFailed || $0.type == .stageFailed }.isEmpty)
    #expect(events.filter { $0.type == .sourceLoaded && $0.context.sourceCode == "two" }.count == 1)
    #expect(
      events.filter { $0.type == .stepDecided }.compactMap { $0.data["decision"]?["action"]?.string }.filter {
        $0 == "retry"
      }.count == 2)
  }

  @Test("An outage is one incident: no failure, no repair, and the next run completes")
  func outage() async throws {
    try place.prepare(periods: ["oct25", "nov25"])
    let configuration = place.configuration(periods: ["oct25", "nov25"])
    try place.write("could not connect to server: Connection refused; database is not available\n", to: "fail-one")
    let tools = RunTools(
      runner: ProcessRunner { $0 }, redact: { $0 },
      classify: { _, _, _, _ in Classification(type: .databaseUnavailable, transient: true, message: "database refused")
      },
      sleep: { _ in })
    let hooks = RunHooks(mend: { failures in
      Issue.record("an outage must not be mended: \(failures)")
      return MendSummary()
    })
    let outcome = try await place.run(configuration, hooks: hooks, tools: tools)
    #expect(outcome.exitCode() == 30)
    #expect(outcome.outage?.kind == .databaseUnavailable)
    let events = try place.events()
    #expect(events.filter { $0.type == .circuitOpened }.count == 1)
    #expect(events.filter { [.sourceFailed, .stageFailed, .urlFailed].contains($0.type) }.isEmpty)
    #expect(try place.state().runs[outcome.runID]?.status == "halted")
    #expect(try place.state()["adhd/oct25"]?.status == .pending)
    try FileManager.default.removeItem(atPath: place.workspace.root + "/fail-one")
    #expect(try await place.run(configuration).exitCode() == 0)
    #expect(try place.state().urls.values.allSatisfy { $0.status == .completed })
  }

  @Test("A lock that outlasts the retries halts the run")
  func locked() async throws {
    try place.prepare()
    let tools = RunTools(
      runner: ProcessRunner { $0 }, redact: { $0 },
      classify: { _, _, _, _ in Classification(type: .lockConflict, transient: true, message: "file is locked") },
      sleep: { _ in })
    try place.write("x", to: "fail-one")
    let outcome = try await place.run(place.configuration(), tools: tools)
    #expect(outcome.outage?.kind == .lockConflict)
    #expect(place.lines("loads") == ["one", "one", "one"])
  }

  @Test(
    "A manifest that is no YAML fails its own period only",
    arguments: ["a: [b", "just text", "sources: {a: 1}", "sources:\n- table: x\n"])
  func brokenManifest(text: String) async throws {
    try place.prepare(periods: ["oct25", "nov25"])
    try place.write(text, to: "pages/oct25.yaml")
    let outcome = try await place.run(place.configuration(periods: ["oct25", "nov25"]))
    #expect(outcome.exitCode() == 30)
    let state = try place.state()
    #expect(state["adhd/oct25"]?.stages["load"]?.failure?.error.kind == .manifestInvalid)
    #expect(state["adhd/oct25"]?.stages["load"]?.failure?.error.message.contains("adhd_oct25.yaml:") == true)
    #expect(state["adhd/nov25"]?.status == .completed)
  }

  @Test("A stage that exits 0 while its checks fail has failed")
  func validation() async throws {
    try place.prepare()
    let outcome = try await place.run(place.configuration(load: "echo nothing of note"))
    #expect(outcome.unfixed == 2)
    let error = try #require(try place.state()["adhd/nov25"]?.sources["one"]?.failure?.error)
    #expect(error.message.contains("checks failed"))
    #expect(error.message.contains("Loaded"))
  }

  @Test("A missing command, a signal and a hang are clear failures")
  func badCommands() async throws {
    try place.prepare(periods: ["a", "b", "c"])
    try place.write("kill -11 $$\n", to: "kill.sh")
    let configuration = place.configuration(periods: ["a", "b", "c"]) {
      $0.pipeline.stages[0].command = [
        "sh", "-c", "case $0 in a) exec no-such-program;; b) kill -11 $$;; c) exec sleep 60;; esac", "{period}",
      ]
      $0.pipeline.stages[0].timeoutSeconds = 15
      $0.execution.retry.maxRetries = 0
    }
    let outcome = try await place.run(configuration)
    #expect(outcome.unfixed == 3)
    let state = try place.state()
    #expect(state["adhd/c"]?.stages["manifest"]?.failure?.error.kind == .timeout)
    let killed = try place.events().first { $0.type == .stageFailed && $0.context.period == "b" }
    #expect(killed?.data["signal"]?.int == 11)
    #expect(state["adhd/a"]?.stages["manifest"]?.failure?.error.message.contains("no-such-program") == true)
    let missing = place.configuration(periods: ["a"]) { $0.pipeline.stages[0].command = ["no-such-program"] }
    _ = try await place.run(missing)
    let error = try #require(try place.state()["adhd/a"]?.stages["manifest"]?.failure?.error)
    #expect(error.message.contains("no such program"))
  }

  @Test("The decider that always proceeds takes a failing pipeline to its end")
  func alwaysProceed() async throws {
    try place.prepare()
    try place.write("boom\n", to: "fail-one")
    _ = try await place.run(place.configuration { $0.execution.stepDecider = .alwaysProceed })
    let decided = try place.events().filter { $0.type == .stepDecided }
    #expect(decided.allSatisfy { $0.data["decision"]?["action"] == "proceed" })
    #expect(place.lines("loads") == ["one", "two"])
  }

  @Test("Only what was asked for is run, and a period waits for its day")
  func selection() async throws {
    try place.prepare(periods: ["oct25", "nov25"])
    let configuration = place.configuration(periods: ["oct25", "nov25"])
    _ = try await place.run(configuration, options: RunOptions(only: ["adhd/oct25"]))
    #expect(try place.state().urls.keys.sorted() == ["adhd/oct25"])
    let session = try RunSession(workspace: place.workspace)
    try await session.recorder.append([
      Event(
        .markedPending, context: EventContext(publication: "adhd", period: "nov25"),
        data: ["pending_until": "2999-01-01", "reason": "upcoming_publication"])
    ])
    session.lock.release()
    let outcome = try await place.run(configuration)
    #expect(outcome.exitCode() == 0)
    #expect(outcome.pending == 1)
    #expect(try place.state()["adhd/nov25"]?.pendingUntil == "2999-01-01")
    #expect(place.lines("manifests-made").count == 1)
  }

  @Test("A dry run writes nothing and says what it would do")
  func dryRun() throws {
    try place.prepare()
    let plan = BackfillRun.plan(
      workspace: place.workspace, configuration: place.configuration(), history: [], options: RunOptions())
    #expect(plan.lines.first == "adhd/nov25 manifest: run (never ran)")
    #expect(!place.exists("logs"))
    #expect(!place.exists("manifests-made"))
  }

  @Test("A fix that is merged in the run is followed by what it lets resume, once")
  func resume() async throws {
    try place.prepare()
    try place.write("INTEGER column received unexpected value '*'\n", to: "fail-two")
    let calls = Mutex(0)
    let place = place
    let hooks = RunHooks(mend: { _ in
      calls.withLock { $0 += 1 }
      try FileManager.default.removeItem(atPath: place.workspace.root + "/fail-two")
      try place.write(RunningWorkspace.page("null_values: ['*']"), to: "manifests/adhd_nov25.yaml")
      return MendSummary(mayResume: true)
    })
    let outcome = try await place.run(place.configuration(), hooks: hooks)
    #expect(outcome.exitCode() == 0)
    #expect(calls.withLock { $0 } == 1)
    #expect(place.lines("loads") == ["one", "two", "two"])
    #expect(try place.state()["adhd/nov25"]?.completedAt != nil)
  }

  @Test("Trouble with git is told by the outcome, and the stages run all the same")
  func gitTrouble() async throws {
    try place.prepare()
    let hooks = RunHooks(reconcile: { throw GitTrouble() })
    let outcome = try await place.run(place.configuration(), hooks: hooks)
    #expect(outcome.exitCode() == 50)
    #expect(try place.state()["adhd/nov25"]?.status == .completed)
  }
}

private struct GitTrouble: Error {}
