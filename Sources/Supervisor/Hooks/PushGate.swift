internal import Foundation
internal import Git

/// `update` on the server: lets a push through, or says why a fix branch is refused.
public enum PushGate {
  /// Why the push of one ref is refused, one sentence each; empty when it is let through.
  ///
  /// The rules are those of the base: the branch of the repository's HEAD. What the pushed branch itself says of them counts
  /// for nothing.
  ///
  /// - Parameters:
  ///   - reference: The full name of the ref.
  ///   - new: The commit that it is to name; zeros where it is deleted.
  public static func refusals(of reference: String, new: String, in directory: String) throws -> [String] {
    guard let branch = fixBranch(reference), new.contains(where: { $0 != "0" }) else { return [] }
    guard let tip = ObjectID(new) else { return ["\(new) is no name of a commit"] }
    let repository = try Repository(discovering: directory)
    guard case .branch(let name, let base) = try repository.head() else {
      return ["this repository has no base branch yet: push the branch that HEAD names first, then the fixes"]
    }
    guard let fork = try repository.mergeBase(base, tip) else {
      return ["\(reference) has no history in common with '\(name)', so it is no fix of anything there"]
    }
    let isConfigurationFix = branch.split(separator: "/").dropFirst().first == "_config"
    var rules: [String: PushRules] = [:]
    return try repository.treeChanges(from: fork, to: tip).compactMap { change in
      let place = WorkspacePlace(of: change.path) { path in
        (try? repository.contents(of: path, in: base)) != nil
      }
      guard let place else {
        return "\(change.path): it is in no workspace of '\(name)' (a folder with config/pipeline.yaml)"
      }
      let rule: PushRules
      if let known = rules[place.prefix] {
        rule = known
      } else {
        do throws(ConfigurationErrors) {
          rule = PushRules(constraints: try constraints(at: place.prefix, of: base, in: repository))
        } catch {
          return "\(change.path): the rules of '\(name)' cannot be read (\(error)); mend them there first"
        }
        rules[place.prefix] = rule
      }
      return try rule.objection(to: change, at: place, isConfigurationFix: isConfigurationFix) { file in
        try repository.contents(of: file)
      }.map { "\(change.path): \($0)" }
    }
  }

  /// The short name of a fix's branch; nil for any other ref.
  private static func fixBranch(_ reference: String) -> String? {
    let name = reference.hasPrefix("refs/heads/") ? String(reference.dropFirst(11)) : ""
    return FixBranchName.isFix(name) ? name : nil
  }

  private static func constraints(
    at prefix: String, of base: ObjectID, in repository: Repository
  ) throws(ConfigurationErrors) -> Constraints {
    for ending in ["yaml", "yml", "json"] {
      let path = "\(prefix)config/constraints.\(ending)"
      guard let bytes = try? repository.contents(of: path, in: base) else { continue }
      return try Constraints.read(bytes, name: path)
    }
    return Constraints()
  }
}
