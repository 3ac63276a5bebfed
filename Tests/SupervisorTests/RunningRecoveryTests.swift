import Foundation
import Glibc
import Journal
import Repair
import Supervisor
import Synchronization
import Testing

/// Runs that were killed, interrupted, or find something in their way.
struct RunningRecoveryTests {
  private let place = RunningWorkspace()

  /// A loader as the reference one is: it keeps receipts beside its target and tells events.
  private static let receipts = """
    tell() { printf '{"event_type":"%s","event_id":"evt_%s","timestamp":"2026-01-01T00:00:00.000Z","context":{"source_code":"%s"},"data":{"rows":5,"table_name":"t","reason":"%s"}}\\n' "$1" "$(cat /proc/sys/kernel/random/uuid)" "$2" "$3" >> "$ERRATA_EVENTS"; }
    echo "Loaded or so"
    if grep -qx "$ERRATA_PERIOD/$1" receipts 2>/dev/null; then tell source_skipped "$1" "already loaded"; exit 0; fi
    echo "$ERRATA_PERIOD/$1" >> receipts
    tell source_loaded "$1" ""
    """

  @Test("A journal that ends anywhere is gone on with: the same end, every load told exactly once")
  func anywhere() async throws {
    try place.prepare()
    let configuration = place.configuration(load: Self.receipts)
    let first = try await place.run(configuration)
    let folder = place.workspace.logs + "/events/"
    let path = try #require(
      FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }.first {
        $0.hasSuffix("\(first.runID).jsonl")
      })
    let whole = try #require(place.text("logs/events/\(path)"))
    let lines = whole.split(separator: "\n")
    #expect(lines.count > 15)
    for count in 1..<lines.count {
      // Whole lines, and every third time a torn one after them.
      var text = lines.prefix(count).joined(separator: "\n") + "\n"
      if count.isMultiple(of: 3) { text += lines[count].prefix(20) }
      for later in try JournalReader.runs(in: place.workspace.logs) where later != first.runID {
        let day = try #require(RunID.day(of: later))
        try FileManager.default.removeItem(atPath: "\(folder)\(day)/\(later).jsonl")
      }
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + path))
      let outcome = try await place.run(configuration)
      #expect(outcome.exitCode() == 0, "after \(count) lines")
      let events = try place.events()
      let loads = events.filter { $0.type == .sourceLoaded }.compactMap(\.context.sourceCode).sorted()
      #expect(loads == ["one", "two"], "after \(count) lines")
      #expect(try place.state()["adhd/nov25"]?.status == .completed, "after \(count) lines")
      #expect(OpenProcesses(replaying: events).processes.isEmpty, "after \(count) lines")
    }
  }

  @Test("What a stage of a killed run told is read once, and its event keeps its name")
  func leftovers() async throws {
    try place.prepare()
    let configuration = place.configuration()
    let session = try RunSession(workspace: place.workspace)
    try await session.recorder.append([
      Event(.runStarted), Event(.urlStarted, context: EventContext(publication: "adhd", period: "nov25")),
    ])
    session.lock.release()
    let context = EventContext(publication: "adhd", period: "nov25", stage: "load")
    let source = try #require(ManifestReading(bytes: Array(RunningWorkspace.page().utf8), name: "m").list.first)
    let opening = Event("errata_stage", context: context, data: ["entry_hashes": ["one": .string(source.entryHash)]])
    var loaded = Event(.sourceLoaded, context: EventContext(sourceCode: "one"), data: ["rows": 3])
    loaded.eventID = "evt_of_the_stage"
    let lines = try [opening, loaded].map { String(decoding: try $0.line(), as: UTF8.self) }
    try place.write(lines.joined(separator: "\n") + "\n{\"event_ty", to: "state/running/run_x-1.jsonl")
    _ = try await place.run(configuration)
    #expect(place.lines("loads") == ["two"])
    #expect(try place.events().filter { $0.eventID == "evt_of_the_stage" }.count == 1)
    #expect(!place.exists("state/running/run_x-1.jsonl"))
    #expect(try place.state()["adhd/nov25"]?.sources["one"]?.rows == 3)
  }

  @Test("Children of a killed run are ended first, those that nobody journalled too")
  func orphans() async throws {
    try place.prepare()
    let session = try RunSession(workspace: place.workspace)
    let runID = session.runID
    try await session.recorder.append([Event(.runStarted)])
    let root = place.workspace.root
    let known = try await child(ProcessRequest(command: ["sleep", "300"], workingDirectory: root))
    let marked = try await child(
      ProcessRequest(
        command: ["sh", "-c", "trap '' TERM; sleep 300; true"],
        environment: ["ERRATA_WORKSPACE": root, "ERRATA_RUN": runID], workingDirectory: root))
    // A number that now belongs to somebody else: to this very test.
    let reused = ProcessIdentity(pid: getpid(), startTime: 1, bootID: ProcessIdentity.currentBootID)
    try await session.recorder.append(
      [known.identity, reused].map {
        Event(
          .processStarted,
          data: ["pid": .int(Int($0.pid)), "start_time": .int($0.startTime), "boot_id": .string($0.bootID)])
      })
    session.lock.release()
    _ = try await place.run(place.configuration())
    #expect(await known.outcome.value.signal == 15)
    #expect(await marked.outcome.value.signal == 9)
    #expect(OpenProcesses(replaying: try place.events()).processes.isEmpty)
  }

  /// A child that is running.
  private func child(_ request: ProcessRequest) async throws -> (
    identity: ProcessIdentity, outcome: Task<ProcessOutcome, Never>
  ) {
    let started = AsyncStream.makeStream(of: ProcessIdentity.self)
    let task = Task { await ProcessRunner { $0 }.run(request) { started.continuation.yield($0) } }
    var identities = started.stream.makeAsyncIterator()
    return (try #require(await identities.next()), task)
  }

  @Test("An interrupt ends the children, keeps what was loaded, and the next run goes on")
  func interrupt() async throws {
    try place.prepare()
    let slow = """
      echo "$1" >> loads; echo "Loaded 1 rows into t"
      if [ "$1" = two ] && [ ! -f calm ]; then sleep 300; fi
      """
    let configuration = place.configuration(load: slow)
    let place = place
    let outcome = try await place.run(configuration) { run in
      Task {
        while place.lines("loads").count < 2 { try await Task.sleep(for: .milliseconds(5)) }
        run.interrupt()
      }
    }
    #expect(outcome.exitCode() == 130)
    #expect(try place.state().runs[outcome.runID]?.status == "interrupted")
    #expect(try place.state()["adhd/nov25"]?.sources["one"]?.status == .loaded)
    let two = try place.state()["adhd/nov25"]?.sources["two"]
    #expect(two?.status == .pending, "\(String(describing: two))")
    #expect(try place.events().filter { $0.type == .stageFailed }.isEmpty)
    try place.write("", to: "calm")
    #expect(try await place.run(configuration).exitCode() == 0)
    #expect(place.lines("loads") == ["one", "two", "two"])
  }

  @Test("A second errata is told who is at work")
  func lock() throws {
    let first = try WorkspaceLock(path: place.workspace.state + "/errata.lock")
    let error = #expect(throws: WorkspaceLockError.self) {
      try WorkspaceLock(path: place.workspace.state + "/errata.lock")
    }
    #expect(error?.isHeld == true)
    #expect(error?.description.contains("process number \(getpid())") == true)
    first.release()
    #expect(throws: Never.self) { try WorkspaceLock(path: place.workspace.state + "/errata.lock") }
  }

  @Test("A file at the place of the state folder is said plainly")
  func noStateFolder() throws {
    try place.write("", to: "state")
    let error = #expect(throws: WorkspaceLockError.self) { try RunSession(workspace: place.workspace) }
    #expect(error?.isHeld == false)
  }

  @Test("Services are up before the first stage, see their output kept, and are gone after the last")
  func services() async throws {
    try place.prepare()
    try place.write(
      """
      import http.server, os, socket
      server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
      open("port.new", "w").write(str(server.server_port)); os.rename("port.new", "port")
      print("serving", flush=True)
      server.serve_forever()

      """, to: "serve.py")
    let ready = Service.Readiness.command(["sh", "-c", "test -f port"])
    let service = Service(name: "site", command: ["python3", "serve.py"], ready: ready, timeoutSeconds: 20)
    let load =
      "python3 -c \"import urllib.request,sys; urllib.request.urlopen('http://127.0.0.1:'+open('port').read()+'/pages/')\" && echo Loaded"
    let outcome = try await place.run(place.configuration(load: load, services: [service]))
    #expect(outcome.exitCode() == 0)
    #expect(place.text("logs/stages/\(outcome.runID)/services/site.log")?.hasPrefix("serving\n") == true)
    #expect(OpenProcesses(replaying: try place.events()).processes.isEmpty)
  }

  @Test(
    "A service that does not come up, or ends, halts the run as one incident",
    arguments: ["exit 3", "sleep 60", "sleep 0.3; touch gone"])
  func brokenService(script: String) async throws {
    try place.prepare()
    let ready: Service.Readiness = script.contains("gone") ? .command(["true"]) : .tcp(host: "127.0.0.1", port: 1)
    let service = Service(name: "site", command: ["sh", "-c", script], ready: ready, timeoutSeconds: 0.5)
    let configuration = place.configuration(
      load: "while [ ! -f gone ]; do sleep 0.05; done; sleep 0.3; exit 1", services: [service])
    let outcome = try await place.run(configuration)
    #expect(outcome.exitCode() == 30)
    #expect(outcome.outage?.message.contains("service site") == true)
    #expect(try place.events().filter { $0.type == .circuitOpened }.count == 1)
    #expect(try place.events().filter { $0.type == .sourceFailed }.isEmpty)
  }

  @Test("A database that is gone is loaded again")
  func targetGone() async throws {
    try place.prepare()
    _ = try await place.run(place.configuration())
    try FileManager.default.removeItem(atPath: place.workspace.root + "/data/target")
    _ = try await place.run(place.configuration())
    #expect(place.lines("loads") == ["one", "two", "one", "two"])
  }
}
