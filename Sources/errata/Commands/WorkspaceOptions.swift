import ArgumentParser
import Foundation
import Journal
import Repair
import Supervisor

/// Which workspace a command is about.
struct WorkspaceOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("The workspace; by default the nearest folder upwards with a config/.", valueName: "dir"))
  var workspace: String?

  @Option(name: .long, help: ArgumentHelp("The configuration's folder, or its publications file.", valueName: "dir"))
  var config: String = "config"

  /// The workspace that the options and the current folder name.
  func located() throws(CommandFailure) -> Workspace {
    let current = FileManager.default.currentDirectoryPath
    if let workspace {
      var isFolder: ObjCBool = false
      guard unsafe FileManager.default.fileExists(atPath: workspace, isDirectory: &isFolder), isFolder.boolValue else {
        throw CommandFailure(.usage, "the workspace \(workspace) is no folder; name one with --workspace DIR")
      }
      return Workspace(root: workspace.hasPrefix("/") ? workspace : current + "/" + workspace)
    }
    var folder = URL(fileURLWithPath: current)
    while true {
      if FileManager.default.fileExists(atPath: folder.path + "/config") { return Workspace(root: folder.path) }
      guard folder.path != "/" else { return Workspace(root: current) }
      folder.deleteLastPathComponent()
    }
  }

  /// The patterns of the workspace that the command runs in; none outside of one.
  func userPatterns() throws -> [ErrorPattern] {
    let workspace = try located()
    let names = ["yaml", "yml", "json"].map { "\(workspace.config)/patterns.\($0)" }
    guard names.contains(where: FileManager.default.fileExists) else { return [] }
    return try Configuration.load(workspace, directory: config).patterns
  }

  /// The journal of the workspace, with what others did since; lines that could not be read are told, not fatal.
  func history() throws -> [Event] {
    let workspace = try located()
    let contents = try JournalReader.read(in: workspace.logs)
    for warning in contents.warnings where !warning.torn { Terminal.say("errata: \(warning)") }
    return contents.events + SharedLedger(workspace: workspace).news(for: contents.events)
  }
}
