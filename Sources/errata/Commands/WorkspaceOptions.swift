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
    guard !current.isEmpty else {
      throw CommandFailure(
        .usage, "the current folder was removed; go to another one, or name one with --workspace DIR")
    }
    var folder = URL(fileURLWithPath: current)
    while true {
      if FileManager.default.fileExists(atPath: folder.path + "/config") { return Workspace(root: folder.path) }
      guard folder.path != "/" else { return Workspace(root: current) }
      folder.deleteLastPathComponent()
    }
  }

  /// The patterns of the workspace that the command runs in; none outside of one.
  func userPatterns() throws -> [ErrorPattern] { try configuration(with: "patterns")?.patterns ?? [] }

  /// The goals of the workspace; none where it has none.
  func goals() throws -> Goals { try configuration(with: "goals")?.goals ?? Goals() }

  /// The configuration of the workspace; nil where it has none, as for a journal that was brought from elsewhere.
  func optionalConfiguration() throws -> Configuration? { try configuration(with: "publications") }

  /// The configuration, where it has a file of that name: what needs no more than that file works without the others.
  private func configuration(with name: String) throws -> Configuration? {
    let workspace = try located()
    let names = ["yaml", "yml", "json"].map { "\(workspace.config)/\(name).\($0)" }
    guard names.contains(where: FileManager.default.fileExists) else { return nil }
    return try Configuration.load(workspace, directory: config)
  }

  /// The journal of the workspace, with what others did since; lines that could not be read are told, not fatal.
  func history() throws -> [Event] {
    let workspace = try located()
    let contents = try JournalReader.read(in: workspace.logs)
    Terminal.tell(contents.warnings)
    return contents.events + SharedLedger(workspace: workspace).news(for: contents.events)
  }

  /// Goes through the journal one event at a time, with what others did since, so that memory does not grow with it.
  ///
  /// - Parameters:
  ///   - begin: Makes a fold; called again where the ledger turns out to have news, which are told with the whole journal at hand.
  ///   - apply: Takes an event in.
  func folded<Fold>(_ begin: () -> Fold, _ apply: (inout Fold, Event) -> Void) throws -> Fold {
    let workspace = try located()
    var fold = begin()
    var mark: Event?
    let contents = try JournalReader.scan(in: workspace.logs) { event in
      if event.type == .ledgerShared { mark = event }
      apply(&fold, event)
    }
    if SharedLedger(workspace: workspace).hasNews(after: mark) {
      fold = begin()
      for event in try history() { apply(&fold, event) }
    } else {
      Terminal.tell(contents.warnings)
    }
    return fold
  }

  /// Goes through this workspace's own journal one event at a time.
  ///
  /// - Parameter literals: Texts that an event's line must hold to be looked at.
  /// - Returns: The runs that the journal has.
  @discardableResult
  func scanned(literals: [String] = [], _ visit: (Event) -> Void) throws -> [String] {
    let contents = try JournalReader.scan(in: try located().logs, literals: literals, visit)
    Terminal.tell(contents.warnings)
    return contents.runs
  }
}
