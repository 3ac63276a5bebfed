import Foundation
import Git
import Journal
import ManifestYAML
import Repair

@testable import Supervisor

/// The journal of a test: what was appended, in order.
actor RecordedEvents {
  private(set) var events: [Event] = []
  func append(_ more: [Event]) { events += more }
  func count(_ type: EventType) -> Int { events.count { $0.type == type } }
}

/// A workspace in a real git repository, worked on with the real `git` as people do.
final class FixWorkspace: Sendable {
  let root: String
  let journal = RecordedEvents()

  static let manifest = "manifests/backfill/adhd/adhd_nov25_enriched.yaml"
  static let text = """
    # ADHD, November 2025
    manifest:
      name: adhd_nov25   # the key
    sources:
    - code: adhd_data
      table: tbl_adhd_data
      enabled: true
      files:
      - url: 'http://localhost/adhd.csv'
        period: 2025-11
      columns:
      - original_name: "Org code"
        semantic_name: org_code
        data_type: varchar
      - original_name: "March 2020"
        semantic_name: march_2020
        data_type: integer
    - code: adhd_waits
      table: tbl_adhd_waits
      enabled: true
      columns:
      - original_name: "Org code"
        semantic_name: org_code
        data_type: varchar
      - original_name: Weeks
        semantic_name: weeks
        data_type: integer

    """

  /// Makes the workspace; `commit` says whether the manifest is committed.
  init(git: Bool = true, commit: Bool = true, folder: String = "") throws {
    let top = FileManager.default.temporaryDirectory.path + "/errata-fixing-\(UUID().uuidString.prefix(8))"
    let root = folder.isEmpty ? top : top + "/" + folder
    self.root = Workspace(root: root).root
    try write("README.md", "A workspace.\n")
    try write(FixWorkspace.manifest, FixWorkspace.text)
    guard git else { return }
    try shell("git init -q -b main \(top)")
    try shell("git config user.name Person; git config user.email person@example.org; git config commit.gpgsign false")
    if commit {
      try shell("git add -A && git commit -qm 'Start the workspace'")
    } else {
      try shell("git add README.md && git commit -qm 'Start the workspace'")
    }
  }

  private init(cloning other: FixWorkspace, _ options: String) throws {
    root = other.root + "-clone-\(UUID().uuidString.prefix(8))"
    try other.shell("git clone -q \(options) file://$PWD \(root)")
    try shell("git config user.name Person; git config user.email person@example.org; git config commit.gpgsign false")
  }

  /// A clone with a journal of its own.
  func clone(_ options: String = "") throws -> FixWorkspace { try FixWorkspace(cloning: self, options) }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  var workspace: Workspace { Workspace(root: root) }

  func write(_ path: String, _ text: String) throws {
    let url = URL(fileURLWithPath: root).appending(path: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func read(_ path: String) throws -> String {
    try String(contentsOf: URL(fileURLWithPath: root).appending(path: path), encoding: .utf8)
  }

  struct CommandFailed: Error { let command: String, output: String }

  @discardableResult
  func shell(_ command: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = URL(fileURLWithPath: root)
    var environment = ProcessInfo.processInfo.environment
    environment["GIT_CONFIG_GLOBAL"] = "/dev/null"
    environment["GIT_EDITOR"] = "true"
    process.environment = environment
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CommandFailed(command: command, output: output) }
    return output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// A new process's view: everything is folded from the journal.
  func branches(
    settings: FixSettings = FixSettings(), run: String = "run_20260112_103000",
    undo: @escaping FixBranches.Undo = { _, _ in [] }
  ) async -> FixBranches {
    let journal = journal
    return FixBranches(
      workspace: workspace, settings: settings, runID: run, history: await journal.events,
      journal: { await journal.append($0) }, undo: undo)
  }

  /// The fix that reads `*` as null in one column.
  static func proposal(
    source: String = "adhd_data", column: String = "March 2020", old: JSONValue? = nil, new: JSONValue? = ["*"],
    key: String = "null_values"
  ) throws -> Proposal {
    let selector = try YAMLSelector("sources[code=\(source)].columns[original_name=\"\(column)\"].\(key)")
    let edit = FixEdit(file: manifest, selector: selector, old: old, new: new)
    let id = String(Digest.sha256(selector.description + "\(String(describing: new))").prefix(8))
    let record = FixRecord(
      id: id, branch: "errata/adhd/nov25/\(source)-add_null_values-\(id)", publication: "adhd", period: "nov25",
      source: source, stage: "load", errorType: "type_mismatch", action: "add_null_values", confidence: 0.9,
      verified: true, files: [manifest], changes: [], run: "run_20260112_103000", summary: "read '*' as null")
    return Proposal(
      record: record, edits: [edit],
      message: "fix(adhd/nov25): read '*' in \(source) as null\n\nThe column holds a marker.\n\nErrata-Fix: \(id)\n")
  }

  /// A fix on a branch.
  static func record(id: String, branch: String) -> FixRecord {
    FixRecord(
      id: id, branch: branch, publication: "adhd", period: "nov25", source: "adhd_data", stage: "load",
      errorType: "type_mismatch", action: "add_null_values", confidence: 0.9, verified: true, files: [manifest],
      changes: [], run: "run_20260112_103000", summary: "read '*' as null")
  }
}
