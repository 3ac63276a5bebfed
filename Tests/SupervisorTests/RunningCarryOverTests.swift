import Foundation
import Journal
import Supervisor
import Synchronization
import Testing

/// Manifests that a stage writes anew over what people and fixes made of them.
struct RunningCarryOverTests {
  private let place = RunningWorkspace()
  private static let path = "manifests/adhd_nov25.yaml"

  private func changePage() throws {
    try place.write(
      RunningWorkspace.page().replacingOccurrences(of: "name: x", with: "name: newer"), to: "pages/nov25.yaml")
  }

  /// The manifest stage runs again because its address has changed.
  private func regenerated(_ configuration: Configuration) -> Configuration {
    var copy = configuration
    copy.pipeline.stages[0].command += ["again"]
    return copy
  }

  @Test("What nobody touched is replaced without asking")
  func untouched() async throws {
    try place.prepare()
    let configuration = place.configuration()
    _ = try await place.run(configuration)
    try changePage()
    let hooks = RunHooks(carryOver: { _ in
      Issue.record("nothing is to be merged")
      return .conflict("")
    })
    _ = try await place.run(regenerated(configuration), hooks: hooks)
    #expect(place.text(Self.path)?.contains("newer") == true)
    let written = try place.events().last { $0.type == .fileWritten && $0.data["path"]?.string == Self.path }
    #expect(written?.data["sha256"]?.string == Digest.sha256(place.text(Self.path) ?? ""))
    #expect(written?.data["mixed"] == nil)
    #expect(place.lines("loads") == ["one", "two"])
  }

  @Test("Edits are handed over with both versions, and what comes back is written and named as mixed")
  func merged() async throws {
    try place.prepare()
    let configuration = place.configuration()
    _ = try await place.run(configuration)
    let generated = try #require(place.text(Self.path))
    try place.write(generated + "# mine\n", to: Self.path)
    try changePage()
    let asked = Mutex<CarryOver?>(nil)
    let hooks = RunHooks(carryOver: { request in
      asked.withLock { $0 = request }
      return .merged(request.generatedNow + Array("# mine\n".utf8))
    })
    _ = try await place.run(regenerated(configuration), hooks: hooks)
    let request = try #require(asked.withLock { $0 })
    #expect(request.path == Self.path)
    #expect(request.generatedBefore == Array(generated.utf8))
    #expect(request.standing == Array((generated + "# mine\n").utf8))
    #expect(place.text(Self.path)?.hasSuffix("# mine\n") == true)
    #expect(place.text(Self.path)?.contains("newer") == true)
    let written = try place.events().last { $0.type == .fileWritten && $0.data["path"]?.string == Self.path }
    #expect(written?.data["mixed"] == true)
  }

  @Test("When both sides changed the same place, what stood is kept and the new text is beside it")
  func conflict() async throws {
    try place.prepare()
    let configuration = place.configuration()
    _ = try await place.run(configuration)
    let edited = RunningWorkspace.page().replacingOccurrences(of: "name: x", with: "name: mine")
    try place.write(edited, to: Self.path)
    try changePage()
    let outcome = try await place.run(
      regenerated(configuration), hooks: RunHooks(carryOver: { _ in .conflict("line 1") }))
    #expect(outcome.exitCode() == 0)
    #expect(place.text(Self.path) == edited)
    #expect(place.text("state/generated/\(Self.path).new")?.contains("newer") == true)
    #expect(
      try place.events().contains { $0.type == .warning && $0.data["message"]?.string?.contains("line 1") == true })
  }

  @Test("A stage that fails half way leaves the manifest as it stood")
  func failed() async throws {
    try place.prepare()
    let configuration = place.configuration()
    _ = try await place.run(configuration)
    let before = try #require(place.text(Self.path))
    try place.write("printf half > \"$2\"; exit 1\n", to: "manifest.sh")
    let outcome = try await place.run(regenerated(configuration))
    #expect(outcome.exitCode() == 30)
    #expect(place.text(Self.path) == before)
    #expect(!place.exists("state/carry/\(Self.path)"))
  }

  @Test("A kill while a manifest is being written loses neither what stood nor what is found")
  func killed() async throws {
    try place.prepare()
    let configuration = place.configuration()
    _ = try await place.run(configuration)
    let mine = RunningWorkspace.page() + "# mine\n"
    try place.write(mine, to: "state/carry/\(Self.path)")
    try place.write("half", to: Self.path)
    _ = try await place.run(configuration)
    #expect(place.text(Self.path) == mine)
    #expect(place.text("state/carry-lost/\(Self.path).\(Digest.sha256("half").prefix(8))") == "half")
    #expect(!place.exists("state/carry/\(Self.path)"))
  }

  @Test("A manifest that was half written the first time is not taken for a person's", arguments: [true, false])
  func halfWritten(byKill: Bool) async throws {
    try place.prepare()
    let configuration = place.configuration()
    if byKill {
      try place.write("", to: "state/carry/\(Self.path).absent")
      try place.write("sources:\n- {code: half}\n", to: Self.path)
    } else {
      try place.write("echo 'sources: [{code: half}]' > \"$2\"; exit 1\n", to: "manifest.sh")
      _ = try await place.run(configuration)
      #expect(!place.exists(Self.path))
      try place.prepare()
    }
    #expect(try await place.run(configuration).exitCode() == 0)
    #expect(place.text(Self.path) == RunningWorkspace.page())
    #expect(place.lines("loads") == ["one", "two"])
  }
}
