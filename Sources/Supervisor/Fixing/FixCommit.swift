internal import Foundation
internal import Git
internal import Journal
internal import Repair

/// A fix as git alone has it: its commit, whose message is the report, and its parent.
public struct FixCommit: Sendable {
  /// The fix's commit.
  public let commit: String
  /// Its parent, which the edit was made in.
  public let base: String
  /// The whole message.
  public let message: String
  /// The fix as the trailers tell of it.
  let fix: String
  let source: String?
  let publication: String
  let period: String
  let errorType: String
  let action: String
  let confidence: Double
  let verified: Bool
  let run: String
  /// The files that it changes, relative to the workspace.
  let files: [(path: String, before: [UInt8], after: [UInt8])]
}

extension FixCommit {
  /// The fix as far as its commit tells of it.
  func record(isIn place: WorkspaceRepository?) throws -> FixRecord {
    var status = FixStatus.open
    if let place, let head = try place.repository.head().readableCommit, let id = ObjectID(commit),
      (try? place.repository.isAncestor(id, of: head)) == true
    {
      status = .approved
    }
    let subject = message.prefix { $0 != "\n" }
    return FixRecord(
      id: fix, branch: "", status: status, publication: publication, period: period, source: source,
      stage: VerificationRecord(report: message)?.stage ?? "", errorType: errorType, action: action,
      confidence: confidence, verified: verified, files: files.map(\.path), changes: [], commit: commit, run: run,
      base: base, summary: String(subject.split(separator: ": ", maxSplits: 1).last ?? subject))
  }
}

extension FixBranches {
  /// How many commits are looked through for a fix that the journal does not know.
  private static let mostCommits = 5000

  /// A fix's commit: the one that the journal knows, else one of a branch or of HEAD's history that carries its trailer.
  func fixCommit(_ id: String) throws -> FixCommit {
    let known = try? find(id)
    guard let place else { throw FixingError(.noFooting, noRepository ?? "") }
    if let commit = known?.commit.flatMap(ObjectID.init), let details = try? place.repository.commit(commit),
      let found = try fixCommit(details, id: known?.id ?? id, in: place)
    {
      return found
    }
    var tips = try place.repository.references(matching: "refs/heads/errata").map(\.commit)
    tips += try place.repository.references(matching: "refs/remotes/").map(\.commit)
    if let head = try place.repository.head().readableCommit { tips.append(head) }
    var seen: Set<ObjectID> = []
    for tip in tips where seen.insert(tip).inserted {
      for commit in try place.repository.commits(from: tip, limit: Self.mostCommits) {
        if let found = try fixCommit(commit, id: id, in: place) { return found }
        // What other tips have was seen from the first one that has it.
        if !seen.insert(commit.id).inserted, commit.id != tip { break }
      }
    }
    throw FixingError(
      .unknownFix, "No fix has the id '\(id)', nor has a commit of any branch here: `errata fixes` lists them.")
  }

  /// What a commit says of a fix; nil where it is not that fix's own commit.
  private func fixCommit(_ commit: Commit, id: String, in place: WorkspaceRepository) throws -> FixCommit? {
    var values: [String: String] = [:]
    for trailer in commit.trailers { values[trailer.key] = trailer.value }
    guard let fix = values["Errata-Fix"], !id.isEmpty, fix.hasPrefix(id), commit.parents.count == 1,
      let parts = values["Errata-Source"]?.split(separator: "/", maxSplits: 2).map(String.init), parts.count >= 2
    else { return nil }
    let base = commit.parents[0]
    var files: [(path: String, before: [UInt8], after: [UInt8])] = []
    for change in try place.repository.treeChanges(from: base, to: commit.id) where change.path.hasPrefix(place.prefix)
    {
      let path = String(change.path.dropFirst(place.prefix.count))
      guard let before = try place.contents(path, in: base), let after = try place.contents(path, in: commit.id) else {
        return nil
      }
      files.append((path, before, after))
    }
    return FixCommit(
      commit: commit.id.hex, base: base.hex, message: commit.message, fix: fix,
      source: parts.count == 3 ? parts[2] : nil, publication: parts[0], period: parts[1],
      errorType: values["Errata-Error"] ?? "", action: values["Errata-Action"] ?? "",
      confidence: values["Errata-Confidence"].flatMap(Double.init) ?? 0, verified: values["Errata-Verified"] == "yes",
      run: values["Errata-Run"] ?? "", files: files)
  }

  /// Writes the workspace's files as a commit has them into an empty folder.
  func export(_ commit: String, to folder: String) throws {
    guard let place, let id = ObjectID(commit) else { return }
    for path in try place.repository.files(under: place.prefix, in: id) {
      let relative = String(path.dropFirst(place.prefix.count))
      guard let bytes = try place.contents(relative, in: id) else { continue }
      let target = URL(fileURLWithPath: folder).appending(path: relative)
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: target)
      if try place.repository.isExecutable(path, in: id) {
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: target.path)
      }
    }
  }
}
