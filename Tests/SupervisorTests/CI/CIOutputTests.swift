import Foundation
import Journal
import Testing

@testable import Supervisor

/// What CI services are told, from values: their own rules of escaping.
@Suite("Output for CI") struct CIOutputTests {
  private func finding(
    _ level: CIFinding.Level = .error, title: String = "adhd/nov25/x", message: String = "It failed.",
    file: String = "manifests/a.yaml", line: Int? = 3
  ) -> CIFinding {
    CIFinding(level: level, title: title, message: message, file: file, line: line, column: line.map { _ in 5 })
  }

  @Test("an annotation's values end no value, no command and no line")
  func annotations() {
    let plain = WorkflowCommand.annotation(finding())
    #expect(plain == "::error file=manifests/a.yaml,line=3,col=5,title=adhd/nov25/x::It failed.")
    let hostile = WorkflowCommand.annotation(
      finding(
        .warning, title: "a,b: 100 %", message: "one\r\n::add-path::/tmp, 50 %", file: "x,line=9::y\n.yaml", line: nil))
    #expect(
      hostile == "::warning file=x%2Cline=9%3A%3Ay%0A.yaml,title=a%2Cb%3A 100 %25::one%0D%0A::add-path::/tmp, 50 %25")
    #expect(!hostile.contains { $0.isNewline })
  }

  @Test("no more annotations are written than a service shows, errors first")
  func limit() {
    let findings = (1...30).map { finding($0 % 2 == 0 ? .error : .warning, line: $0) }
    let lines = WorkflowCommand.annotations(findings)
    #expect(lines.count == 20)
    #expect(lines.prefix(10).allSatisfy { $0.hasPrefix("::error ") })
  }

  @Test(
    "text of logs and manifests holds no command any more, and is else the same",
    arguments: [
      ("::add-path::/tmp/evil", ": :add-path::/tmp/evil"), ("ok\n \t::error::x\nok", "ok\n \t: :error::x\nok"),
      ("ok\r::set-env name=A::b", "ok\r: :set-env name=A::b"), ("text ##[add-path]/tmp", "text # #[add-path]/tmp"),
      (":\u{301}:x\n::\u{301}x", ":\u{301}:x\n: :\u{301}x"),
      ("a::b std::vector", "a::b std::vector"), ("nothing", "nothing"), ("é\n\n# ü", "é\n\n# ü"),
    ])
  func defused(text: String, expected: String) { #expect(WorkflowCommand.defused(text) == expected) }

  @Test("GitLab's report has a name for each failure that moving lines do not change")
  func codeQuality() throws {
    let first = try issues([finding(line: 3), finding(.warning, title: "adhd/dec25/x", line: nil)])
    #expect(first.map(\.severity) == ["major", "minor"])
    #expect(first.map(\.location.lines.begin) == [3, 1])
    #expect(first[0].location.path == "manifests/a.yaml" && first[0].check_name == "errata")
    #expect(Set(first.map(\.fingerprint)).count == 2)
    #expect(try issues([finding(line: 90)])[0].fingerprint == first[0].fingerprint)
    #expect(try issues([]).isEmpty)
  }

  private struct Issue: Decodable {
    struct Location: Decodable {
      struct Lines: Decodable { let begin: Int }
      let path: String
      let lines: Lines
    }
    let description, check_name, fingerprint, severity: String
    let location: Location
  }

  private func issues(_ findings: [CIFinding]) throws -> [Issue] {
    try JSONDecoder().decode([Issue].self, from: try CodeQuality(findings).json())
  }

  @Test("a summary's cells stay cells, whatever a manifest calls its sources")
  func summary() {
    let hostile = "a |\u{301} b\n# <img src=x> [l](http://x) `c` @all **"
    let text = StepSummary(
      headline: "Not all done: 1 without a fix.", outcome: RunOutcome(), exitCode: 30,
      findings: [finding(title: hostile, message: hostile, file: hostile)], book: FixBook(), now: Date()
    ).markdown
    let row = text.split(separator: "\n").last ?? ""
    #expect(
      row.hasPrefix("| a \\|\u{301} b \\# &lt;img src=x&gt; \\[l\\]\\(http&#58;//x\\) \\`c\\` &#64;all \\*\\* |"),
      "\(row)")
    #expect(row.unicodeScalars.count { $0 == "|" } == 4 + 3)
    #expect(text.contains("**Not all done: 1 without a fix.** (exit code 30)"))
  }

  @Test("a long summary is cut and says so; many fixes are told by cause")
  func longSummary() {
    let findings = (1...200).map { finding(title: "adhd/nov25/s\($0)") }
    let text = StepSummary(
      headline: "x", outcome: RunOutcome(), exitCode: 30, findings: findings, book: FixBook(), now: Date()
    ).markdown
    #expect(text.contains("… and 150 more") && text.utf8.count < 20_000)
  }
}
