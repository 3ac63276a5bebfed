import Foundation
import Journal
import Testing

/// Every fault of `Faults/`, through the built program and the reference pipeline: the first proposal is the right one.
@Suite("The fault matrix")
struct FaultMatrixTests {
  /// What a run made of the faults.
  struct Outcome: Sendable {
    let ground: FaultGround
    let ended: Ended
    let events: [Event]
    let fixes: [FixRecord]

    init(_ faults: [Fault], mode: String) async throws {
      ground = try await FaultGround(faults, mode: mode)
      ended = try await ground.errata("run", "--jobs", "2")
      events = try ground.events()
      fixes = try await ground.fixes()
    }
  }

  static let faults = (try? Fault.all()) ?? []
  /// One run that proposes, for all faults that do not stop it.
  private static let proposing = Task { try await Outcome(faults.filter { !$0.alone }, mode: "human-in-loop") }

  @Test("has at least forty faults, and each is readable")
  func enough() throws {
    let readable = try Fault.all().count
    #expect(readable >= 40)
  }

  @Test("names the cause and proposes the one right edit, or none", arguments: faults)
  func firstProposal(_ fault: Fault) async throws {
    let outcome = fault.alone ? try await Outcome([fault], mode: "human-in-loop") : try await Self.proposing.value
    let wanted = fault.expect
    let events = outcome.events.filter { $0.context.publication == fault.name }
    let diagnosed = events.filter { $0.type == .failureDiagnosed }
    let failed = events.first { [.sourceFailed, .stageFailed, .circuitOpened].contains($0.type) && $0.error != nil }
    let told = "\(fault.about) \(failed?.error?.message ?? outcome.ended.errors)"
    let type = failed?.error?.type
    #expect(type == wanted.error, "\(told)")
    #expect(failed?.context.stage == wanted.stage, "\(told)")
    let isHalted = events.contains { $0.type == .circuitOpened }
    let became = isHalted ? "halted" : diagnosed.first?.data["outcome"]?.string ?? "loaded"
    #expect(became == wanted.outcome, "\(told)")
    let fixes = outcome.fixes.filter { $0.publication == fault.name }
    let number = wanted.outcome == "proposed" ? 1 : 0
    #expect(fixes.count == number, "\(told)")
    #expect(fixes.first?.action == wanted.action, "\(told)")
    #expect(fixes.filter(\.verified).count == number, "\(told)")
    let changes = (fixes.first?.changes ?? []).map { ($0.path, $0.new ?? .null) }
    let right = wanted.changes.mapValues { outcome.ground.resolve($0.value, fault) }
    #expect(Dictionary(changes, uniquingKeysWith: { first, _ in first }) == right, "\(told)")
    if let day = wanted.until {
      #expect(events.contains { $0.type == .markedPending && $0.data["pending_until"]?.string == day }, "\(told)")
    }
  }

  @Test("verifies every fix again from its report alone, in a fresh clone, with the same verdict")
  func repeated() async throws {
    let outcome = try await Self.proposing.value
    let clone = try Workbench("faults-clone")
    try await clone.git("clone", "--quiet", outcome.ground.root, "clone")
    let place = clone.root + "/clone"
    let ids = outcome.fixes.map(\.id)
    #expect(ids.count > 20)
    try await withThrowingTaskGroup(of: (String, Ended).self) { group in
      var waiting = ids[...]
      func next() {
        guard let id = waiting.popFirst() else { return }
        group.addTask {
          (id, try await clone.run(Workbench.programs + "/errata", ["show", id, "--verify"], in: place))
        }
      }
      next()
      next()
      for try await (id, ended) in group {
        #expect(ended.code == 0, "\(id): \(ended.output) \(ended.errors)")
        #expect(ended.output.contains("The same verdict came out."), "\(id): \(ended.output)")
        next()
      }
    }
    // Nothing is left behind, and nothing changed.
    #expect(try await clone.run("git", ["status", "--porcelain", "--ignored"], in: place).output == "")
  }

  @Test("approved, loads every source that was mended, and leaves what was loaded before as it was")
  func approved() async throws {
    let outcome = try await Self.proposing.value
    let ground = outcome.ground
    let before = try await ground.steadyRows()
    let merged = try await ground.bench.run(Workbench.programs + "/errata", ["approve"] + outcome.fixes.map(\.id))
    #expect(merged.code == 0, "\(merged.errors)")
    _ = try await ground.errata("run", "--jobs", "2")
    let state = try await ground.state()
    for fix in outcome.fixes {
      let record = state.urls["\(fix.publication)/\(fix.period)"]
      // What no edit mends can only be switched off.
      let wanted = fix.action == "disable_source" ? SourceStatus.disabled : .loaded
      let isRight = fix.source.map { record?.sources[$0]?.status == wanted } ?? (record?.status == .completed)
      #expect(isRight, "\(fix.publication): \(fix.summary)")
    }
    let after = try await ground.steadyRows()
    #expect(before.count > 40)
    #expect(after.filter { before[$0.key] != nil } == before)
    let health = try JSONDecoder().decode(
      JSONValue.self, from: Data(try await ground.errata("health", "--calibration", "--json").output.utf8))
    let calibration = try #require(health["calibration"])
    #expect(calibration["count"]?.int == outcome.fixes.count)
    #expect(try #require(calibration["expected_calibration_error"]?.double) <= 0.05, "\(calibration)")
  }

  @Test("merged without a person, makes nothing worse: earlier rows stay, and what is uncertain waits")
  func autonomous() async throws {
    let outcome = try await Outcome(Self.faults.filter { !$0.alone }, mode: "autonomous")
    let state = try await outcome.ground.state()
    let steady = try await outcome.ground.steadyRows()
    #expect(steady.count > 40)
    #expect(Set(steady.values) == ["2 3 A, B"])
    #expect(outcome.fixes.contains { $0.status == .approved })
    for fix in outcome.fixes where fix.status == .approved {
      let fault = Self.faults.first { $0.name == fix.publication }
      #expect(fault?.expect.safe == true && fix.action == fault?.expect.action, "\(fix.publication)")
      let record = state.urls["\(fix.publication)/\(fix.period)"]
      let isLoaded = fix.source.map { record?.sources[$0]?.status == .loaded } ?? (record?.status == .completed)
      #expect(isLoaded, "\(fix.publication)")
    }
    // Where the pipeline makes the manifest there is no steady source beside the fault.
    for fault in Self.faults where fault.manifest?.contains("\nsources:") == true && !fault.alone {
      #expect(state.urls["\(fault.name)/nov25"]?.sources["steady"]?.status == .loaded, "\(fault.name)")
    }
  }
}
