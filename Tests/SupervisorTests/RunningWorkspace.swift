import Foundation
import Journal
import Repair
import Supervisor
import Synchronization

/// A workspace with small scripts for stages.
final class RunningWorkspace: Sendable {
  let folder = TemporaryFolder()
  let workspace: Workspace

  init() { workspace = Workspace(root: folder.path) }

  /// Writes a file of the workspace.
  func write(_ text: String, to path: String) throws {
    let place = URL(fileURLWithPath: "\(workspace.root)/\(path)")
    try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place)
  }

  func text(_ path: String) -> String? { try? String(contentsOfFile: "\(workspace.root)/\(path)", encoding: .utf8) }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(workspace.root)/\(path)") }

  /// A pipeline of shell scripts: `manifest` copies `pages/<period>.yaml`, `load` runs `load.sh SOURCE`, `export` counts.
  func configuration(
    periods: [String] = ["nov25"], load: String? = nil, retries: Int = 2, services: [Service] = [],
    change: (inout Configuration) -> Void = { _ in }
  ) -> Configuration {
    let manifest = Stage(
      name: "manifest", state: "EXTRACT", command: ["sh", "manifest.sh", "{period}", "{manifest}"],
      produces: ["manifest": "manifests/{publication}_{period}.yaml"], timeoutSeconds: 60,
      validate: [.fileExists(path: "{manifest}")])
    let loading = Stage(
      name: "load", state: "INGEST", scope: .source,
      command: load.map { ["sh", "-c", $0, "load", "{source}", "{manifest}", "{database}"] }
        ?? ["sh", "load.sh", "{source}", "{manifest}", "{database}"],
      timeoutSeconds: 60, validate: [.logRegexPresent(pattern: "Loaded")], exclusive: "{database}")
    let export = Stage(
      name: "export", state: "PUBLISH",
      command: ["sh", "-c", "echo x >> exports; mkdir -p out; echo ok > \"$1\"", "e", "{table}"],
      produces: ["table": "out/{publication}_{period}.txt"], timeoutSeconds: 60)
    let publication = Publication(
      key: "adhd", urls: periods.map { Period(period: $0, url: "http://localhost/\($0)") })
    var configuration = Configuration(
      publications: PublicationsFile(publications: [publication]),
      pipeline: Pipeline(stages: [manifest, loading, export], services: services, database: "data/target"))
    configuration.execution.retry = RetryRules(maxRetries: retries, baseDelaySeconds: 0.01, backoffMultiplier: 1)
    change(&configuration)
    return configuration
  }

  /// The scripts that the pipeline of `configuration` runs, and pages with two sources each.
  func prepare(periods: [String] = ["nov25"]) throws {
    try write("cp \"pages/$1.yaml\" \"$2\" && echo x >> manifests-made\n", to: "manifest.sh")
    try FileManager.default.createDirectory(
      atPath: workspace.root + "/manifests", withIntermediateDirectories: true)
    try write("", to: "data/target")
    try write(
      """
      echo "$1" >> loads
      if [ -f "fail-$1" ]; then cat "fail-$1" >&2; exit 1; fi
      echo "Loaded 5 rows into tbl_$1"

      """, to: "load.sh")
    for period in periods { try write(Self.page(), to: "pages/\(period).yaml") }
  }

  static func page(_ extra: String = "") -> String {
    """
    manifest: {name: x}
    sources:
    - code: one
      table: tbl_one
    - code: two
      table: tbl_two
      \(extra)
    - code: notes
      table: tbl_notes
      enabled: false

    """
  }

  static let classify: @Sendable (String, String?, Int?, Int?) -> Classification = { text, stage, exitCode, signal in
    Classifier().classify(text, stage: stage, exitCode: exitCode, signal: signal)
  }

  var tools: RunTools {
    RunTools(
      runner: ProcessRunner(grace: .milliseconds(200)) { $0 }, redact: { $0 }, classify: Self.classify,
      sleep: { _ in })
  }

  /// A run in a session of its own.
  @discardableResult
  func run(
    _ configuration: Configuration, options: RunOptions = RunOptions(), hooks: RunHooks = RunHooks(),
    tools: RunTools? = nil, during: ((BackfillRun) -> Void)? = nil
  ) async throws -> RunOutcome {
    let session = try RunSession(workspace: workspace)
    let run = BackfillRun(
      workspace: workspace, configuration: configuration, history: session.history, recorder: session.recorder,
      options: options, hooks: hooks, tools: tools ?? self.tools)
    during?(run)
    defer { session.lock.release() }
    return try await run.run()
  }

  func events() throws -> [Event] { try JournalReader.events(in: workspace.logs) }

  func state() throws -> BackfillState { BackfillState(replaying: try events()) }

  /// The lines of a file that a script appends to.
  func lines(_ path: String) -> [String] { (text(path) ?? "").split(separator: "\n").map(String.init) }

  /// Journals what a proposal would.
  func propose(_ id: String, key: String, source: String?, stage: String = "load") throws -> Event {
    let parts = key.split(separator: "/").map(String.init)
    let fix = FixRecord(
      id: id, branch: "errata/\(key)/\(id)", publication: parts[0], period: parts[1], source: source, stage: stage,
      errorType: "type_mismatch", action: "add_null_values", confidence: 0.9, verified: true, files: [], changes: [],
      run: "", summary: "test")
    return Event(.fixPublished, data: ["place": "test", "fix": try JSONValue(encoding: fix)])
  }
}
