import Repair

/// The command that does only what is left of a stage.
enum ResumeCommand {
  /// Longer ones do not start everywhere; then the whole stage runs.
  private static let longest = 100_000

  /// The stage's `resume`, what holds `{sources}` given once for each source.
  ///
  /// - Parameters:
  ///   - names: What the program calls the sources.
  /// - Returns: Nil when there is no such command, or it would be too long.
  static func filled(_ stage: Stage, names: [String], values: StageValues) -> [String]? {
    guard let resume = stage.resume, !names.isEmpty else { return nil }
    return filled(resume, names: names, values: values)
  }

  /// A command, what holds `{sources}` given once for each source.
  static func filled(_ command: [String], names: [String], values: StageValues) -> [String]? {
    let words = command.flatMap { word in
      word.contains("{sources}")
        ? names.map { values.replacing(["sources": $0]).fill(word) } : [values.fill(word)]
    }
    return words.reduce(0) { $0 + $1.utf8.count } <= longest ? words : nil
  }
}

extension ResumeCommand {
  /// What the stage's program calls sources; nil when it does not know all of them.
  ///
  /// - Parameter values: Those of the real place: what is not built yet has no names.
  static func names(of sources: [String], in stage: Stage, values: StageValues, workspace: Workspace) -> [String]? {
    for reader in stage.results {
      guard case .dbt(let folder, _, _) = reader.kind else { continue }
      let path = StageResults.place(values.fill("\(folder)/manifest.json"), workspace)
      let nodes = StageResults.bytes(at: path).flatMap { DBTNames(manifest: $0) }
      let selectors = sources.compactMap { nodes?.selector(of: $0) }
      return selectors.count == sources.count ? Set(selectors).sorted() : nil
    }
    return sources
  }
}

extension StageExecution {
  /// What the step runs: what is left of it, where that is known and the program can be told.
  func command(of step: StageStep, values: StageValues) -> [String] {
    let whole = values.fill(step.stage.command)
    guard let left = step.left else { return whole }
    let names = ResumeCommand.names(of: left, in: step.stage, values: values, workspace: workspace)
    return names.flatMap { ResumeCommand.filled(step.stage, names: $0, values: values) } ?? whole
  }
}
