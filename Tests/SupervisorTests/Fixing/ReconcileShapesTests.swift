import Git
import Journal
import Testing

@testable import Supervisor

@Suite("Reconciling reads what people did with real git") struct ReconcileShapesTests {
  struct Look: Sendable {
    let commands: String
    let expected: FixStatus
    /// A part of the sentence; nil where nothing is found.
    let says: String?
    /// The value that is learned instead.
    let value: JSONValue?
  }

  struct Shape: Sendable, CustomStringConvertible {
    let description: String
    /// What people do, `$B` being the fix's branch, `$F` the manifest and `$P` the patch, and what is then found.
    var looks: [Look]
    /// What a fresh clone finds that has the history, and one that has only the last commit.
    var inClone: FixStatus
    var inShallowClone: FixStatus

    init(
      _ description: String, _ commands: String, _ expected: FixStatus, says: String? = nil, value: JSONValue? = nil,
      inClone: FixStatus? = nil, inShallowClone: FixStatus? = nil
    ) {
      self.description = description
      looks = [Look(commands: commands, expected: expected, says: says, value: value)]
      self.inClone = inClone ?? expected
      let unexplained: FixStatus? = expected == .reverted || expected == .lost || expected == .rejected ? .open : nil
      self.inShallowClone = inShallowClone ?? unexplained ?? expected
    }

    /// What is done after a look, and found by the next; a clone looks only once, at the end.
    func then(
      _ commands: String, _ expected: FixStatus, says: String? = nil, value: JSONValue? = nil,
      inClone: FixStatus? = nil,
      inShallowClone: FixStatus? = nil
    ) -> Shape {
      var next = Shape(
        description, commands, expected, says: says, value: value, inClone: inClone, inShallowClone: inShallowClone)
      next.looks = looks + next.looks
      return next
    }
  }

  static let fast = "git merge -q --ff-only $B"
  static let merge = "git merge -q --no-ff --no-edit $B"
  static let squash = "git merge -q --squash $B && git commit -qm 'One thing (#12)'"
  static let other = "git commit -q --allow-empty -m other"
  static let wider = "sed -i 's/null_values:.*/null_values: [\"*\", c]/' $F"
  static let hand = "sed -i '/semantic_name: march_2020/a\\    null_values: [\"*\"]' $F && git commit -qam 'By hand'"

  static let approvals = [
    Shape("merge commit", merge, .approved, says: "merged by"),
    Shape("fast-forward", fast, .approved, says: "fast-forwarded to"),
    Shape(
      "merge of two branches at once",
      "git checkout -q -b more && \(other) && git checkout -q main && git commit -q --allow-empty -m mine && git merge -q --no-edit $B more",
      .approved,
      says: "merged by"),
    Shape("squash", squash, .approved, says: "came with"),
    Shape(
      "squash with git's own message", "git merge -q --squash $B && git commit -q --no-edit", .approved,
      says: "squashed, rebased or picked into"),
    Shape(
      "squash by a forge of several commits and authors, branch deleted",
      """
      git checkout -q $B && echo more >> README.md && git commit -qam 'Explain the marker' && git checkout -q main
      \(other); git merge -q --squash $B
      printf '%s\\n' 'Read the marker (#7)' '' '* fix(adhd/nov25): read it' '' 'Errata-Fix: '$I '' '* Explain the marker' '' \
        'Co-authored-by: Ada <ada@example.org>' | git commit -q -F -
      git branch -q -D $B
      """, .approved, says: "squashed, rebased or picked into"),
    Shape(
      "rebase and merge",
      "\(other) && git checkout -q $B && git rebase -q main && git checkout -q main && \(fast)", .approved,
      says: "squashed, rebased or picked into"),
    Shape("cherry-pick", "\(other) && git cherry-pick $B", .approved, says: "squashed, rebased or picked into"),
    Shape("cherry-pick -x", "\(other) && git cherry-pick -x $B", .approved, says: "squashed, rebased or picked into"),
    Shape("git am", "\(other) && git am -q $P", .approved, says: "squashed, rebased or picked into"),
    Shape(
      "git am -3 with a reworded message", "git am -q -3 $P && git commit -q --amend -m Mine", .approved,
      says: "came with"),
    Shape("edit by hand", hand, .approved, says: "came with"),
    Shape("merged, branch deleted", "\(merge) && git branch -q -d $B", .approved, says: "merged by"),
    Shape(
      "merged into a branch that is merged",
      "git checkout -q -b next && \(merge) && git checkout -q main && \(other) && git merge -q --no-edit next",
      .approved, says: "came with the merge"),
    Shape(
      "other lines moved around it",
      """
      sed -i 's/^sources:/# many lines\\n#\\n#\\nsources:\\n- {code: first, table: t, enabled: false}/' $F
      git commit -qam 'Another source' && git merge -q --no-edit $B
      """, .approved),
  ]

