import ArgumentParser
import Foundation
import ManifestYAML
import Supervisor

/// Checks the configuration and manifests.
struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check the configuration and the manifests, or the files named.",
    discussion: "Everything that is wrong is told at once, with file, line and column; the exit code is then 40.")

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: "Manifests to check; by default the configuration and all of manifests/.") var files: [String] = []

  func run() throws {
    let workspace = try options.located()
    var problems: [String] = []
    var checked = 0
    if files.isEmpty {
      do throws(ConfigurationErrors) {
        let configuration = try Configuration.load(workspace, directory: options.config)
        for warning in configuration.warnings { Terminal.say("\(warning)") }
      } catch {
        problems += error.errors.map(\.description)
      }
      checked += 1
    }
    for path in files.isEmpty ? Self.manifests(of: workspace) : files {
      checked += 1
      problems += ManifestCheck.problems(in: path, shown: workspace.relative(path))
    }
    for problem in problems { Terminal.say(problem) }
    guard problems.isEmpty else { throw ExitCode(CommandFailure.Code.configuration.rawValue) }
    Terminal.say(
      files.isEmpty ? "The configuration and \(checked - 1) manifests are valid." : "\(checked) files are valid.")
  }

  private static func manifests(of workspace: Workspace) -> [String] {
    let names = FileManager.default.enumerator(atPath: workspace.manifests)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted().map {
      workspace.manifests + "/" + $0
    }
  }
}
