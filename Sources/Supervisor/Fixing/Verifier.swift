internal import DataFiles
internal import Foundation
internal import Journal
internal import ManifestYAML
internal import Repair

/// Proves an edit: the failed stage runs as it is, which must fail alike, and with the edit, which must pass.
///
/// Both run in a folder under `state/scratch`, on a database of their own that starts with the target's table.
struct Verifier: Sendable {
  let workspace: Workspace
  let configuration: Configuration
  let tools: RunTools
  let queues: ExclusiveQueues
  let duckDB: DuckDB?
  let runID: String

  /// How often an error behind the error is taken in.
  static let mostRounds = 5

  /// Finds the edits for an error that came up behind the first, in the files as they are edited so far.
  typealias Diagnose = @Sendable (_ error: EventError, _ edited: [String: [UInt8]]) async -> Candidate?

  /// A failed stage with all that its trials share. Ends with `close()`.
  struct Bench: Sendable {
    let verifier: Verifier
    let trial: StageTrial
    let command: [String]
    let failure: Failure
    let folder: ScratchPlace
    let database: TrialDatabase?
    let entry: SourceEntry?
    let values: StageValues
    /// The stage as it is.
    let control: StageTrial.Result
    /// What the report should say about the scratch place.
    let notes: [String]
  }

  /// The command that can be run in scratch; nil where nothing can be proven.
  static func command(of stage: Stage) -> [String]? {
    if let verify = stage.verify { return verify }
    let text = stage.command.joined(separator: " ")
    // A command that writes nothing but its named products can write them elsewhere.
    guard stage.scope == .url, !stage.produces.isEmpty, !text.contains("{database}"),
      stage.produces.keys.allSatisfy({ text.contains("{\($0)}") })
    else { return nil }
    return stage.command
  }

  /// Prepares the scratch place and runs the control.
  ///
  /// - Returns: Nil when the stage has no command for it; then proposals are unverified.
  func open(_ failure: Failure, key: URLKey, entry: SourceEntry?) async throws -> Bench? {
    guard let stage = configuration.pipeline[failure.stage], let command = Verifier.command(of: stage) else {
      return nil
    }
    let folder = try ScratchPlace(workspace: workspace)
    let base = StageValues(
      workspace: workspace, pipeline: configuration.pipeline, key: key, source: failure.source, absolute: true)
    var notes: [String] = []
    var database: TrialDatabase?
    if let duckDB, let table = entry?.table, case let target = base.fill("{database}"), target.hasPrefix("/") {
      let copy = TrialDatabase(duckDB: duckDB, target: target, table: table, seed: folder.path + "/seed.duckdb")
      do {
        let values = StageValues(
          workspace: workspace, pipeline: configuration.pipeline, key: key, source: failure.source)
        if let note = try await queues.using(stage.exclusive.map { values.fill($0) }, { try await copy.prepare() }) {
          notes.append(note)
        }
        database = copy
      } catch {
        notes.append("The target's table could not be copied to the scratch place: \(error).")
      }
    }
    let seed = folder.path + "/seed.duckdb"
    if configuration.pipeline.project != nil, entry == nil, case let target = base.fill("{database}"),
      target.hasPrefix("/")
    {
      let values = StageValues(workspace: workspace, pipeline: configuration.pipeline, key: key)
      let note = try await queues.using(stage.exclusive.map { values.fill($0) }) {
        try ScratchProject.copy(database: target, to: seed)
      }
      notes += [note].compactMap(\.self)
    }
    var trial = StageTrial(
      workspace: workspace, tools: tools, runID: runID, stage: stage, key: key, source: failure.source)
    trial.project = configuration.pipeline.project
    var place = try Verifier.place(base, stage: stage, folder: folder.path, name: "control", database: database)
    place = try self.place(place, project: "\(folder.path)/control", seed: seed, name: "control", in: folder.path)
    var control = await trial.run(command, values: place, in: folder.path, name: "control")
    if let entry { control.trial.error = control.trial.error.map(entry.named) }
    return Bench(
      verifier: self, trial: trial, command: command, failure: failure, folder: folder, database: database,
      entry: entry, values: base,
      control: control, notes: notes)
  }