  static let changes = [
    Shape(
      "edit by hand with another value", "\(hand) && \(wider) && git commit -qam 'Two markers'", .changed,
      says: "changed by", value: ["*", "c"]),
    Shape(
      "a person's commit on top",
      "git checkout -q $B && \(wider) && git commit -qam 'Two markers' && git checkout -q main", .open
    ).then(merge, .changed, says: "changed by", value: ["*", "c"]),
    Shape(
      "a person's amend",
      "git checkout -q $B && \(wider) && git commit -qa --amend --no-edit && git checkout -q main", .open
    ).then(squash, .changed, value: ["*", "c"]),
    Shape("approved first, then changed", merge, .approved)
      .then("\(wider) && git commit -qam 'Two markers'", .changed, says: "changed by", value: ["*", "c"]),
    Shape(
      "a stage wrote another value",
      "\(hand) && \(wider) && git commit -qam 'chore: record' -m 'Errata-Baseline: 1 generated file'", .superseded,
      inShallowClone: .changed),
    Shape(
      "the source was removed",
      "sed -i '/code: adhd_data/,/code: adhd_waits/{/adhd_waits/!d}' $F && git commit -qam 'Remove it'",
      .superseded),
    Shape("the manifest was removed", "git rm -q $F && git commit -qm 'Remove it'", .superseded, inShallowClone: .open),
  ]

  static let reverts = [
    Shape("merge commit, revert -m 1", "\(merge) && git revert -m 1 --no-edit HEAD", .reverted, says: "reverted by"),
    Shape("fast-forward, revert", "\(fast) && git revert --no-edit HEAD", .reverted),
    Shape("squash, revert", "\(squash) && git revert --no-edit HEAD", .reverted),
    Shape("cherry-pick, revert", "\(other) && git cherry-pick $B && git revert --no-edit HEAD", .reverted),
    Shape("revert after a look", merge, .approved).then(
      "\(other) && git revert -m 1 --no-edit HEAD~1", .reverted, says: "reverted by"),
    Shape("revert --reference", fast, .approved).then("git revert --reference --no-edit HEAD", .reverted),
    Shape("revert by a forge that squashes", squash, .approved).then(
      "git revert -n HEAD && git commit -qm 'Revert \"One thing (#12)\" (#13)'", .reverted),
    Shape(
      "revert on a topic branch that is merged",
      """
      \(merge) && git checkout -q -b topic && git revert -m 1 --no-edit HEAD
      git checkout -q main && \(other) && git merge -q --no-edit topic
      """, .reverted),
    Shape("revert of a revert", "\(fast) && git revert --no-edit HEAD && git revert --no-edit HEAD", .approved),
    Shape("revert, and a revert of that after a look", fast, .approved)
      .then("git revert --no-edit HEAD", .reverted).then("git revert --no-edit HEAD", .approved)
      .then("git revert --no-edit HEAD", .reverted),
    Shape("the branch goes with the revert", "\(fast) && git revert --no-edit HEAD && git branch -q -D $B", .reverted),
    Shape(
      "reverted, approved again, undone by hand",
      """
      \(fast) && git revert --no-edit HEAD && git revert --no-edit HEAD
      git checkout -q HEAD~1 -- $F && git commit -qm 'Back to what it was'
      """, .lost),
  ]

