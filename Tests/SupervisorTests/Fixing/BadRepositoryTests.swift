import Foundation
import Git
import Journal
import Repair
import Testing

@testable import Supervisor

/// Repositories as people leave them, and what Errata does in each: it works, or says in one sentence why not. Either way no
/// ref is half moved, no lock stays, and nothing of a person's is lost.
@Suite("In a repository with") struct BadRepositoryTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let what: String
    /// Run in the workspace; `F` is the manifest and `B` the fix's branch.
    let commands: String
    /// What the refusal says; nil where it is to be done.
    var says: String?
    var base: String?
    var testDescription: String { what }
  }

  /// The manifest's blob, as a loose object's path.
  static let loose = #"O=$(git rev-parse HEAD:$F); P=.git/objects/$(echo $O | cut -c1-2)/$(echo $O | cut -c3-)"#

  static let beforeProposing = [
    Case(
      what: "no base branch", commands: "true", says: "'release' that `base:` names does not exist", base: "release"),
    Case(what: "a detached HEAD", commands: "git checkout -q --detach", says: "HEAD is detached"),
    Case(what: "a base of its own and a detached HEAD", commands: "git checkout -q --detach", base: "main"),
    Case(what: "a garbled file", commands: "\(loose); chmod u+w $P; echo rubbish > $P", says: "git fsck"),
    Case(what: "an empty object, as after a power cut", commands: "\(loose); chmod u+w $P; : > $P", says: "git fsck"),
    Case(what: "a missing file", commands: "\(loose); rm -f $P", says: "git fsck"),
    Case(
      what: "a missing folder",
      commands: "O=$(git rev-parse HEAD:manifests); rm -f .git/objects/$(echo $O | cut -c1-2)/$(echo $O | cut -c3-)",
      says: "git fsck"),
    Case(
      what: "a symbolic link for a manifest",
      commands: "mv $F real.yaml; ln -s ../../../real.yaml $F; git add -A; git commit -qm link", says: "symbolic link"),
    Case(
      what: "a symbolic link for a folder",
      commands:
        "mv manifests/backfill/adhd real; ln -s ../../real manifests/backfill/adhd; git add -A; git commit -qm link",
      says: "symbolic link"),
    Case(
      what: "a submodule where the manifest was",
      commands: "rm -r manifests/backfill/adhd; git rm -q -r --cached manifests; git init -q manifests/backfill/adhd; "
        + "git -C manifests/backfill/adhd -c user.name=P -c user.email=p@e commit -q --allow-empty -m sub; "
        + "git add manifests 2>/dev/null; git commit -qm sub",
      says: "not in the base"),
    Case(
      what: "a filter program",
      commands: "git config filter.rot.clean 'tr a-z n-za-m'; git config filter.rot.smudge 'tr a-z n-za-m'; "
        + "echo '*.yaml filter=rot' > .gitattributes; git add -A --renormalize .; git commit -qam filter",
      says: "filter program \"rot\""),
    Case(
      what: "another working-tree encoding",
      commands: "iconv -f UTF-8 -t UTF-16 $F > x; mv x $F; "
        + "echo '*.yaml working-tree-encoding=UTF-16' > .gitattributes; git add -A; git commit -qm utf16",
      says: "working-tree-encoding"),
    Case(
      what: "core.autocrlf",
      commands: "git config core.autocrlf true; rm $F; git checkout -q -- $F; grep -q \"$(printf '\\r')\" $F"),
    Case(
      what: "eol=crlf",
      commands:
        "echo '*.yaml text eol=crlf' > .gitattributes; git add -A; git commit -qm eol; rm $F; git checkout -q -- $F"),
    Case(
      what: "hooks that refuse everything",
      commands: "for H in pre-commit prepare-commit-msg commit-msg post-commit reference-transaction post-checkout; do "
        + "printf '#!/bin/sh\\ntouch hook-ran\\nexit 1\\n' > .git/hooks/$H; chmod +x .git/hooks/$H; done"),
    Case(
      what: "a lock on the fix's branch",
      commands: "mkdir -p .git/refs/heads/$(dirname $B); : > .git/refs/heads/$B.lock",
      says: "is locked by another git"),
    Case(what: "index.lock", commands: ": > .git/index.lock"),
    Case(what: "packed-refs.lock", commands: "git pack-refs --all; : > .git/packed-refs.lock"),
    Case(
      what: "a merge under way",
      commands:
        "git checkout -q -b side; echo a > README.md; git commit -qam a; git checkout -q main; echo b > README.md; "
        + "git commit -qam b; git merge -q side || true"),
    Case(
      what: "a sparse checkout that leaves the manifests out",
      commands: "mkdir -p other; echo o > other/o; git add -A; git commit -qm o; git sparse-checkout set other"),
    Case(
      what: "names that differ only in case",
      commands: "git config core.ignorecase true; git update-index --add --cacheinfo "
        + "100644,$(echo other: 1 | git hash-object -w --stdin),manifests/backfill/ADHD/adhd_nov25_enriched.yaml; "
        + "git commit -qm clash", says: "differ only in case"),
    Case(
      what: "strange names beside the manifest",
      commands: "cd manifests/backfill/adhd; echo 1 > ./-rf; echo 2 > 'a b'; echo 3 > \"$(printf 'a\\nb')\"; "
        + "echo 4 > \"$(printf 'caf\\351')\"; cd ../../..; git add -A; git commit -qm names"),
    Case(what: "no work tree of its own (core.bare)", commands: "git config core.bare true", says: "is bare"),
    Case(what: "a branch named errata", commands: "git branch errata"),
    Case(what: "a branch below the fix's", commands: "git branch $B/mine"),
    Case(
      what: "a shallow clone's history",
      commands: "echo more >> README.md; git commit -qam more; git rev-parse HEAD > .git/shallow"),
  ]

  @Test("what makes proposing hard, it works or says why not", arguments: beforeProposing)
  func proposing(_ state: Case) async throws {
    let place = try FixWorkspace()
    let proposal = try FixWorkspace.proposal()
    let branch = proposal.record.branch
    try place.shell("F=\(FixWorkspace.manifest); B=\(branch); set -e; \(state.commands)")
    let before = try Snapshot(place)
    let branches = await place.branches(settings: FixSettings(base: state.base))
    let (told, fix) = await Self.attempt { try await branches.propose(proposal) }
    let after = try Snapshot(place)
    #expect(after.files == before.files, "HEAD, index and files are not a proposal's to touch")
    #expect(after.locks == before.locks)
    #expect(!FileManager.default.fileExists(atPath: place.root + "/hook-ran"))
    if let says = state.says {
      #expect(told.contains(says), "\(told)")
      #expect(!told.contains("\n"), "not a sentence: \(told)")
      #expect(after.refs == before.refs)
    } else {
      #expect(told == "")
      let branch = fix?.branch ?? ""
      let numbers = try place.shell("git diff --numstat \(branch)~1 \(branch)").split(separator: "\t")
      #expect(numbers.first == "1" && numbers.dropFirst().first == "0", "\(numbers)")
      #expect(fix?.status == .open)
      #expect(after.refs == before.refs.union(["\(fix?.commit ?? "") refs/heads/\(branch)"]))
    }
    // The next look must not stop at what the last one met.
    let (reconciled, _) = await Self.attempt {
      _ = try await place.branches().reconcile()
      return nil
    }
    #expect(!reconciled.contains("\n"), "\(reconciled)")
    #expect(await place.branches().fixes.allSatisfy { $0.status == .open || $0.status == .lost })
  }

  static let beforeApproving = [
    Case(what: "index.lock", commands: ": > .git/index.lock", says: "another git is at work"),
    Case(
      what: "a merge under way",
      commands:
        "git checkout -q -b side; echo a > README.md; git commit -qam a; git checkout -q main; echo b > README.md; "
        + "git commit -qam b; git merge -q side || true", says: "a merge, rebase, revert or cherry-pick is under way"),
    Case(
      what: "a rebase under way",
      commands:
        "git checkout -q -b side; echo a > README.md; git commit -qam a; git checkout -q main; echo b > README.md; "
        + "git commit -qam b; git checkout -q side; git rebase -q main || true", says: "HEAD is detached"),
    Case(
      what: "a base that shares no history with the fix",
      commands: "git checkout -q --orphan new; git rm -q -r --cached .; git add README.md; git commit -qm new; "
        + "git branch -M main", says: "shares no history"),
    Case(
      what: "the fix's objects gone",
      commands: "O=$(git rev-parse $B:$F); rm -f .git/objects/$(echo $O | cut -c1-2)/$(echo $O | cut -c3-)",
      says: "git fsck"),
    Case(what: "a lock on the base", commands: ": > .git/refs/heads/main.lock", says: "is locked by another git"),
    Case(
      what: "a filter program",
      commands: "git config filter.rot.clean 'tr a-z n-za-m'; git config filter.rot.smudge 'tr a-z n-za-m'; "
        + "echo '*.yaml filter=rot' > .gitattributes; git add .gitattributes; git commit -qm filter",
      says: "filter program \"rot\""),
    Case(what: "no work tree of its own (core.bare)", commands: "git config core.bare true", says: "is bare"),
    Case(what: "local changes to the manifest", commands: "echo '# mine' >> $F", says: "Local changes are in the way"),
    Case(
      what: "hooks that refuse everything",
      commands: "for H in pre-merge-commit pre-commit commit-msg post-merge reference-transaction post-checkout; do "
        + "printf '#!/bin/sh\\ntouch hook-ran\\nexit 1\\n' > .git/hooks/$H; chmod +x .git/hooks/$H; done"),
    Case(what: "core.autocrlf", commands: "git config core.autocrlf true; rm $F; git checkout -q -- $F"),
    Case(what: "refs that are packed", commands: "git pack-refs --all --prune"),
    Case(
      what: "a linked work tree that has the fix's branch checked out",
      commands: "git worktree add -q ../$(basename $PWD)/linked $B; echo linked >> .git/info/exclude"),
  ]

  @Test("what makes approving hard, it works or says why not", arguments: beforeApproving)
  func approving(_ state: Case) async throws {
    let place = try FixWorkspace()
    let fix = try await place.branches().propose(try FixWorkspace.proposal()).record
    try place.shell("F=\(FixWorkspace.manifest); B=\(fix.branch); set -e; \(state.commands)")
    let before = try Snapshot(place)
    let branches = await place.branches()
    let outcome = try #require(try await branches.approve([fix.id]).first)
    let after = try Snapshot(place)
    #expect(after.locks == before.locks)
    #expect(!FileManager.default.fileExists(atPath: place.root + "/hook-ran"))
    if let says = state.says {
      #expect(!outcome.done)
      #expect(outcome.sentence.contains(says), "\(outcome.sentence)")
      #expect(!outcome.sentence.contains("\n"))
      #expect(after == before, "a refusal changes nothing")
    } else {
      #expect(outcome.done, "\(outcome.sentence)")
      #expect(outcome.fix?.status == .approved)
      #expect(try place.shell("git status --porcelain --untracked-files=no") == "")
      #expect(try place.shell("git fsck --strict --no-dangling 2>&1") == "")
    }
  }

  @Test("a packed-refs.lock, a rejected fix keeps its branch until the lock is gone, and stays rejected")
  func rejectingUnderLock() async throws {
    let place = try FixWorkspace()
    let fix = try await place.branches().propose(try FixWorkspace.proposal()).record
    try place.shell("git pack-refs --all --prune; : > .git/packed-refs.lock")
    let outcome = try await place.branches().reject(fix.id, reason: "not ours")
    #expect(!outcome.sentence.contains("\n"))
    #expect(await place.branches().fixes.map(\.status) == [.rejected])
    try place.shell("rm .git/packed-refs.lock")
    #expect(try await place.branches().reconcile().isEmpty)
    #expect(await place.branches().fixes.map(\.status) == [.rejected])
  }

  @Test("a fix branch made by hand with forged trailers, nothing is believed and the branch is left alone")
  func forged() async throws {
    let place = try FixWorkspace()
    let proposal = try FixWorkspace.proposal()
    let branch = proposal.record.branch
    try place.shell(
      "git checkout -q -b \(branch) && echo 'evil: true' >> README.md && git commit -qam "
        + "'fix: looks right\n\nErrata-Fix: \(proposal.record.id)\nErrata-Verified: yes' && git checkout -q main")
    let tip = try place.shell("git rev-parse \(branch)")
    #expect(try await place.branches().reconcile().isEmpty)
    let unknown = try #require(try await place.branches().approve([proposal.record.id]).first)
    #expect(!unknown.done && unknown.sentence.contains("No fix has the id"))
    _ = try await place.branches().propose(proposal)
    #expect(try place.shell("git rev-parse \(branch)") == tip)
    #expect(await place.journal.count(.fixPublished) == 0)
    // Merged, it still is nobody's approval: the value decides.
    try place.shell("git merge -q --no-edit \(branch)")
    #expect(try await place.branches().reconcile().isEmpty)
  }

  @Test(
    "manifests of any name, each is fixed and git am takes its patch", arguments: ["a b", "-rf", "é", "a\"b", "$(x)"])
  func names(name: String) async throws {
    let place = try FixWorkspace()
    let path = "manifests/backfill/adhd/\(name)_enriched.yaml"
    try place.write(path, FixWorkspace.text)
    try place.shell("git add -A && git commit -qm name")
    var proposal = try FixWorkspace.proposal()
    proposal.edits = proposal.edits.map { FixEdit(file: path, selector: $0.selector, old: $0.old, new: $0.new) }
    let fix = try await place.branches().propose(proposal).record
    let patch = try #require(fix.patch)
    try place.shell("git checkout -q -b taken && git am -q '\(patch)'")
    #expect(try place.shell("git diff taken \(fix.branch)") == "")
    try place.shell("git checkout -q main")
    #expect(try await place.branches().approve([fix.id]).map(\.done) == [true])
    #expect(try place.shell("git status --porcelain --untracked-files=no") == "")
  }

  @Test("another owner, git's distrust is told with its remedy; patches still come")
  func foreignOwner() async throws {
    guard getuid() == 0 else { return Self.skip("only root can give a repository to another user") }
    let place = try FixWorkspace()
    try place.shell("chown -R 65534 .")
    let (told, _) = await Self.attempt { try await place.branches().propose(try FixWorkspace.proposal()) }
    #expect(told.contains("belongs to another user") && told.contains("safe.directory"), "\(told)")
    #expect(await place.branches().fixes.first?.patch != nil)
  }

  @Test("a full disk, no ref moves and nothing is lost; with room again the fix goes out")
  func fullDisk() async throws {
    guard getuid() == 0 else { return Self.skip("only root can mount a small file system") }
    let place = try FixWorkspace()
    let fix = try await place.branches().propose(try FixWorkspace.proposal()).record
    do {
      try place.shell(
        "cp -a .git git.real && rm -rf .git/* && mount -t tmpfs -o size=2m errata-test .git && cp -a git.real/. .git/")
    } catch {
      return Self.skip("a small file system cannot be mounted here")
    }
    defer { _ = try? place.shell("umount .git") }
    try place.shell("dd if=/dev/zero of=.git/fill bs=4k 2>/dev/null || true")
    let before = try Snapshot(place)
    let second = try FixWorkspace.proposal(source: "adhd_waits", column: "Weeks")
    let (told, _) = await Self.attempt { try await place.branches().propose(second) }
    #expect(told.contains("No space left on device"), "\(told)")
    let refused = try #require(try await place.branches().approve([fix.id]).first)
    #expect(!refused.done && refused.sentence.contains("No space left on device"), "\(refused.sentence)")
    #expect(try Snapshot(place) == before)
    try place.shell("rm .git/fill")
    let (again, _) = await Self.attempt { try await place.branches().propose(second) }
    #expect(again == "")
    #expect(try await place.branches().approve([fix.id]).map(\.done) == [true])
    #expect(try place.shell("git fsck --strict --no-dangling 2>&1") == "")
  }

  /// What was said when it was not done, else nothing.
  private static func attempt(
    _ action: () async throws -> ProposalOutcome?
  ) async -> (told: String, fix: FixRecord?) {
    do {
      switch try await action() {
      case .patchOnly(let fix, let reason): return (reason, fix)
      case .published(let fix, _), .waiting(let fix): return ("", fix)
      case nil: return ("", nil)
      }
    } catch let error as GitError {
      return ("Git refused: \(error).", nil)
    } catch {
      return ("\(error)", nil)
    }
  }

  private static func skip(_ why: String) {
    print("SKIPPED: \(why)")
    if ProcessInfo.processInfo.environment["CI"] == "true" { Issue.record("skipped in CI: \(why)") }
  }
}

/// All that a refusal must leave as it was.
private struct Snapshot: Equatable {
  let refs: Set<String>
  let files: String
  let locks: String

  init(_ place: FixWorkspace) throws {
    let listed = try place.shell("git for-each-ref --format='%(objectname) %(refname)' 2>/dev/null")
    refs = Set(listed.split(separator: "\n").map(String.init))
    files = try place.shell(
      "cat .git/HEAD; git ls-files -s; find . -path ./.git -prune -o -path ./patches -prune -o -path ./git.real "
        + "-prune -o -type f -print0 | sort -z | xargs -0 sha1sum")
    locks = try place.shell("find .git -name '*.lock' -o -name '.errata-*' | sort")
  }
}
