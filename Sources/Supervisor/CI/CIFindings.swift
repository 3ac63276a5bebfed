public import Foundation
internal import Git
public import Journal
internal import ManifestYAML

extension CIFinding {
  /// What stands failed in a workspace, without what somebody acknowledged: each failure beside the manifest's line that it is
  /// about. No value of the data is in it.
  ///
  /// - Parameter now: Acknowledgements that are over then do not count.
  public static func all(
    in workspace: Workspace, _ configuration: Configuration, state: BackfillState, book: FixBook, now: Date
  ) -> [CIFinding] {
    let prefix = prefix(of: workspace)
    let inputs = StageInputs(workspace: workspace, pipeline: configuration.pipeline)
    var manifests: [String: YAMLNode] = [:]
    var findings: [CIFinding] = []
    for (key, url) in state.urls.sorted(by: { $0.key < $1.key }) {
      for failure in url.standingFailures
      where state.acknowledgement(of: failure, in: key, on: RunID.day(now)) == nil {
        let column = failure.source.flatMap { url.sources[$0]?.column }
        let path = manifest(of: key, failure.stage, configuration, inputs)
        if let path, manifests[path] == nil {
          manifests[path] = (try? YAMLFile.load("\(workspace.root)/\(path)"))?.root
        }
        let entry = failure.source.flatMap { source in
          path.flatMap { manifests[$0] }.flatMap { SourceEntry(identity: source, in: $0) }
        }
        let node = column.flatMap { entry?.column($0) } ?? entry?.node
        let fix = book.open(urlKey: key, source: failure.source).first
        findings.append(
          CIFinding(
            level: fix == nil ? .error : .warning, title: "\(key)/\(failure.source ?? failure.stage ?? "")",
            message: sentence(failure, column, fix),
            file: prefix + (path ?? configuration.files["publications"] ?? "config/publications.yaml"),
            line: node?.line, column: node?.column))
      }
    }
    return findings
  }

  private static func sentence(_ failure: StandingFailure, _ column: String?, _ fix: FixRecord?) -> String {
    let place = column.map { " in the column \($0)" } ?? ""
    let what =
      failure.errorType == "reverted"
      ? "Its fix was reverted, and it is not loaded since."
      : "The stage \(failure.stage ?? "") failed with \(failure.errorType)\(place)."
    guard let fix else { return what + " There is no fix: `errata report` says what was looked into." }
    let proof = fix.verified ? "a verified fix" : "a fix that could not be verified"
    let place2 = fix.branch.isEmpty ? "in \(fix.patch ?? "patches/")" : "on the branch \(fix.branch)"
    return "\(what) There is \(proof) \(place2): \(fix.summary)."
  }

  /// The manifest that the stage read, where there is one.
  private static func manifest(
    of key: String, _ stage: String?, _ configuration: Configuration, _ inputs: StageInputs
  ) -> String? {
    let parts = key.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, let stage = configuration.pipeline[stage ?? ""],
      let publication = configuration.publications[parts[0]],
      let period = publication.urls.first(where: { $0.period == parts[1] }),
      let path = inputs.manifestPath(for: stage, key: URLKey(publication: publication, period: period)),
      FileManager.default.fileExists(atPath: "\(inputs.workspace.root)/\(path)")
    else { return nil }
    return path
  }

  /// The workspace's folder in its repository, empty or ending with a slash: CI services name files from the repository's top.
  public static func prefix(of workspace: Workspace) -> String {
    guard let tree = (try? Repository(discovering: workspace.root))?.workTree else { return "" }
    let top = Workspace(root: tree).root + "/"
    return (workspace.root + "/").hasPrefix(top) ? String((workspace.root + "/").dropFirst(top.count)) : ""
  }
}
