import Git
import Journal
import Testing

@testable import Supervisor

@Suite("Reconciling reads what people did with real git") struct ReconcileShapesTests {
  struct Shape: Sendable, CustomStringConvertible {
    let description: String
    /// `$B` is the fix's branch, `$F` the manifest.
    let commands: String
    let expected: FixStatus
  }

  static let shapes = [
    Shape(description: "left alone", commands: "true", expected: .open),
    Shape(description: "checked out and back", commands: "git checkout -q $B && git checkout -q main", expected: .open),
    Shape(description: "merge commit", commands: "git merge -q --no-ff --no-edit $B", expected: .approved),
    Shape(description: "fast-forward", commands: "git merge -q --ff-only $B", expected: .approved),
    Shape(
      description: "squash",
      commands: "git merge -q --squash $B && git commit -qm 'One thing (#12)'", expected: .approved),
    Shape(
      description: "rebase and merge",
      commands: """
        git commit -q --allow-empty -m other && git checkout -q $B && git rebase -q main && git checkout -q main
        git merge -q --ff-only $B
        """, expected: .approved),
    Shape(
      description: "cherry-pick", commands: "git commit -q --allow-empty -m other && git cherry-pick $B",
      expected: .approved),
    Shape(
      description: "hand edit",
      commands: "sed -i '/semantic_name: march_2020/a\\    null_values: [\"*\"]' $F && git commit -qam 'By hand'",
      expected: .approved),
    Shape(
      description: "hand edit with another value",
      commands: "sed -i '/semantic_name: march_2020/a\\    null_values: [\"*\", c]' $F && git commit -qam 'By hand'",
      expected: .changed),
    Shape(
      description: "merged, branch deleted",
      commands: "git merge -q --no-ff --no-edit $B && git branch -q -d $B", expected: .approved),
    Shape(description: "deleted unmerged", commands: "git branch -q -D $B", expected: .rejected),
    Shape(
      description: "merge commit, revert -m 1",
      commands: "git merge -q --no-ff --no-edit $B && git revert -m 1 --no-edit HEAD", expected: .reverted),
    Shape(
      description: "fast-forward, revert", commands: "git merge -q --ff-only $B && git revert --no-edit HEAD",
      expected: .reverted),
    Shape(
      description: "squash, revert",
      commands: "git merge -q --squash $B && git commit -qm 'One thing (#12)' && git revert --no-edit HEAD",
      expected: .reverted),
    Shape(
      description: "cherry-pick, revert",
      commands: "git commit -q --allow-empty -m other && git cherry-pick $B && git revert --no-edit HEAD",
      expected: .reverted),
    Shape(
      description: "revert on a topic branch that is merged",
      commands: """
        git merge -q --no-ff --no-edit $B && git checkout -q -b topic && git revert -m 1 --no-edit HEAD
        git checkout -q main && git commit -q --allow-empty -m other && git merge -q --no-edit topic
        """, expected: .reverted),
    Shape(
      description: "revert of a revert",
      commands: "git merge -q --ff-only $B && git revert --no-edit HEAD && git revert --no-edit HEAD",
      expected: .approved),
    Shape(
      description: "undone by hand",
      commands: "git merge -q --ff-only $B && git checkout -q HEAD~1 -- $F && git commit -qm 'Back to what it was'",
      expected: .lost),
    Shape(
      description: "merged with the strategy ours", commands: "git merge -q -s ours --no-edit $B", expected: .lost),
    Shape(
      description: "the source was removed",
      commands: "sed -i '/code: adhd_data/s/adhd_data/adhd_other/' $F && git commit -qam 'Rename it'",
      expected: .superseded),
    Shape(
      description: "other lines moved around it",
      commands: """
        sed -i 's/^sources:/# many lines\\n#\\n#\\nsources:\\n- {code: first, table: t, enabled: false}/' $F
        git commit -qam 'Another source' && git merge -q --no-edit $B
        """, expected: .approved),
    Shape(
      description: "a person committed to the branch",
      commands: "git checkout -q $B && git commit -q --allow-empty -m mine && git checkout -q main", expected: .open),
    Shape(
      description: "fetched history was rewritten and the fix is gone",
      commands: "git merge -q --no-ff --no-edit $B && git reset -q --hard HEAD~1", expected: .open),
  ]

  @Test("whatever the shape", arguments: shapes)
  func reads(shape: Shape) async throws {
    let place = try FixWorkspace()
    let outcome = try await place.branches().propose(try FixWorkspace.proposal())
    let branch = outcome.record.branch
    #expect(outcome.record.status == .open)
    try place.shell("B=\(branch); F=\(FixWorkspace.manifest); set -e; \(shape.commands)")
    let findings = try await place.branches().reconcile()
    #expect(await place.branches().fixes.map(\.status) == [shape.expected])
    #expect(findings.count == (shape.expected == .open ? 0 : 1))
    // Looking again finds nothing new.
    #expect(try await place.branches().reconcile().isEmpty)
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
    #expect(types.suffix(2) == [.sourceUnloaded, .fixStatus])
  }
}
