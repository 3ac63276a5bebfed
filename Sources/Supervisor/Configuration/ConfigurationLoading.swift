internal import Foundation
internal import ManifestYAML
internal import Repair

extension Configuration {
  /// Reads and checks all configuration files of a workspace; everything that is wrong is told at once.
  ///
  /// - Parameters:
  ///   - workspace: The workspace.
  ///   - directory: The folder, relative to the workspace or absolute; a file in it is taken for the publications.
  ///   - toleratingGoals: Whether goals that cannot be read are only warned of, and then there are none: a slip in them keeps
  ///     no data from loading.
  public static func load(
    _ workspace: Workspace, directory: String = "config", toleratingGoals: Bool = false
  ) throws(ConfigurationErrors) -> Configuration {
    var folder = directory.hasPrefix("/") ? directory : workspace.root + "/" + directory
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    var publicationsPath: String?
    let kind = try? FileManager.default.attributesOfItem(atPath: folder)[.type] as? FileAttributeType
    if kind == .typeRegular {
      publicationsPath = folder
      folder = String(folder.prefix(upTo: folder.lastIndex(of: "/") ?? folder.startIndex))
    }
    let findings = ConfigurationFindings()
    let aboutGoals = toleratingGoals ? ConfigurationFindings() : findings
    var files: [String: String] = [:]
    func read(_ name: String, path: String? = nil, required: Bool) -> ConfigurationFile? {
      let findings = name == "goals" ? aboutGoals : findings
      let found = path ?? file(name, in: folder, workspace: workspace, required: required, findings: findings)
      guard let found else { return nil }
      files[name] = workspace.relative(found)
      return opened(found, shown: workspace.relative(found), findings: findings)
    }
    let publications = read("publications", path: publicationsPath, required: true).flatMap(PublicationsFile.init)
    let executionFile = read("execution_mode", required: false)
    var execution = executionFile.flatMap(ExecutionMode.init) ?? ExecutionMode()
    if let executionFile { execution.readPrompt(executionFile, in: workspace) }
    let pipeline = read("pipeline", required: true).flatMap { Pipeline($0, retry: execution.retry) }
    let constraints = read("constraints", required: false).flatMap(Constraints.init) ?? Constraints()
    let goalsFile = read("goals", required: false)
    var goals = goalsFile.flatMap(Goals.init) ?? Goals()
    if let goalsFile, let pipeline, let publications { goals.check(goalsFile, pipeline, publications) }
    let alerts = read("alerts", required: false).flatMap(AlertSettings.init) ?? AlertSettings()
    let outputs = read("outputs", required: false).flatMap(OutputSettings.init) ?? OutputSettings()
    let patterns = read("patterns", required: false).map(ErrorPattern.list) ?? []
    let reports = reports(in: folder, workspace: workspace, findings: findings)
    guard let publications, let pipeline, findings.errors.isEmpty else { throw ConfigurationErrors(findings.sorted) }
    var configuration = Configuration(
      publications: publications, pipeline: pipeline, execution: execution, constraints: constraints,
      patterns: patterns, files: files, warnings: findings.warnings)
    configuration.reports = reports
    if toleratingGoals {
      configuration.warnings += aboutGoals.warnings + aboutGoals.sorted
      if let problem = aboutGoals.sorted.first {
        goals = Goals()
        configuration.goalsProblem = problem
        let sentence = "nothing in it counts until that is mended"
        configuration.warnings.append(ConfigurationError(file: problem.file, message: sentence))
      }
    }
    configuration.goals = goals
    configuration.alerts = alerts
    configuration.outputs = outputs
    return configuration
  }

  /// The one file of that name; two of them leave open which one counts.
  private static func file(
    _ name: String, in folder: String, workspace: Workspace, required: Bool, findings: ConfigurationFindings
  ) -> String? {
    let candidates = ["yaml", "yml", "json"].map { "\(folder)/\(name).\($0)" }
    let found = candidates.filter { FileManager.default.fileExists(atPath: $0) }
    if found.count > 1 {
      let names = found.map(workspace.relative).joined(separator: " and ")
      findings.add(workspace.relative(found[0]), nil, "both \(names) exist; keep one of them")
    } else if found.isEmpty, required {
      let path = workspace.relative(candidates[0])
      findings.add(path, nil, "there is no such file (.yml and .json would do); write one, or run 'errata init'")
    }
    return found.first
  }

  private static func opened(
    _ path: String, shown: String, findings: ConfigurationFindings
  ) -> ConfigurationFile? {
    do {
      let file = try YAMLFile(AtomicFile.read(path), name: shown)
      guard let root = file.root else {
        findings.add(shown, nil, "the file is empty; write its keys, or remove it where it is optional")
        return nil
      }
      if file.documents.count > 1 {
        findings.add(shown, file.documents[1], "only one YAML document is read; remove the second")
      }
      return ConfigurationFile(name: shown, root: root, findings: findings)
    } catch {
      findings.add(error, file: shown)
      return nil
    }
  }
}
