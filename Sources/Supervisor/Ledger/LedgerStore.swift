internal import Foundation
internal import Git
internal import Journal

/// The ledger in the repository: a chain of commits on a reference of its own, which no branch and no checkout shows.
struct LedgerStore {
  /// The ledger of this repository, shared by all its work trees.
  static let reference = "refs/errata/ledger"
  /// The ledger of a remote as it was last fetched.
  static let remoteReference = "refs/errata/remote-ledger"
  /// How many commits may follow one another before the chain starts anew.
  static let longestChain = 200

  let place: WorkspaceRepository
  /// Where in the tree the workspace's files are: workspaces below a repository's root have folders of their own.
  private let root: String

  init(_ place: WorkspaceRepository) {
    self.place = place
    let folder = place.prefix.split(separator: "/").map(String.init).joined(separator: "%2f")
    root = folder.isEmpty ? "" : "workspaces/\(folder)/"
  }

  /// What a commit holds, and what of it cannot be read.
  struct Reading {
    var ledger = Ledger()
    /// One sentence, the first of them if there are several.
    var problem: String?
  }

  /// The commit at a reference; nil when there is none.
  func tip(_ reference: String) throws(GitError) -> ObjectID? { try place.repository.reference(reference) }

  /// Reads a ledger, or some of its files.
  func read(_ commit: ObjectID?, only paths: Set<String>? = nil) throws(GitError) -> Reading {
    var reading = Reading()
    guard let commit else { return reading }
    let names = if let paths { paths.sorted() } else { try names(in: commit) }
    for name in names {
      do throws(GitError) {
        guard let bytes = try place.repository.contents(of: root + name, in: commit) else { continue }
        let unreadable = reading.ledger.read(bytes, at: name)
        guard let line = unreadable.first, reading.problem == nil else { continue }
        reading.problem = "line \(line) of \(root)\(name) in \(commit.short) is no JSON object"
      } catch {
        reading.problem = reading.problem ?? error.message
      }
    }
    return reading
  }

  /// The workspace's files in a commit.
  private func names(in commit: ObjectID) throws(GitError) -> [String] {
    let all = try place.repository.files(under: root, in: commit)
    return all.filter { !root.isEmpty || !$0.hasPrefix("workspaces/") }.map { String($0.dropFirst(root.count)) }
  }

  /// Makes the commit that holds the changed files; a chain that got long starts anew.
  ///
  /// - Parameter keepsChain: Whether a long chain is gone on with all the same; it is counted anew.
  func commit(
    _ changes: [String: [UInt8]], onto parent: ObjectID?, author: Signature, keepsChain: Bool = false
  ) throws(GitError) -> ObjectID {
    let length = if let parent, !keepsChain { try chainLength(parent) } else { 0 }
    let isRoot = length >= Self.longestChain
    let number = isRoot ? 1 : length + 1
    return try place.repository.createCommit(
      onto: parent, parents: isRoot ? [] : [parent].compactMap(\.self),
      changes: changes.sorted { $0.key < $1.key }.map { FileChange(path: root + $0.key, contents: $0.value) },
      author: author, committer: author,
      message: "errata: what machines share\n\n\(Self.lengthTrailer): \(number)\n")
  }

  /// Moves the ledger, if it still is where it was seen.
  func move(from old: ObjectID?, to new: ObjectID) throws(GitError) {
    try place.repository.update(Self.reference, from: old, to: new, reason: "errata: ledger")
  }

  private static let lengthTrailer = "Errata-Ledger"

  /// How long the chain is, as its newest commit says.
  private func chainLength(_ commit: ObjectID) throws(GitError) -> Int {
    let trailers = try place.repository.commit(commit).trailers
    return trailers.last { $0.key == Self.lengthTrailer }.flatMap { Int($0.value) } ?? 1
  }
}
