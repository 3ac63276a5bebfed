import Foundation
import Git
import Journal
import ManifestYAML
import Repair
import Testing

@testable import Supervisor

@Suite("One cause, one branch") struct SharedBranchTests {
  static let periods = ["oct25", "nov25", "dec25"]

  static func manifest(_ period: String) -> String { "manifests/backfill/adhd/adhd_\(period)_enriched.yaml" }

  private func workspace() throws -> FixWorkspace {
    let place = try FixWorkspace()
    for period in Self.periods {
      try place.write(Self.manifest(period), FixWorkspace.text.replacing("nov25", with: period))
    }
    try place.shell("git add -A && git commit -qm 'More periods'")
    return place
  }

  private func proposal(_ period: String, source: String = "adhd_data", column: String = "March 2020") throws
    -> Proposal
  {
    var proposal = try FixWorkspace.proposal(source: source, column: column)
    let edit = FixEdit(
      file: Self.manifest(period), selector: proposal.edits[0].selector, old: nil, new: proposal.edits[0].new)
    proposal.record.id = String(Digest.sha256(period + source).prefix(8))
    proposal.record.period = period
    proposal.record.branch = "errata/adhd/\(period)/\(source)-add_null_values-\(proposal.record.id)"
    proposal.edits = [edit]
    proposal.message =
      "fix(adhd/\(period)): read '*' as null\n\nHow to decide\n-------------\n\n"
      + "    approve: git merge \(proposal.record.branch)\n    or: errata approve \(proposal.record.id)\n\n"
      + "Errata-Fix: \(proposal.record.id)\n"
    proposal.cause = FixCause(
      of: [edit], publication: "adhd", errorType: proposal.record.errorType, action: proposal.record.action)
    return proposal
  }

  private func propose(_ place: FixWorkspace, _ periods: [String] = periods) async throws -> [FixRecord] {
    let branches = await place.branches()
    for period in periods { _ = try await branches.propose(try proposal(period)) }
    return await place.branches().fixes
  }

  private func branchList(_ place: FixWorkspace) throws -> [String] {
    try place.shell("git branch --list 'errata*' --format='%(refname:short)'").split(separator: "\n").map(String.init)
  }

  @Test("the same edit in three periods is one branch of three commits, and running again moves nothing")
  func groups() async throws {
    let place = try workspace()
    let fixes = try await propose(place)
    let branch = fixes[0].branch
    #expect(fixes.map(\.branch) == [branch, branch, branch])
    #expect(branch.hasPrefix("errata/adhd/_many/type_mismatch-add_null_values-"))
    #expect(try branchList(place) == [branch])
    let subjects = try place.shell("git log --reverse --format=%s main..\(branch)").split(separator: "\n")
    #expect(subjects.map(String.init) == Self.periods.map { "fix(adhd/\($0)): read '*' as null" })
    let changed = try place.shell("git log --reverse --format= --name-only main..\(branch)").split(separator: "\n")
    #expect(changed.map(String.init) == Self.periods.map(Self.manifest))
    let first = try place.shell("git log -1 --format=%B \(fixes[0].commit ?? "")")
    #expect(first.contains("approve all that need this edit: git merge \(branch)"), "\(first)")
    #expect(!first.contains("oct25/adhd_data"))
    let refs = try place.shell("git for-each-ref")
    let events = await place.journal.events.count
    _ = try await propose(place)
    #expect(try place.shell("git for-each-ref") == refs)
    #expect(await place.journal.events.count == events)
    #expect(try await place.branches().reconcile().isEmpty)
    try place.shell("git merge -q --no-edit \(branch) && git fsck --strict --no-dangling")
    #expect(try await place.branches().reconcile().map(\.fix.status) == [.approved, .approved, .approved])
  }

  @Test(
    "one commit can be taken by itself, and then the rest",
    arguments: ["git cherry-pick $C", "git cherry-pick -x $C", "git am -q $P", "errata"])
  func takesApart(way: String) async throws {
    let place = try workspace()
    let fixes = try await propose(place)
    if way == "errata" {
      let outcome = try await place.branches().approve([fixes[1].id])
      #expect(outcome.map(\.done) == [true], "\(outcome.map(\.sentence))")
      #expect(try place.shell("git log -1 --format=%an/%cn") == "Errata/Person")
    } else {
      try place.shell(
        "git commit -q --allow-empty -m other; C=\(fixes[1].commit ?? ""); P=\(fixes[1].patch ?? ""); \(way)")
      _ = try await place.branches().reconcile()
    }
    #expect(await place.branches().fixes.map(\.status) == [.open, .approved, .open])
    #expect(try await place.branches().reconcile().isEmpty)
    #expect(try await place.branches().rollback(fixes[1].id).done)
    #expect(await place.branches().fixes.map(\.status) == [.open, .reverted, .open])
    #expect(try place.shell("git status --porcelain -uno") == "")
    let outcomes = try await place.branches().approve([fixes[2].id, fixes[0].id])
    #expect(outcomes.map(\.done) == [true, true], "\(outcomes.map(\.sentence))")
    #expect(await place.branches().fixes.map(\.status) == [.approved, .reverted, .approved])
  }

  @Test("approving all of them is one merge")
  func mergesAll() async throws {
    let place = try workspace()
    let fixes = try await propose(place)
    let outcomes = try await place.branches().approve(fixes.map(\.id))
    #expect(outcomes.map(\.done) == [true, true, true], "\(outcomes.map(\.sentence))")
    #expect(try place.shell("git rev-list --merges --count HEAD") == "1")
    #expect(await place.branches().fixes.allSatisfy { $0.status == .approved })
  }

