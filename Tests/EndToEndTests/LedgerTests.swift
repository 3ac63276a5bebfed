import DataFiles
import Foundation
import Journal
import Testing

/// Machines that share nothing but git: each knows what the others proposed, decided and loaded.
@Suite("Going on where others stopped")
struct LedgerTests {
  private static let ledger = "refs/errata/ledger"

  /// A clone of the repository, as a CI machine makes it: the branches and the ledger, no journal.
  private func clone(_ clinic: ClinicWorkspace, _ name: String) async throws -> String {
    let folder = clinic.root + "-" + name
    try await clinic.bench.git("clone", "--quiet", clinic.root, folder)
    try await fetch(folder)
    return folder
  }

  private func fetch(_ folder: String) async throws {
    try await git("fetch", "--quiet", "origin", "+\(Self.ledger):refs/errata/remote-ledger", in: folder)
  }

  private func errata(_ arguments: String..., in folder: String) async throws -> Ended {
    try await Workbench("ledger").run(Workbench.programs + "/errata", arguments, in: folder)
  }

  @discardableResult
  private func git(_ arguments: String..., in folder: String) async throws -> String {
    let ended = try await Workbench("ledger").run("git", arguments, in: folder)
    #expect(ended.code == 0, "git \(arguments.joined(separator: " ")): \(ended.errors)")
    return ended.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func fixes(in folder: String) async throws -> [FixRecord] {
    let ended = try await errata("fixes", "--json", in: folder)
    return try JSONDecoder().decode([FixRecord].self, from: Data(ended.output.utf8))
  }

  private func refs(in folder: String) async throws -> String {
    try await git("for-each-ref", "--format=%(refname) %(objectname)", in: folder)
  }

  @Test("a fresh clone waits for a fix that another machine proposed, and never proposes what was turned down")
  func waits() async throws {
    let clinic = try await ClinicWorkspace("ledger-waits")
    #expect(try await clinic.errata("run").code == 10)
    let fix = try #require(try await clinic.fixes().first)
    let other = try await clone(clinic, "other")
    #expect(try await fixes(in: other).map(\.status) == [.open])
    #expect(try await errata("run", in: other).code == 20)
    #expect(try await fixes(in: other).map(\.id) == [fix.id])
    #expect(try await !refs(in: other).contains("refs/heads/errata/"))
    let before = try await refs(in: other)
    #expect(try await errata("run", in: other).code == 20)
    #expect(try await refs(in: other) == before)

    #expect(try await clinic.errata("reject", fix.id, "--reason", "The star means something here").code == 0)
    try await fetch(other)
    let ended = try await errata("run", "--retry-failed", in: other)
    #expect(ended.code == 10, "\(ended.errors)")
    let after = try await fixes(in: other)
    #expect(after.first?.id == fix.id && after.first?.status == .rejected)
    #expect(after.first?.statusReason == "The star means something here")
    #expect(after.dropFirst().allSatisfy { $0.changes != fix.changes })
    let third = try await clone(clinic, "third")
    #expect(try await errata("run", in: third).code == 10)
    #expect(try await fixes(in: third).filter { $0.id == fix.id }.map(\.status) == [.rejected])
    for folder in [clinic.root, other, third] { try await git("fsck", "--strict", "--no-dangling", in: folder) }
  }

  @Test("a lost journal is found again: the fix still waits, its branch is Errata's, and rejecting it removes that")
  func lostJournal() async throws {
    let clinic = try await ClinicWorkspace("ledger-lost")
    #expect(try await clinic.errata("run").code == 10)
    let fix = try #require(try await clinic.fixes().first)
    for folder in ["logs", "state"] { try FileManager.default.removeItem(atPath: "\(clinic.root)/\(folder)") }
    let before = try await clinic.refs()
    #expect(try await clinic.fixes().map(\.id) == [fix.id])
    #expect(try await clinic.errata("run").code == 20)
    #expect(try await clinic.fixes().map(\.status) == [.open])
    #expect(
      try await clinic.refs().split(separator: "\n").filter { !$0.hasPrefix(Self.ledger) }
        == before.split(separator: "\n").filter { !$0.hasPrefix(Self.ledger) })
    #expect(try await clinic.errata("reject", fix.id, "--reason", "No").code == 0)
    #expect(try await !clinic.refs().contains(fix.branch))
    #expect(try await clinic.rows(of: "tbl_staff", period: "nov25") == 2)
  }

  @Test("a work tree of the same repository knows what was done in the other")
  func workTrees() async throws {
    let clinic = try await ClinicWorkspace("ledger-trees")
    #expect(try await clinic.errata("run").code == 10)
    let second = clinic.root + "-second"
    try await clinic.bench.git("worktree", "add", "--quiet", "-b", "second", second)
    #expect(try await errata("run", in: second).code == 20)
    #expect(try await fixes(in: second).map(\.status) == [.open])
  }

