import Journal
import ManifestYAML
import Testing

@testable import Repair

@Suite struct NameCandidateTests {
  private func sheetCandidates(_ sheets: [String]) throws -> [Candidate] {
    var evidence = Evidence()
    evidence.sheets = sheets
    let failure = Samples.failure(.sheetNotFound) { $0.sheet = "Table 2b" }
    return Candidates.all(for: failure, evidence: evidence, manifest: try Samples.manifest())
  }

  @Test(
    "A renamed sheet is found among those that no other source reads",
    arguments: [
      (["Title page", "Table 1", "TABLE  2B"], "TABLE  2B", false),
      (["Title page", "Table 1", "Table 2b - Headcount"], "Table 2b - Headcount", true),
      (["Notes", "Table 1", "Tbl_2b"], "Tbl_2b", true),
      (["Table 1", "Table 3a", "2b"], "2b", true),
    ])
  func renamedSheet(sheets: [String], expected: String, guess: Bool) throws {
    let first = try #require(try sheetCandidates(sheets).first)
    #expect(first.action == .fixSheetName)
    #expect(first.edits.first?.new == .string(expected))
    #expect(first.edits.first?.selector.description == "sources[code=headcount].files[period=2025-06].sheet")
    #expect(first.restsOnLikeness == guess)
    #expect(try Samples.changedLines(first, in: Samples.manifest()).count == 2)
  }

  @Test("A sheet that another source reads, or that is nothing like it, is not proposed")
  func noSheet() throws {
    #expect(try sheetCandidates(["Table 1", "Contents"]).map(\.action) == [.disableSource])
  }

