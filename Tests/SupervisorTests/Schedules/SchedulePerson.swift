import Foundation
import Git

@testable import Supervisor
import TestSeeds

/// A person at work on the remote: what `git push` and a forge's buttons do there. Remembers what nobody may undo.
struct SchedulePerson {
  let ground: ScheduleGround
  /// The person's commits on the base.
  private(set) var commits: [ObjectID] = []
  /// Fix branches whose tip is the person's.
  private(set) var tips: [String: ObjectID] = [:]
  /// Fixes whose branch was deleted unmerged, or that `errata reject` turned down.
  var refused: Set<Int> = []
  /// Fixes that `errata rollback` took out again.
  var rolledBack: Set<Int> = []
  /// What brought a fix into the base, and what took it out again.
  private(set) var landed: [Int: ObjectID] = [:]
  private(set) var reverted: [Int: ObjectID] = [:]
  private var clock = 0

  init(_ ground: ScheduleGround) { self.ground = ground }

  static func signature(_ clock: Int) -> Signature {
    Signature(
      name: "Person", email: "person@example.org", date: Date(timeIntervalSince1970: 1_700_000_000 + Double(clock) * 60)
    )
  }

  /// Does one thing, if there is occasion for it; says what was done.
  mutating func act(_ dice: inout SplitMix) throws -> String? {
    clock += 1
    let failure = dice.upTo(ScheduleGround.failures.count)
    let repository = try Repository(discovering: ground.bare)
    switch dice.upTo(12) {
    case 0: return try note(repository)
    case 1: return try neighbour(failure, repository)
    case 2, 3, 4: return try merge(failure, repository, squash: false, deletes: dice.chance(40))
    case 5, 6: return try merge(failure, repository, squash: true, deletes: dice.chance(60))
    case 7: return try revert(failure, repository)
    case 8: return try revertRevert(failure, repository)
    case 9: return try delete(failure, repository)
    case 10: return try amend(failure, repository, value: dice.chance(50) ? "['*', 'c']" : nil)
    default: return try byHand(failure, repository)
    }
  }

  // MARK: What is on the remote

  static func main(_ repository: Repository) throws -> ObjectID {
    guard let main = try repository.reference("refs/heads/main") else { throw ScheduleGround.Broken(what: "no main") }
    return main
  }

  static func text(_ failure: Int, at commit: ObjectID, in repository: Repository) throws -> String {
    String(decoding: try repository.contents(of: ScheduleGround.file(failure), in: commit) ?? [], as: UTF8.self)
  }

  static func value(_ failure: Int, in repository: Repository) throws -> String? {
    ScheduleGround.value(failure, in: try text(failure, at: try main(repository), in: repository))
  }

  // MARK: What a person does

  private mutating func push(
    _ change: FileChange, _ message: String, parents more: [ObjectID] = [], _ repository: Repository
  ) throws -> ObjectID {
    let main = try Self.main(repository)
    let commit = try repository.createCommit(
      onto: main, parents: [main] + more, changes: [change], author: Self.signature(clock),
      committer: Self.signature(clock), message: message)
    return try push(commit, from: main, repository)
  }

  private mutating func push(_ commit: ObjectID, from main: ObjectID, _ repository: Repository) throws -> ObjectID {
    try repository.update("refs/heads/main", from: main, to: commit, reason: "push")
    commits.append(commit)
    return commit
  }

  private mutating func note(_ repository: Repository) throws -> String {
    _ = try push(FileChange(path: "notes/\(clock).md", contents: Array("\(clock)\n".utf8)), "Note \(clock)", repository)
    return "pushes a note"
  }

  /// Changes the line beside the fix's, so that an open branch conflicts.
  private mutating func neighbour(_ failure: Int, _ repository: Repository) throws -> String {
    let text = try Self.text(failure, at: try Self.main(repository), in: repository)
    let pieces = text.components(separatedBy: "- code: s\(failure % 2)\n")
    let changed = pieces[1].replacing(
      "    data_type: integer", with: "    data_type: integer # \(clock)", maxReplacements: 1)
    guard changed != pieces[1] else { return "finds nothing to change" }
    let edited = ([pieces[0], changed] + pieces.dropFirst(2)).joined(separator: "- code: s\(failure % 2)\n")
    _ = try push(
      FileChange(path: ScheduleGround.file(failure), contents: Array(edited.utf8)), "Neighbour \(clock)", repository)
    return "changes the line beside fix \(failure)"
  }

  private mutating func byHand(_ failure: Int, _ repository: Repository) throws -> String? {
    let text = try Self.text(failure, at: try Self.main(repository), in: repository)
    guard ScheduleGround.value(failure, in: text) == nil else { return nil }
    let edited = try ScheduleGround.setting(failure, to: "['-']", in: text)
    landed[failure] = try push(
      FileChange(path: ScheduleGround.file(failure), contents: Array(edited.utf8)), "By hand \(clock)", repository)
    return "mends failure \(failure) in another way"
  }

