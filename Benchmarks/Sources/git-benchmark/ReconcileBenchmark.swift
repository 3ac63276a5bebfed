import CGitLoop
import Foundation
import Journal
import Supervisor

/// 1,000 open fixes after 100 new commits, on a base of 100,000 commits.
struct ReconcileBenchmark {
  let ground: Ground
  let fixes = 1000
  let commits = 100_000

  func run(_ report: inout Report) async throws {
    let origin = try ground.repository("long", manifests: 1000, commits: commits)
    let proposed = try await Contestants.errata(origin, fixes: fixes, fsync: false, after: 0).events
    let before = try Shell.run("git rev-parse main", in: origin)
    try addCommits(to: origin)
    let clone = ground.folder + "/clone"
    try Shell.run("git clone -q \(origin) \(clone)")
    try Shell.run("git fetch -q origin 'refs/heads/errata/*:refs/heads/errata/*'", in: clone)
    report.heading("\(fixes) open fixes, 100 new commits, a base of \(commits) commits")
    let peer = try Measure.seconds {
      try Shell.run("git log --first-parent -m -p --format=%B \(before)..main -- manifests", in: clone)
    }
    report.line("git log -p of the new commits", peer * 1000, "ms")
    git_loop_set_fsync(0)
    let first = try await reconcile(clone, history: proposed)
    report.line("the first look after a clone", first.seconds * 1000, "ms", atMost: 1000)
    report.line("the first look against git log", first.seconds / peer, "times")
    report.line("fixes whose status changed", Double(first.findings), "of the 20 that were merged")
    guard first.findings == 20 else { throw Contestants.Failed(code: Int32(first.findings)) }
    var second = Double.infinity
    for _ in 0..<3 { second = min(second, try await reconcile(clone, history: proposed + first.events).seconds) }
    report.line("a look when nothing is new", second * 1000, "ms", atMost: 50)
  }

  /// A new process's look: the journal is folded, the repository opened, the fixes judged.
  private func reconcile(
    _ folder: String, history: [Event]
  ) async throws -> (seconds: Double, findings: Int, events: [Event]) {
    let record = try Record(ground.folder + "/reconciled.jsonl", fsync: false)
    let clock = ContinuousClock()
    let start = clock.now
    let branches = FixBranches(
      workspace: Workspace(root: folder), settings: FixSettings(), runID: "run_20260113_103000", history: history,
      journal: { try await record.append($0) })
    let findings = try await branches.reconcile()
    let seconds = Measure.seconds(start.duration(to: clock.now))
    return (seconds, findings.count, await record.events)
  }

  /// Every fifth merges a fix; the others change other manifests or other lines of the same.
  private func addCommits(to folder: String) throws {
    var stream = ""
    for number in 0..<100 {
      let manifest = number * 3
      let isMerge = number % 5 == 0
      let fixed = Ground.manifest(manifest).replacingOccurrences(of: Ground.after, with: Ground.after + Ground.inserted)
      stream += "commit refs/heads/main\ncommitter Person <person@example.org> \(1_760_000_000 + number * 60) +0000\n"
      let message = isMerge ? "Merge branch '\(Ground.branch(manifest))'" : "Change \(number)"
      stream += "data \(message.utf8.count)\n\(message)\n"
      if number == 0 { stream += "from refs/heads/main^0\n" }
      if isMerge { stream += "merge refs/heads/\(Ground.branch(manifest))\n" }
      stream += Ground.file(
        Ground.path(manifest), isMerge ? fixed : Ground.manifest(manifest, change: ", changed"))
    }
    try stream.write(toFile: ground.folder + "/more", atomically: false, encoding: .utf8)
    try Shell.run("git fast-import --quiet < \(ground.folder)/more && git reset -q --hard main", in: folder)
  }
}
