import Foundation
import Journal
import Testing

/// The demo from nothing to everything loaded, in the ways that people merge.
@Suite("The demo", .serialized)
struct DemoTests {
  @Test("proposes fixes as branches of a few bytes, and running again moves nothing")
  func proposes() async throws {
    let (demo, first) = try await DemoWorkspace.started("proposes")
    #expect(first.code == 0, "\(first.errors)")
    let fixes = try await demo.fixes()
    #expect(fixes.count >= 5)
    #expect(Set(fixes.map(\.errorType)).isSuperset(of: ["type_mismatch", "sheet_not_found", "404_not_found"]))
    for fix in fixes {
      let numstat = try await demo.git("diff", "\(fix.branch)~1", fix.branch, "--numstat")
      for line in numstat.split(separator: "\n") {
        let cells = line.split(separator: "\t")
        let changed = (Int(cells[0]) ?? 99) + (Int(cells[1]) ?? 99)
        // A replaced line counts twice in numstat.
        #expect(max(Int(cells[0]) ?? 99, Int(cells[1]) ?? 99) <= 3 && changed <= 6, "\(fix.branch): \(line)")
        #expect(cells[2].hasPrefix("manifests/") || cells[2] == "config/publications.yaml")
      }
      #expect(try await demo.git("log", "-1", "--format=%B", fix.branch).contains("Errata-Fix: \(fix.id)"))
    }
    #expect(try await demo.git("status", "--porcelain").isEmpty)

    let refs = try await demo.refs()
    let again = try await demo.errata("run")
    #expect(again.code == 20 || again.code == 30, "\(again.errors)")
    #expect(try await demo.refs() == refs)
    #expect(try await demo.fixes().map(\.id) == fixes.map(\.id))

    let failed = try demo.events().filter { $0.type == .sourceFailed && $0.error?.kind == .typeMismatch }
    #expect(!failed.isEmpty)
    for event in failed {
      let error = try #require(event.error)
      #expect(error.column != nil && error.value != nil && error.file != nil && error.row != nil)
      #expect(!error.message.lowercased().contains("see output above"))
    }
  }

  @Test("resumes only what failed after merges of every kind, and loads each source once")
  func resumes() async throws {
    let (demo, _) = try await DemoWorkspace.started("resumes")
    for (index, fix) in try await demo.fixes().reversed().enumerated() {
      switch index % 3 {
      case 0: try await demo.git("merge", "--no-edit", "--quiet", fix.branch)
      case 1:
        try await demo.git("merge", "--squash", "--quiet", fix.branch)
        try await demo.git("commit", "--quiet", "--message", "Take a fix in (#\(index))")
      default:
        try await demo.git("checkout", "--quiet", "-b", "rebased-\(index)", fix.branch)
        try await demo.git("rebase", "--quiet", "main")
        try await demo.git("checkout", "--quiet", "main")
        try await demo.git("merge", "--ff-only", "--quiet", "rebased-\(index)")
      }
    }
    let second = try await demo.errata("run")
    // What is left has no fix: the workbook that is a web page.
    #expect(second.code == 30, "\(second.errors)")
    #expect(try await demo.fixes().allSatisfy { $0.status == .approved })

    let loads = try demo.events().filter { $0.type == .sourceLoaded }.map {
      "\($0.context.urlKey ?? "")/\($0.context.sourceCode ?? "")"
    }
    #expect(Set(loads).count == loads.count, "a source was loaded twice")
    for (key, url) in try await demo.state().urls {
      switch key {
      case "online_consultation/dec25": #expect(url.status == .pending && url.pendingUntil?.hasSuffix("-01-29") == true)
      case "pcn_workforce/jul25": #expect(url.status == .partial)
      default: #expect(url.status == .completed, "\(key) is \(url.status)")
      }
    }
    try await expectRowsOfTheFiles(demo)
  }

  /// Row counts of the sample's files; nulls where the markers were.
  private func expectRowsOfTheFiles(_ demo: DemoWorkspace) async throws {
    let tables = try await demo.tables()
    func rows(_ suffix: String) -> Int? { tables.first { $0.key.hasSuffix(suffix) }.flatMap { Int($0.value) } }
    #expect(rows(".tbl_adhd_data") == 3 * 300, "\(tables)")
    #expect(rows(".tbl_pcnw_table_2b") == 4 * 56)
    #expect(rows(".tbl_oc_submissions") == 3 * 320)
    let markers = try String(contentsOfFile: demo.root + "/site/site/files/adhd/Nov25/ADHD_Nov25.csv", encoding: .utf8)
      .split(whereSeparator: \.isNewline).filter { $0.contains(",*,") }.count
    #expect(markers > 0)
    let name = try #require(tables.keys.first { $0.hasSuffix(".tbl_adhd_data") })
    let nulls = try await demo.query("SELECT count(*)::VARCHAR AS rows FROM \(name) WHERE open_referrals IS NULL")
    #expect(nulls.first?["rows"] == "\(markers)")
  }

  @Test("takes rows out after a revert and never proposes the same edit again")
  func reverts() async throws {
    let (demo, _) = try await DemoWorkspace.started("reverts")
    let fix = try #require(try await demo.fixes().first { $0.publication == "adhd" && $0.errorType == "type_mismatch" })
    try await demo.git("merge", "--no-ff", "--no-edit", "--quiet", fix.branch)
    _ = try await demo.errata("run")
    #expect(try await demo.state().urls["adhd/nov25"]?.status == .completed)

    try await demo.git("revert", "--no-edit", "-m", "1", "HEAD")
    let ended = try await demo.errata("run")
    #expect(ended.errors.contains("revert"), "\(ended.errors)")
    let fixes = try await demo.fixes()
    #expect(fixes.first { $0.id == fix.id }?.status == .reverted)
    #expect(!fixes.contains { $0.id != fix.id && $0.changes == fix.changes })
    #expect(try await demo.state().urls["adhd/nov25"]?.status != .completed)
    let name = try #require(try await demo.tables().keys.first { $0.hasSuffix(".tbl_adhd_data") })
    let left = try await demo.query("SELECT count(*)::VARCHAR AS rows FROM \(name) WHERE _period = '2025-11'")
    #expect(left.first?["rows"] == "0")
  }
}
