import Foundation
import Git
import Journal
import Testing

@testable import Supervisor

/// A bare repository and clones of it, each a machine with a workspace of its own.
struct LedgerPlace {
  let root: String
  let runner = ProcessRunner(redact: Redaction.redact)

  init() async throws {
    root = NSTemporaryDirectory() + "errata-ledger-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    try await git("init", "--quiet", "--bare", "--initial-branch=main", "origin.git", in: "")
    try await git("init", "--quiet", "--initial-branch=main", "start", in: "")
    try await git("commit", "--quiet", "--allow-empty", "--message", "Start", in: "start")
    try await git("push", "--quiet", "../origin.git", "main", in: "start")
  }

  /// Makes a machine.
  func clone(_ name: String) async throws -> SharedLedger {
    try await git("clone", "--quiet", "origin.git", name, in: "")
    return ledger(name)
  }

  func ledger(_ name: String) -> SharedLedger { SharedLedger(workspace: Workspace(root: "\(root)/\(name)")) }

  func transport(_ name: String) async throws -> Transport {
    try await Transport(RemoteSettings(name: "origin"), folder: "\(root)/\(name)", runner: runner, inherited: [:])
  }

  func repository(_ name: String) throws -> Repository { try Repository(discovering: "\(root)/\(name)") }

  func tip(_ name: String) throws -> ObjectID? { try repository(name).reference(LedgerStore.reference) }

  /// What a machine's ledger holds.
  func contents(_ name: String) throws -> Ledger {
    let store = LedgerStore(try WorkspaceRepository(workspace: "\(root)/\(name)"))
    let reading = try store.read(try store.tip(LedgerStore.reference))
    #expect(reading.problem == nil)
    return reading.ledger
  }

  @discardableResult
  func git(_ arguments: String..., in folder: String) async throws -> String {
    var request = ProcessRequest(
      command: ["git"] + arguments,
      environment: [
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@b",
      ], workingDirectory: "\(root)/\(folder)")
    request.outputLimit = 1 << 20
    let outcome = await runner.run(request)
    #expect(outcome.succeeded, "git \(arguments): \(outcome.tail) \(outcome.problem ?? "")")
    return String(decoding: outcome.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// An event that only one machine saw.
  static func load(_ source: String, run: String) -> Event {
    Event(
      .sourceLoaded, runID: run,
      context: EventContext(publication: "pub", period: "jan25", sourceCode: source, stage: "load"),
      data: ["rows": 1])
  }

  static func fix(_ id: String, run: String) throws -> [Event] {
    let record = FixRecord(
      id: id, branch: "errata/pub/jan25/a-fix_manifest_type-\(id)", publication: "pub", period: "jan25", source: "a",
      stage: "load", errorType: "type_mismatch", action: "fix_manifest_type", confidence: 0.9, verified: true,
      files: ["manifests/a.yaml"], changes: [], run: run, evidenceHash: "e1", summary: "widen a")
    return [
      Event(.fixPublished, runID: run, data: ["place": "local", "fix": try JSONValue(encoding: record)])
    ]
  }
}
