internal import Foundation
internal import Git
internal import ManifestYAML

/// `pre-commit`: the manifests and configuration files that are about to be committed, as the index holds them.
public enum StagedManifests {
  /// What is wrong with them, with file, line and column.
  ///
  /// - Parameters:
  ///   - directory: The hook's folder, the work tree's top.
  ///   - index: `GIT_INDEX_FILE`: `git commit FILE` stages into an index of its own.
  public static func problems(in directory: String, index: String?) throws -> [ConfigurationError] {
    let repository = try Repository(discovering: directory)
    let top = repository.workTree ?? directory
    return try repository.stagedChanges(index: index.map { $0.hasPrefix("/") ? $0 : "\(directory)/\($0)" })
      .flatMap { change -> [ConfigurationError] in
        guard let file = change.new, file.isRegular, change.isText,
          let place = WorkspacePlace(
            of: change.path, exists: { FileManager.default.fileExists(atPath: "\(top)/\($0)") })
        else { return [] }
        switch place.kind {
        case .manifest:
          return ManifestCheck.problems(of: try repository.contents(of: file), shown: change.path)
        case .configuration:
          do throws(YAMLError) {
            _ = try YAMLFile(try bytes(file, in: repository), name: change.path)
            return []
          } catch {
            return [ConfigurationError(error, file: change.path)]
          }
        case .other: return []
        }
      }
  }

  private static func bytes(_ file: TreeChange.File, in repository: Repository) throws(YAMLError) -> [UInt8] {
    (try? repository.contents(of: file)) ?? []
  }
}

/// Where a file of a repository stands in the workspace that it belongs to.
struct WorkspacePlace {
  enum Kind { case manifest, configuration, other }

  /// The workspace's folder with a slash, or empty at the repository's root.
  let prefix: String
  /// The path within the workspace.
  let path: String

  /// The innermost workspace that holds a file; nil when none does. A workspace is a folder with a `config/pipeline`.
  init?(of file: String, exists: (String) -> Bool) {
    let steps = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    for count in stride(from: steps.count, through: 0, by: -1) {
      let prefix = steps.prefix(count).map { $0 + "/" }.joined()
      guard ["yaml", "yml", "json"].contains(where: { exists("\(prefix)config/pipeline.\($0)") }) else { continue }
      self.prefix = prefix
      path = String(file.dropFirst(prefix.count))
      return
    }
    return nil
  }

  var isYAML: Bool { [".yaml", ".yml"].contains { path.hasSuffix($0) } }

  var kind: Kind {
    if path.hasPrefix("manifests/"), isYAML { return .manifest }
    return path.hasPrefix("config/") && (isYAML || path.hasSuffix(".json")) ? .configuration : .other
  }
}
