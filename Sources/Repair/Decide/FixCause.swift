public import Journal
internal import ManifestYAML

/// What one edit is needed for in many places: the error and the edit without its file and source.
///
/// Fixes of one cause are put forward together, on one branch of one commit a manifest.
public struct FixCause: Hashable, Sendable {
  /// Eight hex digits over publication, error type and edits; or a schema drift's.
  public let id: String
  /// The branch of its fixes: `errata/<publication>/_many/<error>-<action>-<id>`.
  public let branch: String

  /// The cause that an edit that is about to be put forward is for.
  public init(of edits: [FixEdit], publication: String, errorType: String, action: String) {
    self.init(
      edits.map { FixCause.text($0.selector, $0.old, $0.new) }, publication: publication, errorType: errorType,
      action: action)
  }

  /// A schema drift, whose edits differ and belong together all the same: `errata/<publication>/_many/schema_drift-<id>`.
  public init(drift id: String, publications: [String]) {
    self.id = id
    let place = publications.count == 1 ? publications[0] : "several"
    branch = "errata/\(FixIdentity.component(place, longest: 60))/_many/schema_drift-\(id)"
  }

  private init(incident id: String, branch: String) {
    self.id = id
    self.branch = branch
  }

  /// Causes are the same when their ids are: where a name is taken, the branch has another.
  public static func == (left: FixCause, right: FixCause) -> Bool { left.id == right.id }

  /// By id alone, as causes are compared.
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }

  /// The cause of a fix.
  public init(of fix: FixRecord) {
    if let incident = fix.incident {
      self.init(incident: incident, branch: fix.branch)
      return
    }
    self.init(
      fix.ownChanges.map { FixCause.text(try? YAMLSelector($0.selector), $0.old, $0.new) },
      publication: fix.publication, errorType: fix.errorType, action: fix.action)
  }

  private init(_ edits: [String], publication: String, errorType: String, action: String) {
    let digest = Digest.sha256(([publication, errorType, action] + edits).joined(separator: "\u{1F}"))
    id = String(digest.prefix(8))
    let name = FixIdentity.component("\(errorType)-\(action)", longest: 80)
    branch = "errata/\(FixIdentity.component(publication, longest: 60))/_many/\(name)-\(id)"
  }

  /// Whether a branch, by its short name, holds the fixes of one cause.
  public static func isBranch(_ name: String) -> Bool {
    let parts = name.split(separator: "/")
    return parts.count == 4 && parts[2] == "_many"
  }

  /// An edit without its file and source.
  private static func text(_ selector: YAMLSelector?, _ old: JSONValue?, _ new: JSONValue?) -> String {
    var steps = selector?.steps ?? []
    if steps.count > 2, steps[0] == .key("sources"), case .item = steps[1] { steps.removeFirst(2) }
    return [YAMLSelector(steps: steps).description, FixIdentity.text(old), FixIdentity.text(new)]
      .joined(separator: "\u{1F}")
  }
}
