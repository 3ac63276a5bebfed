internal import Foundation
internal import Git
internal import Journal

/// `post-merge`: what a merge, a pull or a rebase says of the fixes, and what the next run can go on with.
public enum MergeNews {
  /// The news of every workspace in the repository, a sentence at a time.
  ///
  /// What is found is recorded, unless a run is at work (it will find the same), or a fix was reverted: taking rows out of a
  /// database is not for a hook to do, and the next run does it.
  public static func sentences(in directory: String) async throws -> [String] {
    var news: [String] = []
    for workspace in try workspaces(in: directory) { news += try await sentences(for: workspace) }
    return news
  }

  private static func workspaces(in directory: String) throws -> [Workspace] {
    let repository = try Repository(discovering: directory)
    let top = repository.workTree ?? directory
    let names = ["yaml", "yml", "json"].map { "config/pipeline.\($0)" }
    return try repository.trackedPaths(endingIn: names).compactMap { path in
      guard let ending = names.first(where: path.hasSuffix) else { return nil }
      let prefix = path.dropLast(ending.count)
      guard prefix.isEmpty || prefix.hasSuffix("/") else { return nil }
      let workspace = Workspace(root: "\(top)/\(prefix)")
      // Without a journal nothing was ever proposed here.
      return FileManager.default.fileExists(atPath: workspace.logs + "/events") ? workspace : nil
    }
  }

  private static func sentences(for workspace: Workspace) async throws -> [String] {
    let configuration = try Configuration.load(workspace, toleratingGoals: true)
    let history = try JournalReader.events(in: workspace.logs)
    // First without writing anything: mostly there is nothing to tell.
    let look = FixBranches(
      workspace: workspace, settings: FixSettings(configuration), runID: "", history: history, journal: { _ in })
    let findings = try await look.reconcile()
    guard !findings.isEmpty else { return [] }
    var news = findings.map(\.sentence)
    if findings.contains(where: { $0.fix.status == .reverted }) {
      news.append("`errata run` takes the rows of what was reverted out of the database again.")
    } else if let session = try? await Session.begin(workspace: workspace, config: "config") {
      _ = try await session.branches.reconcile()
      news += try await session.finish()
      session.end()
    }
    let resumed = findings.map(\.fix).filter { $0.status == .approved || $0.status == .changed }
      .map { "\(([$0.publication, $0.period] + [$0.source].compactMap(\.self)).joined(separator: "/")) at \($0.stage)" }
    if !resumed.isEmpty { news.append("`errata run` goes on with \(resumed.joined(separator: ", ")).") }
    return news
  }
}
