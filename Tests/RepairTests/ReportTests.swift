import Foundation
import Journal
import Testing

@testable import Repair

@Suite struct ReportTests {
  private func report(
    message: String = "INTEGER column received unexpected value '*'", values: [(String, Int)] = [("*", 37)],
    policy: ValuePolicy = .counts
  ) throws -> Report {
    let failure = Samples.failure(.typeMismatch) {
      $0.message = message
      $0.column = "headcount_march_2020"
      $0.value = values[0].0
      $0.expectedType = "integer"
      $0.sheet = "Table 2b"
      $0.row = 15
    }
    var evidence = Evidence()
    evidence.values = Samples.values("headcount_march_2020", "March 2020", "integer", values)
    evidence.sources = .init(loaded: [.init("fte", rows: 31_204)], failed: ["headcount"], pending: ["detail"])
    evidence.notes = ["# the landing page could not be read"]
    let candidates = Candidates.all(for: failure, evidence: evidence, manifest: try Samples.manifest())
    let verdict = Verdict(
      control: Trial(exitCode: 1, error: failure.error),
      treatment: Trial(exitCode: 0, rows: 1204, nullCounts: ["headcount_march_2020": 37]), passed: true,
      reason: "the stage passed", capturedInput: true)
    let chosen = Ranked(candidates[0], verdict: verdict)
    return Report(
      failure: failure, evidence: evidence, ranked: [chosen] + candidates.dropFirst().map { Ranked($0) },
      outcome: .proposed(
        id: FixIdentity.id(of: candidates[0], for: failure), branch: FixIdentity.branch(of: candidates[0], for: failure)
      ),
      chosen: chosen, confidence: 0.92, run: "run_20261121_100000", values: policy)
  }

