import Foundation
import Journal
import Testing

/// What a person does with all that the weekend's runs left behind.
@Suite("Monday morning")
struct MondayTests {
  private func document(_ ended: Ended) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(ended.output.utf8))
  }

  private func fits(_ text: String) -> Bool { text.split(separator: "\n").allSatisfy { $0.count <= 80 } }

  @Test("approve --where lists, merges nothing without a terminal or --yes, and merges exactly what matches")
  func approvesByExpression() async throws {
    let clinic = try await ClinicWorkspace("where")
    try clinic.write("Org,Staff\nA,c\nB,2\n", to: "files/staff_nov25.csv")
    #expect(try await clinic.errata("run").code == 10)
    let head = try await clinic.bench.git("rev-parse", "HEAD")
    let listed = try await clinic.errata("approve", "--where", "error=type_mismatch verified")
    #expect(listed.code == 64 && listed.errors.contains("no terminal to ask on"), "\(listed.errors)")
    #expect(listed.errors.contains("visits-add_null_values") && listed.errors.contains("staff-add_null_values"))
    #expect(try await clinic.bench.git("rev-parse", "HEAD") == head)
    let slip = try await clinic.errata("approve", "--where", "eror=x")
    #expect(slip.code == 64 && slip.errors.contains("column 1: there is no key 'eror'"), "\(slip.errors)")
    #expect(try await clinic.errata("approve").code == 64)
    #expect(try await clinic.errata("approve", "--where", "source=nobody", "--yes").code == 0)

    let digest = try await clinic.errata("fixes", "--digest")
    #expect(digest.output.contains("type_mismatch add_null_values") && fits(digest.output), "\(digest.output)")
    let cause = try #require(try document(try await clinic.errata("fixes", "--digest", "--json")).array?.first)
    #expect(cause["count"]?.int == 2 && cause["verified"]?.int == 2 && cause["periods"]?.array?.count == 1)
    let selection = try #require(cause["where"]?.string)
    let selected = try await clinic.errata("fixes", "--json", "--where", selection)
    #expect(try document(selected).array?.count == 2)

    let one = try await clinic.errata("approve", "--where", "source=visits verified", "--yes")
    #expect(one.code == 0, "\(one.errors)")
    let after = try await clinic.fixes()
    #expect(after.filter { $0.status == .approved }.map(\.source) == ["visits"])
    #expect(after.filter { $0.status == .open }.map(\.source) == ["staff"])
  }

  @Test("acknowledged failures are shown and not counted until the day, and count again when taken back")
  func acknowledges() async throws {
    let clinic = try await ClinicWorkspace("acknowledges")
    #expect(try await clinic.errata("run").code == 10)
    #expect(try await clinic.errata("run").code == 20)
    let refused = try await clinic.errata("acknowledge", "clinic/nov25", "--until", "2020-01-01", "--reason", "x")
    #expect(refused.code == 64 && refused.errors.contains("not after today"))
    #expect(try await clinic.errata("acknowledge", "clinic/nov25", "--until", "2999-01-01").code == 64)
    let given = try await clinic.errata(
      "acknowledge", "clinic/nov25/visits", "--until", "2999-01-01", "--reason", "The publisher corrects it")
    #expect(given.code == 0, "\(given.errors)")
    let run = try await clinic.errata("run", "--json")
    #expect(run.code == 0, "\(run.errors)")
    #expect(try document(run)["acknowledged"]?.int == 1 && document(run)["waiting"]?.int == 0)
    let status = try await clinic.errata("status")
    #expect(status.output.contains("acknowledged until 2999-01-01") && fits(status.output), "\(status.output)")
    #expect(try await clinic.errata("acknowledge").output.contains("The publisher corrects it"))
    #expect(
      try document(try await clinic.errata("acknowledge", "--json"))["clinic/nov25/visits"]?["until"]?.string
        == "2999-01-01")
    #expect(try await clinic.errata("acknowledge", "clinic/nov25/visits", "--withdraw").code == 0)
    #expect(try await clinic.errata("run").code == 20)
    #expect(try await clinic.errata("run", "--fail-on", "unfixed").code == 0)
  }

  @Test("beyond max_open_fixes a failure is told in one sentence and proposed when there is room")
  func limits() async throws {
    let clinic = try await ClinicWorkspace("limits")
    try clinic.write("max_open_fixes: 1\n", to: "config/constraints.yaml")
    try clinic.write("Org,Staff\nA,c\nB,2\n", to: "files/staff_nov25.csv")
    let first = try await clinic.errata("run", "--json")
    #expect(first.code == 10 && first.errors.contains("held back"), "\(first.errors)")
    #expect(try document(first)["held_back"]?.int == 1 && document(first)["unfixed"]?.int == 1)
    #expect(try await clinic.fixes().count == 1)
    #expect(try await clinic.errata("run").code == 30)
    #expect(try await clinic.errata("approve", "--where", "verified", "--yes").code == 0)
    #expect(try await clinic.errata("run").code == 10)
    #expect(try await clinic.fixes().map(\.status) == [.approved, .open])
  }
}
