import Dashboard
import Foundation
import Journal
import TestJournal
import Testing

struct PageTests {
  @Test("Nothing of the journal can end the element that it is embedded in, or come before it as markup")
  func escaping() throws {
    let page = try DashboardPage.html(
      of: try ModelTests.fold(RandomJournal(seed: 8, runs: 4, publications: 2, sources: 5).events))
    #expect(!page.contains("<script>alert") && !page.contains("<img") && page.contains("\\u003cscript\\u003ealert(1)"))
    #expect(page.components(separatedBy: "</script>").count == 4)
    #expect(!page.unicodeScalars.contains { $0 == "\u{2028}" || $0 == "\u{2029}" })
  }

  @Test(
    "What is escaped reads back as it was",
    arguments: [
      "</script><script>", "a&b", "\u{2028}\u{2029}", "é\u{E2}\u{80}\u{A8}€\u{2027}\u{202A}", "\u{10FFFF}\\u2028\"", "",
    ])
  func roundTrip(text: String) throws {
    let bytes = try DashboardPage.json([text])
    #expect(try JSONDecoder().decode([String].self, from: bytes) == [text])
    #expect(
      !String(decoding: bytes, as: UTF8.self).unicodeScalars.contains {
        "<>&\u{2028}\u{2029}".unicodeScalars.contains($0)
      })
  }

  @Test("The page names no other address, and its policy forbids all network")
  func closed() throws {
    let page = try DashboardPage.html(of: try ModelTests.fold([]))
    #expect(page.contains("default-src 'none'") && page.contains("connect-src 'none'"))
    let addresses = page.components(separatedBy: "://").dropLast().map { $0.suffix(5) }
    #expect(Set(addresses) == ["'http"], "only SVG's namespace: \(addresses)")
    #expect(try DashboardPage.html(of: try ModelTests.fold([]), live: true).contains("connect-src 'self'"))
  }

  @Test("A text that looks like a placeholder stays what it is")
  func placeholders() throws {
    let started = Event(.runStarted, runID: "run_20260103_110000")
    let failed = Event(
      .sourceFailed, runID: "run_20260103_110000",
      context: EventContext(publication: "{{script}}", period: "q", sourceCode: "{{model}}", stage: "load"),
      error: EventError(.timeout, "{{histories}}"))
    let page = try DashboardPage.html(of: try ModelTests.fold([started, failed]))
    #expect(page.contains("{{script}}") && page.contains("{{model}}") && page.contains("{{histories}}"))
  }
}
