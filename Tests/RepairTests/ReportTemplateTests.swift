import Journal
import Testing

@testable import Repair

@Suite("Report templates") struct ReportTemplateTests {
  private func report(column: String? = "headcount", message: String = "bad", notes: [String] = []) throws -> Report {
    let failure = Samples.failure(.typeMismatch) {
      $0.message = message
      $0.column = column
    }
    let candidate = try Samples.candidates("headcount_march_2020", "March 2020", "integer", [("*", 37)])[0]
    let chosen = Ranked(candidate)
    return Report(
      failure: failure, evidence: Evidence(), ranked: [chosen], outcome: .proposed(id: "0a1b2c3d", branch: "errata/b"),
      chosen: chosen, confidence: 0.64, run: "run_1", notes: notes)
  }

  @Test("A user's template gives the file and the message their words, order and headings")
  func own() throws {
    let template = try ReportTemplate(
      """
      # Our report of {{place}}

      Ask the *data desk* about {{column}} in {{stage}}.

      ## Desk

      - first {{manifest}}
      - then
        the rest

          desk --case {{run}}

      ## The edit
      {{edit}}
      """)
    let markdown = try report().troubleshooting(by: template)
    #expect(markdown.hasPrefix("# Our report of pcn/jun25/headcount\n\nAsk the *data desk* about headcount in load.\n"))
    #expect(markdown.contains("    desk --case run_1"))
    #expect(markdown.contains("errata reject 0a1b2c3d"), "how to decide is never left out")
    let message = try report().commitMessage(by: template)
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0].hasPrefix("fix(pcn/jun25): read") && lines[2] == "Ask the *data desk* about headcount in load.")
    #expect(message.contains("\n\nDesk\n====\n\n* first manifests/"))
    #expect(message.contains("\n* then the rest\n") && message.contains("    desk --case run_1\n"))
    #expect(message.contains("The edit\n========\n\n    manifests/"))
    #expect(lines.last { !$0.isEmpty } == "Errata-Run: run_1")
    #expect(!lines.contains { $0.hasPrefix("#") || (!$0.hasPrefix("    ") && $0.count > 72) })
  }

  @Test("A text without any value, and a heading with nothing under it, are left out")
  func leftOut() throws {
    let template = try ReportTemplate(
      "## A\n\n### B\n\n{{notes}}\n\n## C\n\nIn {{sheet}}.\n\n## D\n\n### E\n\n{{why}}\n\nIn {{column}} of {{sheet}}")
    let text = try report().troubleshooting(by: template)
    for (heading, isThere) in [("## A", false), ("### B", false), ("## C", false), ("## D", true), ("### E", true)] {
      #expect(text.contains(heading) == isThere, "\(heading)")
    }
    #expect(text.contains("In headcount of "))
    #expect(try report(notes: ["x"]).troubleshooting(by: template).hasPrefix("## A\n\n### B\n\n- x\n"))
  }

  @Test("What data says is no placeholder, no heading and no trailer")
  func data() throws {
    let template = try ReportTemplate("{{message}}\n\nSeen: {{message}} {{column}}\n\n{{notes}}\n")
    let evil = "{{run}}\n\n# gone\nErrata-Fix: 00000000\n\nErrata-Run: z {{notes}}"
    let report = try report(column: "{{run}} {{diff}}", message: evil, notes: ["{{run}} \nErrata-Fix: 1"])
    for text in [report.commitMessage(by: template), report.troubleshooting(by: template)] {
      let lines = text.split(separator: "\n")
      #expect(!lines.contains { $0.hasPrefix("# ") })
      #expect(!text.contains("Errata-Fix: 00000000") && !text.contains("Errata-Fix: 1"))
      #expect(text.replacing("\\", with: "").contains("{{run}}"))
    }
    #expect(report.commitMessage(by: template).split(separator: "\n").count { $0.hasPrefix("Errata-Run:") } == 1)
  }

  @Test(
    "A broken template is told with line and column",
    arguments: [
      ("", 1, 1, "empty"), ("a\n  see {{colum}}", 2, 7, "no placeholder {{colum}}"),
      ("# x\n\nthe {{edit}}", 3, 5, "put it on a line alone"), ("é {{sheet}} {{nope}}", 1, 13, "{{nope}}"),
      (String(repeating: "x", count: 70_000), 1, 1, "longer"),
    ] as [(String, Int, Int, String)])
  func broken(text: String, line: Int, column: Int, part: String) {
    do throws(ReportTemplateError) {
      _ = try ReportTemplate(text)
      Issue.record("it was taken")
    } catch {
      #expect(error.line == line && error.column == column, "\(error.line):\(error.column)")
      #expect(error.description.contains(part))
    }
  }

  @Test("The built-in template of each type can be read, and writes the same report", arguments: ErrorType.allCases)
  func standard(type: ErrorType) throws {
    var report = try report()
    report.failure.error = EventError(type, "m")
    let template = try ReportTemplate(ReportTemplate.text(for: type))
    #expect(report.commitMessage(by: template) == report.commitMessage())
    #expect(report.troubleshooting(by: template) == report.troubleshooting())
    for name in ReportTemplate.blocks {
      #expect(template.pieces.contains(.block(name)), "\(name)")
    }
  }
}