  @Test("a rejected one is taken off the branch, and the others wait on")
  func rejectsOne() async throws {
    let place = try workspace()
    let fixes = try await propose(place)
    let outcome = try await place.branches().reject(fixes[0].id, reason: "not here")
    #expect(outcome.done && outcome.sentence.contains("2 fixes wait still"), "\(outcome.sentence)")
    let changed = try place.shell("git log --reverse --format= --name-only main..\(fixes[0].branch)")
    #expect(changed.split(separator: "\n").map(String.init) == ["nov25", "dec25"].map(Self.manifest))
    #expect(try await place.branches().reconcile().isEmpty)
    try place.shell("git merge -q --no-edit \(fixes[0].branch)")
    _ = try await place.branches().reconcile()
    #expect(await place.branches().fixes.map(\.status) == [.rejected, .approved, .approved])
  }

  @Test("the branch deleted unmerged rejects those that wait, not the one that was taken")
  func deletes() async throws {
    let place = try workspace()
    let fixes = try await propose(place)
    try place.shell("git commit -q --allow-empty -m other && git cherry-pick \(fixes[0].commit ?? "")")
    try place.shell("git branch -q -D \(fixes[0].branch)")
    _ = try await place.branches().reconcile()
    #expect(await place.branches().fixes.map(\.status) == [.approved, .rejected, .rejected])
  }

  @Test("a branch that a person committed to is left alone, and a further fix stands by itself")
  func respectsPeople() async throws {
    let place = try workspace()
    let fixes = try await propose(place, ["oct25", "nov25"])
    let branch = fixes[0].branch
    try place.shell("git checkout -q \(branch) && git commit -q --allow-empty -m mine && git checkout -q main")
    let tip = try place.shell("git rev-parse \(branch)")
    let after = try await propose(place)
    #expect(after.map(\.branch).prefix(2) == [branch, branch] && after[2].branch.contains("/dec25/"))
    #expect(try await place.branches().reject(fixes[0].id, reason: "no").done)
    #expect(try place.shell("git rev-parse \(branch)") == tip)
    #expect(try await place.branches().approve([fixes[1].id]).map(\.done) == [true])
    #expect(await place.branches().fixes.map(\.status) == [.rejected, .approved, .open])
  }

  @Test("sources of one manifest are told apart, and the branch is built anew when it no longer merges")
  func rebuilds() async throws {
    let place = try workspace()
    let branches = await place.branches()
    _ = try await branches.propose(try proposal("oct25"))
    _ = try await branches.propose(try proposal("oct25", source: "adhd_waits", column: "Weeks"))
    #expect(try branchList(place).count == 2)
    _ = try await branches.propose(try proposal("nov25"))
    let before = await branches.fixes
    #expect(before[0].branch == before[2].branch && before[1].branch != before[0].branch)
    try place.shell(
      "sed -i '0,/data_type: integer/s//data_type: integer\\n    description: Monthly/' \(Self.manifest("nov25"))")
    try place.shell("git commit -qam 'Around it'")
    let findings = try await place.branches().reconcile()
    #expect(findings.count == 1 && findings[0].sentence.contains("built anew"), "\(findings.map(\.sentence))")
    #expect(try await place.branches().reconcile().isEmpty)
    try place.shell("git merge -q --no-edit \(before[0].branch) && git fsck --strict --no-dangling")
    _ = try await place.branches().reconcile()
    #expect(await place.branches().fixes.map(\.status) == [.approved, .open, .approved])
  }

  @Test("a run that was killed between the journal and the branch is finished by the next", arguments: [false, true])
  func finishes(moved: Bool) async throws {
    let place = try workspace()
    let fixes = try await propose(place, ["oct25", "nov25"])
    let events = await place.journal.events
    let last = try #require(events.lastIndex { $0.type == .fixIntended })
    let tip = try place.shell("git rev-parse \(fixes[0].branch)")
    if !moved { try place.shell("git update-ref -d refs/heads/\(fixes[0].branch)") }
    let later = RecordedEvents()
    let branches = FixBranches(
      workspace: place.workspace, settings: FixSettings(), runID: "run_20260112_110000",
      history: Array(events[...last]), journal: { await later.append($0) })
    #expect(try await branches.reconcile().isEmpty)
    #expect(try place.shell("git rev-parse \(fixes[0].branch)") == tip)
    #expect(await branches.fixes.map(\.branch) == fixes.map(\.branch))
  }

  @Test("an Errata without the journal takes over the branch that another has put up")
  func adopts() async throws {
    let place = try workspace()
    let fixes = try await propose(place)
    let refs = try place.shell("git for-each-ref")
    let events = RecordedEvents()
    let other = FixBranches(
      workspace: place.workspace, settings: FixSettings(), runID: "run_20260113_110000", history: [],
      journal: { await events.append($0) })
    for period in Self.periods {
      guard case .waiting(let fix) = try await other.propose(try proposal(period)) else {
        Issue.record("\(period) was put forward again")
        return
      }
      #expect(fixes.contains { $0.commit == fix.commit && $0.id == fix.id })
    }
    #expect(try place.shell("git for-each-ref") == refs)
    try place.shell("git cherry-pick \(fixes[0].commit ?? "")")
    #expect(try await other.reconcile().map(\.fix.status) == [.approved])
  }
}