  @Test("A renamed header is found by likeness; the column can be let go after that")
  func renamedHeader() throws {
    var evidence = Evidence()
    evidence.headers = ["Mar 2020", "April 2020", "As At", "Practice", "Comment"]
    let failure = Samples.failure(.missingColumn) { $0.column = "headcount_march_2020" }
    let candidates = Candidates.all(for: failure, evidence: evidence, manifest: try Samples.manifest())
    #expect(candidates.map(\.action) == [.fixColumnName, .markColumnOptional, .disableSource])
    #expect(candidates.first?.edits.first?.new == "Mar 2020")
    #expect(
      candidates.first?.edits.first?.selector.description
        == "sources[code=headcount].columns[semantic_name=headcount_march_2020].original_name")
  }

  @Test(
    "Headers that another delimiter has made one are no column's header",
    arguments: [
      ["March 2020;April 2020;As At;Practice"], ["Org", "\"Practice\"\t\"As At\""], ["FTE by sex|Practice"],
      ["March 2020, April 2020", "As At", "Practice"],
    ])
  func anotherDelimiter(headers: [String]) throws {
    var evidence = Evidence()
    evidence.headers = headers
    let failure = Samples.failure(.missingColumn) { $0.column = "headcount_march_2020" }
    let candidates = Candidates.all(for: failure, evidence: evidence, manifest: try Samples.manifest())
    #expect(candidates.map(\.action) == [.disableSource])
    evidence.headers = ["Mar 2020", "April 2020", "As At", "Practice", "Comment, if any", "Head; count"]
    let others = Candidates.all(for: failure, evidence: evidence, manifest: try Samples.manifest())
    #expect(others.first?.edits.first?.new == "Mar 2020")
  }

  @Test("A moved file is found on the page, for all sources that read it, and never one of another period or kind")
  func movedFile() throws {
    let dead = "https://example.org/52/PCN%20Workforce%20Jun25.xlsx"
    var evidence = Evidence()
    evidence.page = Evidence.Page(
      url: "https://example.org/pcn/june-2025", status: 200,
      links: [
        Evidence.Link(url: "https://example.org/9A/PCN%20Workforce%20May25.xlsx", text: "May"),
        Evidence.Link(url: "https://example.org/9A/PCN%20Workforce%20Jun25.csv", text: "CSV"),
        Evidence.Link(url: "https://example.org/9A/PCN%20Workforce%20June%202025%20v2.xlsx", text: "June"),
        Evidence.Link(url: "https://example.org/contact", text: "Contact"),
      ])
    let failure = Samples.failure(.notFound) { $0.url = dead }
    let candidates = Candidates.all(for: failure, evidence: evidence, manifest: try Samples.manifest())
    #expect(candidates.count == 1)
    let first = try #require(candidates.first)
    #expect(first.action == .fixManifestURL)
    #expect(first.edits.count == 2)
    #expect(
      first.edits.allSatisfy { $0.new == "https://example.org/9A/PCN%20Workforce%20June%202025%20v2.xlsx" })
    #expect(try Samples.changedLines(first, in: Samples.manifest()).count == 4)
  }

  @Test("The same file elsewhere is no guess")
  func sameName() throws {
    var evidence = Evidence()
    evidence.page = Evidence.Page(
      url: "p", links: [Evidence.Link(url: "https://files.example.org/new/second.csv", text: "data")])
    let failure = Samples.failure(.notFound, source: "fte#2") { $0.url = "https://example.org/52/second.csv" }
    let first = try #require(
      Candidates.all(for: failure, evidence: evidence, manifest: try Samples.manifest()).first)
    #expect(!first.restsOnLikeness)
    #expect(first.prior > 0.85)
  }

  @Test("An address is known although the error had to hide its secrets")
  func hiddenSecrets() throws {
    var evidence = Evidence()
    evidence.page = Evidence.Page(
      url: "p", links: [Evidence.Link(url: "https://files.example.org/new/second.csv", text: "data")])
    let failure = Samples.failure(.notFound, source: "fte#2") {
      $0.url = "https://example.org/52/second.csv?token=\(Redaction.mark)"
    }
    let secret = "https://bo:pa55word@example.org/52/second.csv?token=a1b2c3d4e5f6"
    let manifest = try Samples.manifest(replacing: "https://example.org/52/second.csv", with: secret)
    let first = try #require(Candidates.all(for: failure, evidence: evidence, manifest: manifest).first)
    #expect(first.action == .fixManifestURL && first.edits.map(\.old) == [.string(secret)])
    let other = Samples.failure(.notFound, source: "fte#2") { $0.url = "https://example.org/53/second.csv" }
    #expect(Candidates.all(for: other, evidence: evidence, manifest: manifest).isEmpty)
  }

  @Test("A moved page is found on the landing page and corrected in publications.yaml")
  func movedPage() throws {
    var evidence = Evidence()
    evidence.landing = Evidence.Page(
      url: "https://example.org/pcn",
      links: [
        Evidence.Link(url: "https://example.org/pcn/31-may-2025", text: "May 2025"),
        Evidence.Link(url: "https://example.org/pcn/30-june-2024", text: "30 June 2024"),
        Evidence.Link(
          url: "https://example.org/pcn/30-june-2025", text: "Primary Care Network Workforce, 30 June 2025"),
      ])
    var failure = Samples.failure(.notFound, source: nil) { $0.url = "https://example.org/pcn/june-2025-old" }
    failure.stage = "manifest"
    let candidates = Candidates.all(
      for: failure, evidence: evidence, manifest: nil, publications: try Samples.publications())
    #expect(candidates.count == 1)
    let edit = try #require(candidates.first?.edits.first)
    #expect(edit.file == "config/publications.yaml")
    #expect(edit.selector.description == "publications.pcn.urls[period=jun25].url")
    #expect(edit.new == "https://example.org/pcn/30-june-2025")
    let lines = try Samples.changedLines(try #require(candidates.first), in: Samples.publications())
    #expect(lines.count == 2)
  }

  @Test(
    "Texts name their period in many ways",
    arguments: [
      ("nov25", 11, 2025), ("PCN_Nov-25.xlsx", 11, 2025), ("november-2025", 11, 2025), ("2025-11", 11, 2025),
      ("202511", 11, 2025), ("30 Sept 2025", 9, 2025), ("ADHD_May25", 5, 2025),
    ])
  func periods(text: String, month: Int, year: Int) {
    #expect(PeriodWords(text)?.month == month)
    #expect(PeriodWords(text)?.year == year)
  }

  @Test("Likeness knows case, blanks and numbering")
  func likeness() {
    #expect(Likeness.between("Table 2b", "table_2B") == 1)
    #expect(Likeness.between("Table 2b", "Table 3a") < Likeness.between("Table 2b", "Tab 2b"))
    #expect(Likeness.between("Headcount", "Notes") < 0.4)
    #expect(Likeness.between("", "x") == 0)
  }

  @Test("A renamed member of an archive is found by its name")
  func renamedMember() throws {
    let text = Samples.manifestText.replacing("    sheet: Table 2b\n", with: "    extract: Headcount_Jun25.csv\n")
    var evidence = Evidence()
    evidence.members = ["readme.txt", "Headcount_May25.csv", "Headcount_Jun25_v2.csv"]
    let candidates = Candidates.all(
      for: Samples.failure(.noFilesFound), evidence: evidence,
      manifest: try YAMLFile(text, name: Samples.manifestPath))
    #expect(candidates.first?.edits.first?.new == "Headcount_Jun25_v2.csv")
    #expect(candidates.count == 1 && candidates.first?.restsOnLikeness == true)
  }
}
