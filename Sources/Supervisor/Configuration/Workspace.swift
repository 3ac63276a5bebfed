internal import Foundation

/// The user's folder: where everything that Errata reads and writes is.
public struct Workspace: Hashable, Sendable {
  /// The folder's absolute path without a slash at the end.
  public let root: String

  /// Names a workspace; symbolic links on the way to it are resolved.
  public init(root: String) {
    let path = URL(fileURLWithPath: root).standardizedFileURL.resolvingSymlinksInPath().path
    self.root = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// What a user writes.
  public var config: String { root + "/config" }
  /// The manifests that the pipeline reads and Errata fixes.
  public var manifests: String { root + "/manifests" }
  /// The journal, stage output, reports and metrics.
  public var logs: String { root + "/logs" }
  /// The state's snapshot, the lock, scratch places.
  public var state: String { root + "/state" }
  /// Every proposal as a mail-format patch.
  public var patches: String { root + "/patches" }
  /// The state's snapshot.
  public var snapshot: String { state + "/state_v2.json" }

  /// The state of version 1, which Errata takes over once and never writes (S0-41); relative to the root.
  static let formerState = "state/state.json"

  /// The path of a file of the workspace, which may not exist yet.
  ///
  /// Refused are absolute paths, `..`, `.git`, and anything that a symbolic link leads to.
  public func absolute(_ relative: String) throws(WorkspacePathError) -> String {
    let steps = relative.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard !relative.isEmpty else { throw WorkspacePathError(relative, "it is empty") }
    guard !relative.hasPrefix("/"), !relative.hasPrefix("~") else {
      throw WorkspacePathError(relative, "it is absolute")
    }
    guard !relative.utf8.contains(0) else { throw WorkspacePathError(relative, "it holds a zero byte") }
    var path = root
    for step in steps where step != "." && !step.isEmpty {
      guard step != ".." else { throw WorkspacePathError(relative, "it leads upwards with '..'") }
      guard step.lowercased() != ".git" else { throw WorkspacePathError(relative, "it leads into .git") }
      path += "/" + step
      if (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil {
        throw WorkspacePathError(relative, "'\(step)' is a symbolic link")
      }
    }
    guard path != root else { throw WorkspacePathError(relative, "it names the workspace itself") }
    return path
  }

  /// A path below the workspace without the root; other paths come back as they are.
  public func relative(_ path: String) -> String {
    path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
  }
}

/// A path that may not be used within the workspace.
public struct WorkspacePathError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The path as it was given.
  public let path: String
  /// One sentence.
  public let description: String

  init(_ path: String, _ why: String) {
    self.path = path
    description =
      "the path '\(path)' is refused because \(why); give a path within the workspace, such as manifests/a.yaml"
  }
}
