import ArgumentParser
import Foundation
import Supervisor

/// Checks the configuration and manifests.
struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check the configuration and the manifests, or the files named.",
    discussion: "Everything that is wrong is told at once, with file, line and column; the exit code is then 40.")

  @OptionGroup var options: WorkspaceOptions
  @Argument(
    help: "Manifests to check, or configuration files, which are checked together; by default all of both.")
  var files: [String] = []
  @OptionGroup var ci: CIOptions
  @Flag(help: "Print an object with every problem's file, line, column and message.") var json = false

  func run() throws {
    let workspace = try options.located()
    let folder = options.config.hasPrefix("/") ? options.config : workspace.root + "/" + options.config
    let configured = files.filter { isConfiguration($0, folder) }
    var findings = Findings()
    var errors: [ConfigurationError] = []
    if files.isEmpty || !configured.isEmpty {
      findings.checked += max(1, configured.count)
      do throws(ConfigurationErrors) {
        findings.warnings = try Configuration.load(workspace, directory: options.config).warnings.map(Finding.init)
      } catch {
        errors = error.errors
      }
    }
    for path in files.isEmpty ? Self.manifests(of: workspace) : files where !configured.contains(path) {
      findings.checked += 1
      errors += ManifestCheck.problems(in: path, shown: workspace.relative(path))
    }
    findings.problems = errors.map(Finding.init)
    try tell(findings)
    guard ci.tell(errors, workspace: workspace) else { throw ExitCode.failure }
    guard errors.isEmpty else { throw ExitCode(CommandFailure.Code.configuration.rawValue) }
  }

  private func tell(_ findings: Findings) throws {
    if json {
      try JSONOutput.write(findings)
    } else {
      for finding in findings.warnings + findings.problems { Terminal.say(finding.sentence) }
    }
    guard findings.problems.isEmpty, !json else { return }
    let count = findings.checked
    Terminal.say(
      files.isEmpty
        ? "The configuration and \(count - 1) manifests are valid."
        : count == 1 ? "1 file is valid." : "\(count) files are valid.")
  }

  /// True for a file of the configuration's folder, or the publications file that `--config` names.
  private func isConfiguration(_ path: String, _ folder: String) -> Bool {
    let file = Workspace(root: path).root
    return file == Workspace(root: folder).root
      || file.hasPrefix(Workspace(root: folder).root + "/")
  }

  private static func manifests(of workspace: Workspace) -> [String] {
    let names = FileManager.default.enumerator(atPath: workspace.manifests)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted().map {
      workspace.manifests + "/" + $0
    }
  }
}

/// What a check found.
private struct Findings: Encodable {
  var checked = 0
  var problems: [Finding] = []
  var warnings: [Finding] = []
}

private struct Finding: Encodable {
  let file: String
  let line: Int?
  let column: Int?
  let message: String
  let sentence: String

  enum CodingKeys: String, CodingKey { case file, line, column, message }

  init(_ error: ConfigurationError) {
    file = error.file
    line = error.line
    column = error.column
    message = error.message
    sentence = error.description
  }
}
