internal import Foundation
internal import Git

/// The git repository that a workspace lives in, addressed by paths relative to the workspace.
struct WorkspaceRepository {
  let repository: Repository
  /// `sub/folder/` when the workspace is not the repository's root, else empty.
  let prefix: String

  /// Finds the repository that holds the workspace.
  init(workspace root: String) throws(GitError) {
    repository = try Repository(discovering: root)
    repository.signer = try CommitSigner(configuredIn: repository)
    let top = repository.workTree.map(WorkspaceRepository.resolved) ?? ""
    let folder = WorkspaceRepository.resolved(root)
    prefix = folder.hasPrefix(top + "/") && !top.isEmpty ? String(folder.dropFirst(top.count + 1)) + "/" : ""
  }

  private static func resolved(_ path: String) -> String {
    let text = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    return text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
  }

  /// The path that git knows a workspace file by.
  func gitPath(_ relative: String) -> String { prefix + relative }

  /// A workspace file's bytes as a commit holds them.
  func contents(_ relative: String, in commit: ObjectID) throws(GitError) -> [UInt8]? {
    try repository.contents(of: gitPath(relative), in: commit)
  }

  /// The folder of another work tree that has this branch checked out.
  func otherWorkTree(holding branch: String) -> String? {
    let directory = URL(fileURLWithPath: repository.gitDirectory)
    var common = directory
    if let text = try? String(contentsOf: directory.appending(path: "commondir"), encoding: .utf8) {
      let relative = text.trimmingCharacters(in: .whitespacesAndNewlines)
      common = URL(fileURLWithPath: relative, relativeTo: directory).standardizedFileURL
    }
    let own = WorkspaceRepository.resolved(directory.path)
    var candidates = [common]
    let linked = common.appending(path: "worktrees")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: linked.path)) ?? []
    candidates += names.sorted().map { linked.appending(path: $0) }
    for candidate in candidates where WorkspaceRepository.resolved(candidate.path) != own {
      guard let head = try? String(contentsOf: candidate.appending(path: "HEAD"), encoding: .utf8),
        head.trimmingCharacters(in: .whitespacesAndNewlines) == "ref: refs/heads/\(branch)"
      else { continue }
      let pointer = try? String(contentsOf: candidate.appending(path: "gitdir"), encoding: .utf8)
      let place = pointer?.trimmingCharacters(in: .whitespacesAndNewlines) ?? candidate.path
      return URL(fileURLWithPath: place).deletingLastPathComponent().path
    }
    return nil
  }
}