  @Test("the target is asked before a load is believed that only the ledger tells of")
  func receipts() async throws {
    let clinic = try await ClinicWorkspace("ledger-receipts")
    let pipeline = try clinic.text("config/pipeline.yaml")
    try clinic.write(
      pipeline.replacingOccurrences(
        of: "    timeout_seconds: 60",
        with: """
              receipts: [backfill, receipts, --manifest, "{enriched}", --database, "{database}"]
              timeout_seconds: 60
          """), to: "config/pipeline.yaml")
    try await clinic.commit("Ask for receipts")
    #expect(try await clinic.errata("run").code == 10)
    func loads(_ folder: String) throws -> [Event] {
      try JournalReader.events(in: folder + "/logs").filter { $0.type == .sourceLoaded && !$0.isLearned }
    }
    let same = try await clone(clinic, "same")
    try FileManager.default.createDirectory(atPath: same + "/data", withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: clinic.root + "/data/warehouse.duckdb", toPath: same + "/data/warehouse.duckdb")
    #expect(try await errata("run", in: same).code == 20)
    #expect(try loads(same).isEmpty)
    let bare = try await clone(clinic, "bare")
    #expect(try await errata("run", in: bare).code == 20)
    #expect(try loads(bare).count == 3)
  }

  @Test("over a remote a clone waits for what waits elsewhere, and what is decided there counts everywhere")
  func remote() async throws {
    let place = try await RemoteWorkspace("ledger-remote")
    #expect(try await place.errata("run").code == 10)
    let fix = try #require(try await place.fixes().first)
    let other = try await place.clone("other")
    #expect(try await errata("run", in: other).code == 20)
    #expect(try await fixes(in: other).map(\.id) == [fix.id])
    let before = try await refs(in: place.origin)
    #expect(try await errata("run", in: other).code == 20)
    #expect(try await place.errata("run").code == 20)
    #expect(try await refs(in: place.origin) == before)

    #expect(try await errata("reject", fix.id, "--reason", "It means something", in: other).code == 0)
    for folder in ["logs", "state"] { try FileManager.default.removeItem(atPath: "\(other)/\(folder)") }
    #expect(try await place.errata("run", "--retry-failed").code == 10)
    for folder in [nil, other] {
      let known = try await place.fixes(in: folder).first { $0.id == fix.id }
      #expect(known?.status == .rejected && known?.statusReason == "It means something")
    }
    #expect(try await place.errata("reconcile", "--verify").code == 0)
    try await place.check()
  }

  @Test("an approval that history does not bear out is told when the ledger is verified")
  func forged() async throws {
    let clinic = try await ClinicWorkspace("ledger-forged")
    #expect(try await clinic.errata("run").code == 10)
    let fix = try #require(try await clinic.fixes().first)
    #expect(try await clinic.errata("reconcile", "--verify").code == 0)
    let script = """
      export GIT_INDEX_FILE="$PWD/.git/forged"; path="fixes/$(echo "$1" | cut -c1-2)/$1.jsonl"
      git read-tree \(Self.ledger); git show "\(Self.ledger):$path" > .git/lines
      about=$(sed -n 's/.*"slot":"\\(evidence [^ ]*\\) published.*/\\1/p' .git/lines | head -1)
      printf '{"event":{"context":{},"data":{"fix_id":"%s","status":"approved"},"event_id":"evt_f","event_type":"fix_status","run_id":"r","timestamp":"2030-01-01T00:00:00.000Z"},"slot":"%s status=approved"}\\n' "$1" "$about" >> .git/lines
      git update-index --add --cacheinfo "100644,$(git hash-object -w .git/lines),$path"
      git update-ref \(Self.ledger) "$(git commit-tree "$(git write-tree)" -p \(Self.ledger) -m forged)"
      """
    #expect(try await clinic.bench.run("sh", ["-ec", script, "sh", fix.id]).code == 0)
    let ended = try await clinic.errata("reconcile", "--verify")
    #expect(ended.code == 50)
    #expect(ended.errors.contains("The ledger says that fix \(fix.id)"), "\(ended.errors)")
    #expect(ended.errors.contains("no commit since it was built holds its value"), "\(ended.errors)")
  }

  @Test("a ledger that cannot be read is told in a sentence and kept; the run goes on")
  func corrupt() async throws {
    let clinic = try await ClinicWorkspace("ledger-corrupt")
    #expect(try await clinic.errata("run").code == 10)
    let fix = try #require(try await clinic.fixes().first)
    let blob = try await clinic.bench.git("hash-object", "-w", "config/pipeline.yaml")
    try await clinic.bench.git("update-ref", Self.ledger, blob)
    let ended = try await clinic.errata("reject", fix.id, "--reason", "No")
    #expect(ended.code == 0)
    #expect(ended.errors.split(separator: "\n").filter { $0.contains(Self.ledger) }.count == 1, "\(ended.errors)")
    #expect(try await clinic.bench.git("rev-parse", Self.ledger) == blob)
    try await clinic.bench.git("update-ref", "-d", Self.ledger)
    #expect(try await clinic.errata("run").code == 10)
    #expect(try await clinic.bench.git("cat-file", "-t", Self.ledger) == "commit")
  }
}
