import CGit2
import Foundation

/// A commit, read.
public struct Commit: Sendable {
  /// The commit's name.
  public let id: ObjectID
  /// The tree that it records.
  public let tree: ObjectID
  /// The commits that it follows; none for the first, several for a merge.
  public let parents: [ObjectID]
  /// The whole message, as written.
  public let message: String
  /// Who wrote the change.
  public let author: Signature
  /// Who made the commit.
  public let committer: Signature

  /// The message's first paragraph on one line, as `git log --format=%s` shows it.
  public var subject: String {
    message.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .drop { $0.allSatisfy(\.isWhitespace) }
      .prefix { !$0.allSatisfy(\.isWhitespace) }
      .map { String($0).trimmed }
      .joined(separator: " ")
  }

  /// What follows the subject, without blank lines around it.
  public var body: String {
    message.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .drop { $0.allSatisfy(\.isWhitespace) }
      .drop { !$0.allSatisfy(\.isWhitespace) }
      .drop { $0.allSatisfy(\.isWhitespace) }
      .joined(separator: "\n")
      .droppingFinalBlank
  }

  /// The trailers, wherever they stand in the message.
  public var trailers: [Trailer] { Trailer.parse(message) }

  init(_ raw: OpaquePointer) throws(GitError) {
    guard let id = ObjectID(git_commit_id(raw)), let tree = ObjectID(git_commit_tree_id(raw)),
      let author = Signature(git_commit_author(raw)), let committer = Signature(git_commit_committer(raw))
    else { throw GitError(GIT_EINVALID, in: "commit", "the commit is malformed; run `git fsck`") }
    self.id = id
    self.tree = tree
    self.author = author
    self.committer = committer
    parents = (0..<git_commit_parentcount(raw)).compactMap { ObjectID(git_commit_parent_id(raw, $0)) }
    let bytes = git_commit_message_raw(raw).map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) } ?? []
    let latin = git_commit_message_encoding(raw).map { String(cString: $0).uppercased() } == "ISO-8859-1"
    message =
      latin
      ? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })) : String(decoding: bytes, as: UTF8.self)
  }
}

extension String {
  fileprivate var droppingFinalBlank: String {
    var rest = Substring(self)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
