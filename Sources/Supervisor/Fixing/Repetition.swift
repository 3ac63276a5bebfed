internal import DataFiles
internal import Foundation
public import Journal
internal import ManifestYAML
public import Repair

/// A fix's verification done once more from its commit alone: the parent's files and commands, and the commit's edit.
///
/// What git does not have, such as downloaded files and the target, is taken from the workspace where it is there, and
/// otherwise fetched or started empty. Nothing in the workspace changes.
public struct Repetition: Sendable {
  /// What came out.
  public struct Outcome: Codable, Sendable {
    /// The fix.
    public let fix: String
    /// Its commit.
    public let commit: String
    /// The parent, whose files and commands were used.
    public let base: String
    /// Whether the same verdict came out.
    public let same: Bool
    /// What came out otherwise, a sentence each.
    public let differences: [String]
    /// How the inputs compare, and what else a reader should know.
    public let notes: [String]
    /// What the report says.
    public let recorded: VerificationRecord
    /// What was seen now.
    public let verdict: Verdict
  }

  private let workspace: Workspace
  private let config: String
  private let branches: FixBranches

  /// - Parameters:
  ///   - config: The configuration's folder, as the command line has it.
  ///   - history: Every event of the journal; the commit suffices where it is empty.
  public init(workspace: Workspace, config: String, history: [Event]) {
    self.workspace = workspace
    self.config = config
    branches = FixBranches(
      workspace: workspace, settings: FixSettings(), runID: "", history: history, journal: { _ in })
  }

  /// Repeats the verification of a fix.
  ///
  /// - Throws: `FixingError` for a fix without a commit, without a record of its verification, or whose parent has no such
  ///   stage; `ConfigurationErrors` when the parent's configuration cannot be read.
  public func run(_ id: String) async throws -> Outcome {
    let commit = try await branches.fixCommit(id)
    guard let record = VerificationRecord(report: commit.message) else {
      throw FixingError(
        .status, "The report of fix \(commit.fix) tells of no verification that passed, so there is none to repeat.")
    }
    let folder = NSTemporaryDirectory() + "errata-repeat-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let place = Workspace(root: folder)
    try await branches.export(commit.base, to: place.root)
    Repetition.lend(workspace.root, to: place.root)
    let configuration = try Configuration.load(place, directory: config, toleratingGoals: true)
    let (verdict, notes) = try await verdict(of: commit, record, configuration, in: place)
    var differences = record.differences(from: verdict)
    if configuration.pipeline[record.stage].flatMap(Verifier.command) != record.command {
      differences.insert("The report's command is not the one that the commit's parent has.", at: 0)
    }
    return Outcome(
      fix: commit.fix, commit: commit.commit, base: commit.base, same: differences.isEmpty, differences: differences,
      notes: notes + [Repetition.inputs(record, verdict)], recorded: record, verdict: verdict)
  }

  private func verdict(
    of commit: FixCommit, _ record: VerificationRecord, _ configuration: Configuration, in place: Workspace
  ) async throws -> (Verdict, [String]) {
    var error = EventError(.unknown, "")
    error.type = record.control.type
    error.column = record.control.column
    error.sheet = record.control.sheet
    var failure = Failure(
      publication: commit.publication, period: commit.period, source: commit.source, stage: record.stage, error: error,
      manifestPath: record.manifest)
    failure.inputHash = record.input
    guard let publication = configuration.publications[commit.publication],
      let period = publication.urls.first(where: { $0.period == commit.period })
    else {
      throw FixingError(
        .conflict,
        "The publications that fix \(commit.fix) was made for have no \(commit.publication)/\(commit.period).")
    }
    let manifest = record.manifest.flatMap { try? place.absolute($0) }.flatMap {
      FileManager.default.contents(atPath: $0)
    }
    let root = manifest.flatMap { try? YAMLFile([UInt8]($0), name: record.manifest ?? "") }?.root
    var entry: SourceEntry?
    if let source = commit.source, let root { entry = SourceEntry(identity: source, in: root) }
    let verifier = Verifier(
      workspace: place, configuration: configuration, tools: .standard(patterns: configuration.patterns),
      queues: ExclusiveQueues(), duckDB: try? DuckDB.locate(), runID: RunID.next(after: [], now: Date()))
    let key = URLKey(publication: publication, period: period)
    guard let bench = try await verifier.open(failure, key: key, entry: entry) else {
      throw FixingError(.conflict, "The parent of fix \(commit.fix) has no stage \(record.stage) that can be tried.")
    }
    defer { bench.close() }
    return (try await bench.verdict(of: EditedFiles(files: commit.files)), bench.notes)
  }

  /// How what was read now compares with what was read then.
  private static func inputs(_ record: VerificationRecord, _ verdict: Verdict) -> String {
    switch (record.input, verdict.treatment.inputHash) {
    case (let then?, let now?) where then == now: "Both times the same bytes were read (sha256 \(now.prefix(16))…)."
    case (let then?, let now?):
      "The input has changed: sha256 \(then.prefix(16))… then, \(now.prefix(16))… now."
    case (_, nil), (nil, _): "The stage does not tell which bytes it reads, so they cannot be compared."
    }
  }

  /// Links what a workspace has and a commit has not: downloaded files, the target, programs of its own.
  private static func lend(_ source: String, to target: String) {
    let manager = FileManager.default
    for name in (try? manager.contentsOfDirectory(atPath: source)) ?? []
    where ![".git", "state", "logs", "patches"].contains(name) {
      let (from, to) = ("\(source)/\(name)", "\(target)/\(name)")
      var isFolder: ObjCBool = false
      guard unsafe manager.fileExists(atPath: to, isDirectory: &isFolder) else {
        try? manager.createSymbolicLink(atPath: to, withDestinationPath: from)
        continue
      }
      if isFolder.boolValue, unsafe manager.fileExists(atPath: from, isDirectory: &isFolder), isFolder.boolValue {
        lend(from, to: to)
      }
    }
  }
}