  static let rest = [
    Shape("left alone", "true", .open),
    Shape("checked out and back", "git checkout -q $B && git checkout -q main", .open),
    Shape("only other files change", "echo more >> README.md && git commit -qam more", .open),
    Shape(
      "a person committed to the branch",
      "git checkout -q $B && git commit -q --allow-empty -m mine && git checkout -q main", .open),
    Shape("deleted unmerged", "git branch -q -D $B", .rejected, inClone: .open),
    Shape("deleted unmerged after a look", other, .open).then("git branch -q -D $B", .rejected, inClone: .open),
    Shape("merged, and reset before a look", "\(merge) && git reset -q --hard HEAD~1", .open),
    Shape("approved, and reset", merge, .approved)
      .then("git reset -q --hard HEAD~1", .lost, says: "offered again", inClone: .open),
    Shape("approved, and reset to another history", merge, .approved)
      .then("git reset -q --hard HEAD~1 && \(other)", .lost, inClone: .open),
    Shape("approved, reset and merged again", merge, .approved)
      .then("git reset -q --hard HEAD~1", .lost).then(merge, .approved),
    Shape("another branch is checked out", "git branch old && \(merge)", .approved)
      .then("git checkout -q old", .approved, inClone: .open).then("git checkout -q main", .approved),
    Shape(
      "undone by hand",
      "\(fast) && git checkout -q HEAD~1 -- $F && git commit -qm 'Back to what it was'", .lost, says: "changed by"),
    Shape("merged with the strategy ours", "git merge -q -s ours --no-edit $B", .lost),
  ]

  @Test("whatever the shape", arguments: approvals + changes + reverts + rest)
  func reads(shape: Shape) async throws {
    let place = try FixWorkspace()
    let fix = try await place.branches().propose(try FixWorkspace.proposal()).record
    let proposed = await place.journal.events
    let names = "B=\(fix.branch); F=\(FixWorkspace.manifest); P=\(try #require(fix.patch)); I=\(fix.id)"
    var before = FixStatus.open
    for look in shape.looks {
      try place.shell("\(names); set -e; \(look.commands)")
      let findings = try await place.branches().reconcile()
      let after = try #require(await place.branches().fixes.first)
      #expect(after.status == look.expected)
      #expect(findings.count == (look.expected == before ? 0 : 1))
      if let says = look.says { #expect(findings.first?.sentence.contains(says) == true, "\(findings)") }
      #expect(after.statusValue == look.value)
      // Looking again finds nothing new.
      let count = await place.journal.events.count
      #expect(try await place.branches().reconcile().isEmpty)
      #expect(await place.journal.events.count == count)
      before = look.expected
    }
    for (options, expected) in [("--single-branch", shape.inClone), ("--depth 1", shape.inShallowClone)] {
      let clone = try place.clone(options)
      await clone.journal.append(proposed)
      _ = try await clone.branches().reconcile()
      #expect(await clone.branches().fixes.map(\.status) == [expected], "in a clone with \(options)")
    }
    try place.shell("git fsck --strict --no-dangling")
  }

  @Test("tells how a fix came in, and out again")
  func explains() async throws {
    let place = try FixWorkspace()
    let branch = try await place.branches().propose(try FixWorkspace.proposal()).record.branch
    try place.shell("git merge -q --squash \(branch) && git commit -q --no-edit")
    let approved = try #require(try await place.branches().reconcile().first)
    #expect(approved.sentence.contains("squashed, rebased or picked into"))
    #expect(approved.commit == (try place.shell("git rev-parse HEAD")))
    try place.shell("git revert --no-edit HEAD")
    let reverted = try #require(try await place.branches().reconcile().first)
    #expect(reverted.before == .approved)
    #expect(reverted.fix.status == .reverted)
    #expect(reverted.sentence.contains("reverted by"))
    #expect(reverted.commit == (try place.shell("git rev-parse HEAD")))
  }

  @Test("an approved fix that a rewrite of history takes away is lost, not reverted")
  func lostAfterApproval() async throws {
    let place = try FixWorkspace()
    let branch = try await place.branches().propose(try FixWorkspace.proposal()).record.branch
    try place.shell("git merge -q --no-ff --no-edit \(branch)")
    _ = try await place.branches().reconcile()
    try place.shell("git reset -q --hard HEAD~1")
    #expect(try await place.branches().reconcile().map(\.fix.status) == [.lost])
  }

  @Test("a revert unloads the source before it is recorded")
  func unloads() async throws {
    let place = try FixWorkspace()
    let branch = try await place.branches().propose(try FixWorkspace.proposal()).record.branch
    try place.shell("git merge -q --ff-only \(branch) && git revert --no-edit HEAD")
    let branches = await place.branches(undo: { fix, reason in
      [
        Event(
          .sourceUnloaded,
          context: EventContext(publication: fix.publication, period: fix.period, sourceCode: fix.source),
          data: ["reason": .string(reason)])
      ]
    })
    _ = try await branches.reconcile()
    let types = await place.journal.events.map(\.type)
    #expect(types.suffix(3) == [.sourceUnloaded, .fixStatus, .reconciled])
  }
}
