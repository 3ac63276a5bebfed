internal import Git
internal import ManifestYAML
internal import Repair

/// What a fix branch may change, for those who receive a push. Pure; `PushGate` reads what it needs out of the repository.
struct PushRules {
  /// What the base's own `constraints.yaml` says, by workspace.
  let constraints: Constraints

  /// Why a change may not be on a fix branch, in one sentence; nil when it may.
  ///
  /// - Parameters:
  ///   - place: Where the file stands in its workspace.
  ///   - isConfigurationFix: Whether the branch is one of `…/_config/`: the two actions on goals and constraints.
  ///   - contents: The bytes of a version of the file.
  func objection(
    to change: TreeChange, at place: WorkspacePlace, isConfigurationFix: Bool,
    contents: (TreeChange.File) throws -> [UInt8]
  ) rethrows -> String? {
    guard change.isText else { return "its name is not UTF-8" }
    guard let new = change.new else { return "a fix removes no file" }
    guard new.isPlain else { return "it is \(new.kind), and a fix changes plain files only" }
    if let old = change.old, !old.isPlain { return "it was \(old.kind), and a fix changes no modes" }
    guard place.isYAML || place.path.hasSuffix(".json") else { return "it is no YAML or JSON file" }
    guard !change.path.lowercased().split(separator: "/").contains("git~1") else { return "git may take it for .git" }
    let name = place.path.split(separator: ".").first.map(String.init) ?? ""
    let isOwnAction = isConfigurationFix && ["config/goals", "config/constraints"].contains(name)
    if !isOwnAction, let blocked = ConstraintCheck(allowedPaths: constraints.allowedPaths).check(path: place.path) {
      return blocked.reason
    }
    if !isOwnAction, ["config/goals", "config/constraints"].contains(name) {
      return "goals and constraints change by actions of their own, on a branch below _config/"
    }
    let bytes = try contents(new)
    do throws(YAMLError) {
      _ = try YAMLFile(bytes, name: change.path)
    } catch {
      return "it is no YAML (\(error))"
    }
    guard name == "config/constraints" else { return nil }
    guard let after = try? Constraints.read(bytes, name: change.path) else { return "it is no list of constraints" }
    return after.isTightened(from: constraints) ? nil : "constraints may only be tightened"
  }
}

extension Constraints {
  /// Reads constraints that are no file of a work tree.
  static func read(_ bytes: [UInt8], name: String) throws(ConfigurationErrors) -> Constraints {
    let findings = ConfigurationFindings()
    do throws(YAMLError) {
      let file = try YAMLFile(bytes, name: name)
      guard let root = file.root else { return Constraints() }
      let read = Constraints(ConfigurationFile(name: name, root: root, findings: findings))
      if let read, findings.errors.isEmpty { return read }
    } catch {
      findings.add(error, file: name)
    }
    throw ConfigurationErrors(findings.sorted)
  }
}
