import Journal
import ManifestYAML
import Testing

@testable import Repair

@Suite struct NewPeriodTests {
  @Test(
    "A period is named in the manner of the others",
    arguments: [
      ("nov25", "dec25"), ("Nov-25", "Dec-25"), ("2025-11", "2025-12"), ("202511", "202512"),
      ("november-2025", "december-2025"), ("NOV_2025", "DEC_2025"), ("2025_11", "2025_12"),
    ])
  func names(example: String, expected: String) {
    #expect(PeriodNaming.name(month: 12, year: 2025, like: example) == expected)
  }

  @Test("A name that is no month of a year is not copied", arguments: ["q3-2025", "2025", "latest"])
  func noName(example: String) {
    #expect(PeriodNaming.name(month: 12, year: 2025, like: example) == nil)
  }

  private static let known = [
    (period: "oct25", url: "https://example.org/mi-adhd/october-2025"),
    (period: "nov25", url: "https://example.org/mi-adhd/november-2025"),
  ]

  private func found(_ links: [(String, String)]) -> [String] {
    let page = Evidence.Page(
      url: "https://example.org/mi-adhd", links: links.map { Evidence.Link(url: $0.0, text: $0.1) })
    return NewPeriods.found(known: Self.known, landing: page).map { "\($0.period) \($0.url)" }
  }

  @Test("Later periods on the page are found by address or by link text, in their order")
  func finds() {
    let text = "ADHD management information, November 2025"
    #expect(
      found([
        ("https://example.org/mi-adhd/january-2026", "Jan"),
        ("https://example.org/mi-adhd/november-2025", text),
        ("https://example.org/other/12345", "ADHD management information, December 2025"),
      ]) == ["dec25 https://example.org/other/12345", "jan26 https://example.org/mi-adhd/january-2026"])
  }

  @Test(
    "What is earlier, elsewhere, a file, of another subject, or contradicts itself is no new period",
    arguments: [
      ("https://example.org/mi-adhd/september-2025", "September 2025"),
      ("https://other.example/mi-adhd/december-2025", "December 2025"),
      ("https://example.org/mi-adhd/december-2025.xlsx", "December 2025"),
      ("https://example.org/workforce/december-2025", "Workforce December 2025"),
      ("https://example.org/mi-adhd/december-2025", "January 2026"),
      ("https://example.org/mi-adhd/contact", "Contact"), ("https://example.org/mi-adhd/2026", "2026"),
    ])
  func ignores(url: String, text: String) {
    #expect(found([(url, text)]).isEmpty)
  }

  @Test("They are added at the end of the publication's list, each as an entry of its own")
  func edits() throws {
    let file = try Samples.publications()
    let candidate = try #require(
      NewPeriods.candidate(
        [NewPeriod(period: "jul25", url: "https://example.org/pcn/july-2025", text: "July")], publication: "pcn",
        publications: file, path: file.name))
    #expect(candidate.action == .addPeriod && !candidate.safe)
    let after = String(decoding: try file.applying(try candidate.operations(in: file, named: file.name)), as: UTF8.self)
    #expect(
      after == Samples.publicationsText + "    - period: jul25\n      url: https://example.org/pcn/july-2025\n")
  }
}
