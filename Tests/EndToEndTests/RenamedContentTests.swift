import Foundation
import Journal
import Testing

/// Renames that are told by what is under a header.
@Suite("Renamed headers")
struct RenamedContentTests {
  @Test("are found by their values under any name, and a like name over other values is not taken for them")
  func content() async throws {
    let clinic = try await ClinicWorkspace("content")
    try clinic.write("Org,Visits 2020\nA,1\nB,2\nC,3\n", to: "files/visits_nov25.csv")
    try clinic.write("Org,Staff\nA,1\nB,2\nC,3\nD,4\n", to: "files/staff_nov25.csv")
    try clinic.write("Provider,Staff\nA,5\nB,6\nC,7\nD,8\n", to: "files/staff_dec25.csv")
    try clinic.write("Org,Visits 2021\nA,north\nB,south\nC,east\n", to: "files/visits_dec25.csv")
    let ended = try await clinic.errata("run")
    #expect(ended.code == 10, "\(ended.errors)")
    let fixes = try await clinic.fixes()
    let staff = try #require(fixes.first { $0.source == "staff" })
    #expect(staff.action == "fix_column_name" && staff.changes.map(\.new) == ["Provider"])
    let message = try await clinic.bench.git("log", "-1", "--format=%B", staff.branch).replacing("\n", with: " ")
    #expect(message.contains("Its content has 100 % of its values in common"), "\(message)")
    let told = try await clinic.errata("diagnose", "clinic/dec25/staff", "--json").output
    let bundle = try JSONDecoder().decode(JSONValue.self, from: Data(told.utf8)).array?.first?["investigation_data"]
    #expect(bundle?["db_table_exists"]?.bool == true && bundle?["db_table_columns"]?.array?.contains("staff") == true)
    #expect(bundle?["load_history"]?.array?.compactMap { $0["rows"]?.int } == [4])
    #expect(bundle?["other_periods"]?["nov25"]?["original_name"]?.string == "Org")
    #expect(fixes.first { $0.source == "visits" }?.action == "mark_column_optional")
  }
}