  /// The values with a copy of the project and, where the program works on the whole database, of that.
  func place(
    _ values: StageValues, project folder: String, seed: String, name: String, in scratch: String
  ) throws -> StageValues {
    guard let project = configuration.pipeline.project else { return values }
    let copy = "\(folder)/\(project)"
    try ScratchProject.copy(try workspace.absolute(project), to: copy)
    if FileManager.default.fileExists(atPath: seed),
      !FileManager.default.fileExists(atPath: "\(scratch)/\(name).duckdb")
    {
      for end in ["", ".wal"] where FileManager.default.fileExists(atPath: seed + end) {
        try FileManager.default.copyItem(atPath: seed + end, toPath: "\(scratch)/\(name).duckdb" + end)
      }
    }
    return values.replacing(["project": copy])
  }

  /// The values of one trial: its own database, its own products.
  static func place(
    _ base: StageValues, stage: Stage, folder: String, name: String, database: TrialDatabase?
  ) throws -> StageValues {
    let path = "\(folder)/\(name).duckdb"
    try database?.copy(to: path)
    var replacements = ["scratch_database": path, "database": path]
    for product in stage.produces.keys { replacements[product] = "\(folder)/\(name)-\(product).yaml" }
    return base.replacing(replacements)
  }
}

extension Verifier.Bench {
  /// Removes the scratch place.
  func close() { folder.remove() }

  /// Whether the stage fails in scratch as it failed for real.
  var controlFailsAlike: Bool {
    control.trial.error.map { VerdictRules.isAlike($0, failure.error) } ?? false
  }

  /// Runs the stage with a candidate's edits, taking in the edits for errors behind the first.
  func treat(
    _ candidate: Candidate, diagnose: Verifier.Diagnose
  ) async throws -> (candidate: Candidate, verdict: Verdict) {
    var candidate = candidate
    var round = 1
    var last = Trial(exitCode: nil)
    var fetched = control.fetched
    while true {
      let name = "treatment-\(round)-\(UUID().uuidString.prefix(4))"
      let edited = try EditedFiles(candidate.edits) { path in
        FileManager.default.contents(atPath: try verifier.workspace.absolute(path)).map { [UInt8]($0) }
      }
      let result = try await attempt(edited, name: name)
      fetched += result.fetched
      last = result.trial
      guard let error = last.error, controlFailsAlike, round < Verifier.mostRounds,
        !VerdictRules.isAlike(error, failure.error), !result.cancelled,
        let further = await diagnose(error, edited.after), case let joined = candidate.joined(with: further),
        joined.edits != candidate.edits
      else { break }
      candidate = joined
      round += 1
    }
    let verdict = VerdictRules.verdict(
      control: control.trial, treatment: last, fetched: fetched, failure: failure, rounds: round)
    return (candidate, verdict)
  }

  /// Runs the stage once with edited files, and no further edits.
  func verdict(of edited: EditedFiles) async throws -> Verdict {
    let result = try await attempt(edited, name: "treatment")
    return VerdictRules.verdict(
      control: control.trial, treatment: result.trial, fetched: control.fetched + result.fetched, failure: failure,
      rounds: 1)
  }

  /// One run of the stage with edited files, and what it left in its database.
  private func attempt(_ edited: EditedFiles, name: String) async throws -> StageTrial.Result {
    let values = try place(edited, name: name)
    var result = await trial.run(command, values: values, in: folder.path, name: name)
    if let entry { result.trial.error = result.trial.error.map(entry.named) }
    if result.trial.succeeded, let database {
      let seen = try await database.inspect("\(folder.path)/\(name).duckdb", source: failure.source)
      result.trial.rows = result.trial.rows ?? seen.rows
      result.trial.nullCounts = seen.nulls
      result.trial.othersUnchanged = seen.othersUnchanged
    }
    return result
  }

