internal import Foundation
internal import Journal
internal import ManifestYAML
internal import Repair

/// The two files of rules that Errata changes by actions of their own.
enum RuleFile: String {
  case goals, constraints

  /// What a file that nobody wrote yet begins with.
  static let start = Array("schema_version: 1\n".utf8)

  /// The file that an action changes; nil for actions that mend manifests.
  init?(action: String) {
    switch FixAction(rawValue: action) {
    case .reviseGoal: self = .goals
    case .addConstraint: self = .constraints
    default: return nil
    }
  }

  /// Whether an action may change the file at a path, relative to the workspace.
  static func mayEdit(_ path: String, by action: String) -> Bool {
    guard let file = RuleFile(action: action) else { return false }
    return file.isName(of: path) && ConstraintCheck(allowedPaths: ["**"]).check(path: path) == nil
  }

  /// Whether a change may be the first thing in its file.
  static func mayCreate(_ change: FixChange) -> Bool { change.old == nil && mayCreate(change.file) }

  /// Whether a file need not be there to be changed.
  static func mayCreate(_ path: String) -> Bool {
    RuleFile.goals.isName(of: path) || RuleFile.constraints.isName(of: path)
  }

  private func isName(of path: String) -> Bool {
    let parts = path.split(separator: "/")
    return parts.count > 1 && parts.first != "manifests"
      && ["yaml", "yml", "json"].map { "\(rawValue).\($0)" }.contains(parts.last)
  }
}
