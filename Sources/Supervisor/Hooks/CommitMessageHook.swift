internal import Foundation
internal import Git

/// `commit-msg`: what a person writes over a fix's message keeps the fix's trailers.
public enum CommitMessageHook {
  /// Puts lost trailers back into the message's file; says so, or gives nil when there was nothing to do.
  ///
  /// - Parameters:
  ///   - path: The message's file, as git names it.
  ///   - environment: The hook's environment: git tells there whose change is being committed.
  public static func run(message path: String, in directory: String, environment: [String: String]) throws -> String? {
    let repository = try Repository(discovering: directory)
    let file = path.hasPrefix("/") ? path : directory + "/" + path
    guard let data = FileManager.default.contents(atPath: file) else { return nil }
    var replaced = try amended(in: repository, environment: environment)
    if let picked = text("CHERRY_PICK_HEAD", of: repository).flatMap(ObjectID.init) {
      replaced.append(try repository.commit(picked).message)
    }
    if let squashed = text("SQUASH_MSG", of: repository), try isStaged(squashed, in: repository, environment) {
      replaced.append(squashed)
    }
    let comment = repository.configuration("core.commentchar").flatMap { $0 == "auto" ? nil : $0.first } ?? "#"
    let message = String(decoding: data, as: UTF8.self)
    guard let restored = FixTrailers(of: replaced).restored(in: message, comment: comment) else { return nil }
    try Data(restored.utf8).write(to: URL(fileURLWithPath: file))
    return "the fix's trailers were put back into the message: they tell which fix this commit is"
  }

  /// Git does not tell a hook that it amends; but an amended commit keeps HEAD's author and date, which a new commit never has.
  private static func amended(in repository: Repository, environment: [String: String]) throws -> [String] {
    guard case .some(let head) = try repository.head().readableCommit else { return [] }
    let commit = try repository.commit(head)
    let date = environment["GIT_AUTHOR_DATE"]?.split(separator: " ").first.map { $0.drop { $0 == "@" } }
    guard environment["GIT_AUTHOR_NAME"] == commit.author.name, environment["GIT_AUTHOR_EMAIL"] == commit.author.email,
      date.flatMap({ Int($0) }) == Int(commit.author.date.timeIntervalSince1970)
    else { return [] }
    return [commit.message]
  }

  /// Whether what was squashed is what is being committed: the file outlives a squash that was given up.
  private static func isStaged(
    _ squashed: String, in repository: Repository, _ environment: [String: String]
  ) throws -> Bool {
    let commits = squashed.split(separator: "\n").filter { $0.hasPrefix("commit ") }
      .compactMap { ObjectID(String($0.dropFirst(7).prefix(40))) }
    // A rebase that squashes writes no names of commits; it commits at once.
    guard !commits.isEmpty else { return true }
    let staged = Set(try repository.stagedChanges(index: environment["GIT_INDEX_FILE"]).map(\.path))
    return try commits.contains { id in
      guard let parent = try repository.commit(id).parents.first else { return false }
      return try repository.treeChanges(from: parent, to: id).contains { staged.contains($0.path) }
    }
  }

  private static func text(_ name: String, of repository: Repository) -> String? {
    FileManager.default.contents(atPath: "\(repository.gitDirectory)/\(name)")
      .map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .newlines) }
  }
}