  /// Edited copies in the scratch folder, and the values that name them in place of the originals.
  private func place(_ edited: EditedFiles, name: String) throws -> StageValues {
    var replacements: [String: String] = [:]
    let seed = "\(folder.path)/seed.duckdb"
    let values = try verifier.place(
      values, project: "\(folder.path)/\(name)", seed: seed, name: name, in: folder.path)
    for file in edited.files {
      let copy = "\(folder.path)/\(name)/\(file.path)"
      try FileManager.default.createDirectory(
        at: URL(fileURLWithPath: copy).deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(file.after).write(to: URL(fileURLWithPath: copy))
      let original = try verifier.workspace.absolute(file.path)
      for (placeholder, value) in values.values where value == original { replacements[placeholder] = copy }
      if file.path == verifier.configuration.files["publications"] {
        replacements.merge(StageValues.addresses(of: trial.key, in: file.after, name: file.path)) { $1 }
      }
    }
    let base = values.replacing(replacements)
    var place = try Verifier.place(base, stage: trial.stage, folder: folder.path, name: name, database: database)
    // A stage that reads an edited file reads the copy, though another stage made the original.
    place = place.replacing(replacements)
    return place
  }
}

extension EditedFiles {
  /// The edited bytes by path.
  var after: [String: [UInt8]] { Dictionary(files.map { ($0.path, $0.after) }, uniquingKeysWith: { $1 }) }
}

/// What two trials say about an edit.
enum VerdictRules {
  /// Whether two errors are one failure: the same type, column and sheet, as far as both name them.
  static func isAlike(_ left: EventError, _ right: EventError) -> Bool {
    func agree(_ a: String?, _ b: String?) -> Bool { a == nil || b == nil || a == b }
    return left.type == right.type && agree(left.column, right.column) && agree(left.sheet, right.sheet)
  }

  /// Whether a trial says nothing about the edit: it was killed, or the machine or the database gave out under it.
  static func isInconclusive(_ trial: Trial) -> Bool {
    // A process that is killed with 9 counts as out of memory, whoever killed it.
    trial.error.map { Transience.isOutage($0.kind) || $0.kind == .outOfMemory } ?? false
  }

  /// Weighs two trials.
  ///
  /// - Parameter fetched: Digests of what either of them downloaded.
  static func verdict(
    control: Trial, treatment: Trial, fetched: [String], failure: Failure, rounds: Int
  ) -> Verdict {
    let (passed, reason) = judge(control: control, treatment: treatment, failure: failure)
    // What nobody has read in both runs, and what came anew, was not captured when the stage failed.
    let captured =
      fetched.isEmpty && control.inputHash != nil && control.inputHash == treatment.inputHash
      && (failure.inputHash ?? control.inputHash) == control.inputHash
    return Verdict(
      control: control, treatment: treatment, passed: passed, reason: reason, capturedInput: captured, rounds: rounds)
  }

  static func judge(control: Trial, treatment: Trial, failure: Failure) -> (Bool, String) {
    guard let error = control.error else {
      return (false, "Without the edit the stage passed in the scratch place, so the failure is not reproduced.")
    }
    guard isAlike(error, failure.error) else {
      return (false, "Without the edit the stage failed with another error (\(error.type)): \(error.message)")
    }
    if let error = treatment.error {
      return (false, "With the edit the stage still fails (\(error.type)): \(error.message)")
    }
    guard treatment.succeeded else { return (false, "With the edit the stage did not end well.") }
    guard treatment.othersUnchanged else {
      return (false, "With the edit the rows of other sources in the same table come out different.")
    }
    let rows = treatment.rows.map { " and loads \($0) rows" } ?? ""
    return (true, "Without the edit the stage fails with the same error; with it the stage passes\(rows).")
  }
}
