internal import DataFiles
internal import Foundation
internal import Journal
internal import ManifestYAML
internal import Repair

/// Tries a fix's edits on the other periods at hand: those whose manifest has the same source, declared alike, and whose data
/// files are still there. None of them may come out worse for it.
struct PeriodTrials: Sendable {
  let verifier: Verifier
  let failure: Failure
  let key: URLKey

  /// How many periods are tried at most, the ones nearest to the failed one first.
  static let mostPeriods = 12

  /// What trying showed.
  struct Result: Sendable {
    /// The periods that loaded the same rows with the edits as without.
    var kept: [String] = []
    /// The first period that came out worse, and how, as the end of a sentence.
    var objection: String?
  }

  func run(_ candidate: Candidate) async -> Result {
    var result = Result()
    for other in key.others {
      guard result.kept.count < Self.mostPeriods, !Task.isCancelled else { break }
      guard let outcome = await tried(candidate, on: other) else { continue }
      if let outcome {
        result.objection = "in \(other.period.period) \(outcome)"
        break
      }
      result.kept.append(other.period.period)
    }
    return result
  }

  /// What became worse in one period; `.some(nil)` where nothing did, nil where the period says nothing about the edits.
  private func tried(_ candidate: Candidate, on other: URLKey) async -> String?? {
    guard let place = try? setting(candidate, on: other) else { return nil }
    defer { place.folder.remove() }
    let before = await place.trial.run(place.command, values: place.control, in: place.folder.path, name: "control")
    // A period that does not load as it is says nothing, nor does one whose files have to be fetched.
    guard before.trial.succeeded, before.fetched.isEmpty else { return nil }
    let after = await place.trial.run(place.command, values: place.treatment, in: place.folder.path, name: "treatment")
    if let error = after.trial.error {
      // Files of before a rename have the old name, and future ones the new.
      return candidate.action == .fixColumnName ? nil : .some("the stage would fail with it (\(error.type))")
    }
    guard after.trial.succeeded else { return .some("the stage would not end well with it") }
    if let rows = before.trial.rows, let now = after.trial.rows, rows != now {
      return .some("\(Numbers.grouped(now)) rows instead of \(Numbers.grouped(rows)) would load with it")
    }
    return .some(await moreNulls(place))
  }

  private struct Place {
    let folder: ScratchPlace
    let trial: StageTrial
    let command: [String]
    let control: StageValues
    let treatment: StageValues
    let table: String?
  }

  /// The scratch place for one period; nil where its manifest or its data is not at hand, or says something else.
  private func setting(_ candidate: Candidate, on other: URLKey) throws -> Place? {
    let workspace = verifier.workspace
    let pipeline = verifier.configuration.pipeline
    guard let stage = pipeline[failure.stage], let command = Verifier.command(of: stage),
      let own = failure.manifestPath,
      let name = pipeline.product(at: own, workspace: workspace, key: key)
    else { return nil }
    let values = StageValues(workspace: workspace, pipeline: pipeline, key: other, source: failure.source)
    let base = StageValues(
      workspace: workspace, pipeline: pipeline, key: other, source: failure.source, absolute: true)
    guard let path = values.values[name], path != own, let original = base.values[name],
      let bytes = FileManager.default.contents(atPath: original).map({ [UInt8]($0) }),
      let root = (try? YAMLFile(bytes, name: path))?.root, let source = failure.source,
      let entry = SourceEntry(identity: source, in: root), isAtHand(entry)
    else { return nil }
    let edits = candidate.edits.filter { $0.file == own }.map { edit in
      FixEdit(file: path, selector: edit.selector, old: edit.old, new: edit.new)
    }
    guard let edited = try? EditedFiles(edits, contents: { _ in bytes }).files.first else { return nil }
    let folder = try ScratchPlace(workspace: workspace)
    let copy = "\(folder.path)/edited.yaml"
    try Data(edited.after).write(to: URL(fileURLWithPath: copy))
    func place(_ name: String) throws -> StageValues {
      try Verifier.place(base, stage: stage, folder: folder.path, name: name, database: nil)
    }
    return Place(
      folder: folder,
      trial: StageTrial(
        workspace: workspace, tools: verifier.tools, runID: verifier.runID, stage: stage, key: other,
        source: failure.source),
      command: command, control: try place("control"),
      treatment: try place("treatment").replacing([name: copy]), table: entry.table)
  }

  /// Whether all of a source's files lie where they were downloaded to.
  private func isAtHand(_ entry: SourceEntry) -> Bool {
    let cache = RawCache(directory: verifier.workspace.root + "/data/raw")
    let addresses = (entry.node["files"]?.items ?? []).compactMap { $0["url"]?.text }
    return !addresses.isEmpty
      && addresses.allSatisfy { url in (try? cache.path(for: url)).map(FileManager.default.fileExists) ?? false }
  }

  /// A column that lost values, as the end of a sentence: a marker here may be a value there.
  private func moreNulls(_ place: Place) async -> String? {
    guard let duckDB = verifier.duckDB, let table = place.table else { return nil }
    func nulls(_ name: String) async -> [String: Int] {
      let path = "\(place.folder.path)/\(name).duckdb"
      let database = TrialDatabase(duckDB: duckDB, target: path, table: table, seed: "\(place.folder.path)/none.duckdb")
      return (try? await database.inspect(path, source: failure.source))?.nulls ?? [:]
    }
    let before = await nulls("control")
    let worse = await nulls("treatment").filter { $0.value > before[$0.key] ?? 0 }.sorted { $0.key < $1.key }
    return worse.first.map { column, count in
      let lost = Numbers.counted(count - (before[column] ?? 0), "value")
      return "\(lost) of \(column) would be read as null with it"
    }
  }
}