  private mutating func merge(_ failure: Int, _ repository: Repository, squash: Bool, deletes: Bool) throws -> String? {
    let branch = "refs/heads/" + ScheduleGround.branch(failure)
    guard let tip = try repository.reference(branch) else { return nil }
    let main = try Self.main(repository)
    guard try !repository.isAncestor(tip, of: main),
      case .clean(let tree) = try repository.mergeTrees(ours: main, theirs: tip)
    else { return nil }
    let subject = try repository.commit(tip).message
    let message = squash ? "Mend failure \(failure) (#\(clock))\n\n* \(subject)" : "Merge branch '\(branch)'"
    let commit = try repository.createMergeCommit(
      tree: tree, parents: squash ? [main] : [main, tip], author: Self.signature(clock),
      committer: Self.signature(clock), message: message)
    landed[failure] = try push(commit, from: main, repository)
    // Merged again after a revert, the fix's own commit brings nothing any more.
    if try Self.value(failure, in: repository) != nil { reverted[failure] = nil }
    if deletes { try remove(failure, tip, repository) }
    return "\(squash ? "squashes" : "merges") fix \(failure)\(deletes ? " and deletes its branch" : "")"
  }

  private mutating func remove(_ failure: Int, _ tip: ObjectID, _ repository: Repository) throws {
    try repository.update("refs/heads/" + ScheduleGround.branch(failure), from: tip, to: nil, reason: "delete")
    tips[ScheduleGround.branch(failure)] = nil
  }

  private mutating func revert(_ failure: Int, _ repository: Repository) throws -> String? {
    guard let commit = landed[failure], reverted[failure] == nil,
      case let text = try Self.text(failure, at: try Self.main(repository), in: repository),
      ScheduleGround.value(failure, in: text) != nil
    else { return nil }
    let edited = try ScheduleGround.setting(failure, to: nil, in: text)
    let parents = try repository.commit(commit).parents
    let how = parents.count > 1 ? ", reversing\nchanges made to \(parents[0].hex)." : "."
    reverted[failure] = try push(
      FileChange(path: ScheduleGround.file(failure), contents: Array(edited.utf8)),
      "Revert \"\(try repository.commit(commit).subject)\"\n\nThis reverts commit \(commit.hex)\(how)", repository)
    return "reverts fix \(failure)"
  }

  private mutating func revertRevert(_ failure: Int, _ repository: Repository) throws -> String? {
    guard let revert = reverted[failure], let before = try repository.commit(revert).parents.first,
      case let text = try Self.text(failure, at: try Self.main(repository), in: repository),
      ScheduleGround.value(failure, in: text) == nil
    else { return nil }
    let value = ScheduleGround.value(failure, in: try Self.text(failure, at: before, in: repository))
    let edited = try ScheduleGround.setting(failure, to: value, in: text)
    landed[failure] = try push(
      FileChange(path: ScheduleGround.file(failure), contents: Array(edited.utf8)),
      "Revert \"\(try repository.commit(revert).subject)\"\n\nThis reverts commit \(revert.hex).", repository)
    reverted[failure] = nil
    return "reverts the revert of fix \(failure)"
  }

  private mutating func delete(_ failure: Int, _ repository: Repository) throws -> String? {
    guard let tip = try repository.reference("refs/heads/" + ScheduleGround.branch(failure)) else { return nil }
    let isMerged = try repository.isAncestor(tip, of: try Self.main(repository))
    if !isMerged { refused.insert(failure) }
    try remove(failure, tip, repository)
    return "deletes the branch of fix \(failure)"
  }

  /// Replaces the branch's tip, or adds to it.
  private mutating func amend(_ failure: Int, _ repository: Repository, value: String?) throws -> String? {
    let branch = ScheduleGround.branch(failure)
    guard let tip = try repository.reference("refs/heads/" + branch), tips[branch] == nil,
      let base = try repository.commit(tip).parents.first
    else { return nil }
    let text = try Self.text(failure, at: tip, in: repository)
    let edited = try value.map { try ScheduleGround.setting(failure, to: $0, in: text) } ?? text + "# seen \(clock)\n"
    let commit = try repository.createCommit(
      onto: tip, parents: [value == nil ? tip : base],
      changes: [FileChange(path: ScheduleGround.file(failure), contents: Array(edited.utf8))],
      author: Self.signature(clock), committer: Self.signature(clock), message: try repository.commit(tip).message)
    try repository.update("refs/heads/" + branch, from: tip, to: commit, reason: "push")
    tips[branch] = commit
    return value == nil ? "adds to the branch of fix \(failure)" : "amends fix \(failure)"
  }
}
