import Foundation
import Journal
import Testing

/// The same edit in several periods.
@Suite("One cause, one branch")
struct OneCauseTests {
  @Test("two periods with one marker share a branch, of which one commit can be picked")
  func shares() async throws {
    let clinic = try await ClinicWorkspace("one-cause")
    try clinic.write("Org,Visits 2020\nA,*\nB,2\n", to: "files/visits_dec25.csv")
    #expect(try await clinic.errata("run").code == 10)
    let fixes = try await clinic.fixes()
    #expect(fixes.count == 2 && Set(fixes.map(\.branch)).count == 1)
    let branch = try #require(fixes.first?.branch)
    #expect(branch.hasPrefix("errata/clinic/_many/type_mismatch-add_null_values-"))
    #expect(try await clinic.bench.git("rev-list", "--count", "main..\(branch)").hasPrefix("2"))
    let refs = try await clinic.refs()
    #expect(try await clinic.errata("run").code == 20)
    #expect(try await clinic.refs() == refs)

    let first = try #require(fixes.first { $0.period == "nov25" })
    try await clinic.bench.git("cherry-pick", try #require(first.commit))
    _ = try await clinic.errata("run")
    #expect(try await clinic.fixes().map(\.status).sorted { $0.rawValue < $1.rawValue } == [.approved, .open])
    #expect(try await clinic.rows(of: "tbl_visits", period: "nov25") == 4)
    #expect(try await clinic.rows(of: "tbl_visits", period: "dec25") == 0)
    try await clinic.bench.git("merge", "--quiet", "--no-edit", branch)
    #expect(try await clinic.errata("run").code == 0)
    #expect(try await clinic.rows(of: "tbl_visits", period: "dec25") == 2)
    #expect(try await clinic.fixes().allSatisfy { $0.status == .approved })
    #expect(try await clinic.bench.git("fsck", "--strict").contains("error") == false)
  }
}