  @Test("The message keeps git's and mail's rules, and its trailers are the last block")
  func message() throws {
    let text = try report().commitMessage()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first == "fix(pcn/jun25): read '*' in headcount_march_2020 as null")
    #expect(lines[1].isEmpty)
    #expect(!lines.contains { $0.hasPrefix("#") || $0.hasPrefix("---") || $0.hasPrefix("diff -") })
    #expect(!lines.contains { !$0.hasPrefix("    ") && $0.count > 72 })
    let block = text.trimmed.components(separatedBy: "\n\n").last?.split(separator: "\n") ?? []
    #expect(
      block.map { String($0.prefix { $0 != ":" }) } == [
        "Errata-Fix", "Errata-Source", "Errata-Error", "Errata-Action", "Errata-Reach", "Errata-Confidence",
        "Errata-Verified", "Errata-Run",
      ])
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for part in ["is null in 37 of 1,204 rows", "31,204", "errata approve", "errata reject", "sheet: Table 2b"] {
      #expect(words.contains(part), "\(part) is missing")
    }
  }

  @Test("Hostile text from a log cannot add a trailer, a heading, a cut or a comment")
  func hostile() throws {
    let message = "x\n\nErrata-Fix: 00000000\n---\n#gone\nFrom nobody\u{1B}[31m " + String(repeating: "w ", count: 300)
    let text = try report(message: message, values: [("evil\nErrata-Run: z", 1)], policy: .full).commitMessage()
    let lines = text.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("Errata-Fix:") } == 1)
    #expect(!text.contains("Errata-Fix: 00000000"))
    #expect(!lines.contains { $0.hasPrefix("#") || $0.hasPrefix("---") || $0.hasPrefix("From ") })
    #expect(!text.contains("\u{1B}"))
  }

  @Test("Data values are hidden unless the policy is full; markers are always shown")
  func policy() throws {
    let message = "INTEGER column received unexpected value 'Jane Doe'"
    for policy in ValuePolicy.allCases {
      let report = try report(message: message, values: [("Jane Doe", 2), ("*", 1)], policy: policy)
      for text in [report.commitMessage(), report.troubleshooting()] {
        #expect(text.contains("Jane Doe") == (policy == .full))
        #expect(text.contains("'*'") || text.contains("'\\*'"))
      }
    }
  }

  @Test("The Markdown report says what worked, failed, why, and what to do")
  func markdown() throws {
    let text = try report().troubleshooting().replacing("\\", with: "")
    for part in [
      "# Troubleshooting pcn/jun25/headcount", "## What worked", "| fte | loaded, 31,204 rows |",
      "| headcount | failed with type_mismatch |",
      "| detail | not tried yet |", "## What failed", "## Why it failed", "## What was considered",
      "## What is recommended", "errata approve", "1,204 values turned to text, against null for 37 of 1,204 values",
    ] {
      #expect(text.contains(part), "\(part) is missing")
    }
    var failure = Samples.failure(.corruptFile)
    failure.logTail = "HTML page"
    let escalated = Report(
      failure: failure, evidence: Evidence(), ranked: [], outcome: .escalated(reason: "not healed"), run: "run")
    #expect(escalated.troubleshooting().contains("A person has to look"))
    #expect(escalated.troubleshooting().contains("Open the address in a browser"))
  }

  @Test("What two edits that pass do to the data is told in numbers that were measured")
  func counterfactual() throws {
    var report = try report()
    #expect(report.effect(of: report.ranked[0]) == "null for 37 of 1,204 values")
    let text = try #require(report.ranked.firstIndex { $0.candidate.loss.kind == .arithmetic })
    #expect(report.whyNot(report.ranked[text]).hasPrefix("not tried: 1,204 values turned to text, against null for 37"))
    // Four cells were empty before anybody edited anything.
    report.ranked[0].verdict?.treatment.nullCounts["headcount_march_2020"] = 41
    report.chosen = report.ranked[0]
    var verdict = try #require(report.ranked[0].verdict)
    verdict.treatment.nullCounts["headcount_march_2020"] = 4
    report.ranked[text].verdict = verdict
    #expect(report.effect(of: report.ranked[0]) == "null for 37 of 1,204 values")
    #expect(
      report.whyNot(report.ranked[text])
        == "passed as well: 1,204 values turned to text, against null for 37 of 1,204 values")
  }

  @Test("What repeats the verification is read back from the message and from the report as it was written")
  func repetition() throws {
    var report = try report(message: "x\nHow to repeat it\n================\nstage: \"evil\" stage: \"evil\"")
    let verdict = try #require(report.chosen?.verdict)
    var command = ["backfill", "load", "--manifest", "{enriched}", "it's \"quoted\", and Ünïcode\n# x"]
    let record = VerificationRecord(
      verdict, stage: "load", manifest: "m.yaml", command: command, table: "tbl_headcount",
      columns: ["headcount_march_2020"])
    report.repetition = record
    for text in [report.commitMessage(), report.troubleshooting()] {
      #expect(VerificationRecord(report: text) == record)
      #expect(text.contains("--verify"))
    }
    #expect(record?.differences(from: verdict) == [])
    var other = verdict
    other.treatment.rows = 1200
    other.treatment.nullCounts = ["headcount_march_2020": 38]
    #expect(
      record?.differences(from: other) == [
        "With the edit 1,200 rows loaded now, and 1,204 then.",
        "headcount_march_2020 is null in 38 rows now, and in 37 then.",
      ])
    other = verdict
    other.control.error = nil
    #expect(record?.differences(from: other).first?.hasPrefix("Without the edit the stage passed now") == true)
    command = []
    var failed = verdict
    failed.passed = false
    #expect(
      VerificationRecord(failed, stage: "load", manifest: nil, command: command, table: nil, columns: []) == nil)
    report.repetition = nil
    #expect(VerificationRecord(report: report.commitMessage()) == nil)
  }

  @Test("Subjects are cut at a word, within 72 characters")
  func subjects() {
    let subject = TextLayout.subject("fix(pcn/jun25): " + String(repeating: "longword ", count: 20))
    #expect(subject.count <= 72 && subject.hasSuffix("longword…"))
    #expect(TextLayout.subject(String(repeating: "x", count: 100)).count == 72)
  }

  @Test("The context bundle has the seeds' fields")
  func bundle() throws {
    var evidence = Evidence()
    evidence.column = Evidence.Column(originalName: "March 2020", semanticName: "m", dataType: "integer")
    let bundle = ContextBundle(
      failure: Samples.failure(.typeMismatch), evidence: evidence, candidates: [], urlStatus: "partial")
    let json = try JSONValue(encoding: bundle)
    #expect(json["error_event"]?["event_type"] == "source_failed")
    #expect(json["pipeline_context"]?["source_code"] == "headcount")
    #expect(json["state_context"]?["url_status"] == "partial")
    #expect(json["investigation_data"]?["manifest_column_definition"]?["data_type"] == "integer")
    #expect(json["available_actions"] == ["skip_and_continue", "retry", "escalate_to_human"])
  }
}

@Suite struct MessageInGitTests {
  @Test("git keeps the message byte for byte through an editor's clean-up and through git am")
  func gitKeepsMessage() throws {
    let candidate = try Samples.candidates("headcount_march_2020", "March 2020", "integer", [("*", 37)])[0]
    var failure = Samples.failure(.typeMismatch)
    failure.error.message = "# first --- From here: " + String(repeating: "word --- # ", count: 30)
    let report = Report(
      failure: failure, evidence: Evidence(), ranked: [Ranked(candidate)],
      outcome: .proposed(id: "0a1b2c3d", branch: "b"),
      chosen: Ranked(candidate), confidence: 0.64, run: "run_1")
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("errata-message-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try report.commitMessage().write(to: folder.appendingPathComponent("message"), atomically: true, encoding: .utf8)
    let script = """
      set -e; export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
      git init -q r; cd r; git commit -q --allow-empty -m base; echo x > f; git add f
      git commit -q --cleanup=strip -F ../message; git log -1 --format=%B > ../committed
      git format-patch -q -1 --stdout > ../patch; git reset -q --hard HEAD~1; git am -q ../patch; git log -1 --format=%B > ../applied
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = folder
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    for name in ["committed", "applied"] {
      let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      #expect(text.trimmed == report.commitMessage().trimmed, "\(name) differs")
    }
  }
}
