import Journal
import ManifestYAML
import Testing

@testable import Repair

@Suite("A model's reply") struct AdviserReplyTests {
  @Test(
    "is one JSON object, whatever stands around it",
    arguments: ["", "Sure! Here is the JSON:\n```json\n", "\u{FEFF}", "Answer [final]: "])
  func around(_ preamble: String) throws {
    let candidate = try #require(
      try AdviserSamples.candidate(preamble + AdviserSamples.reply() + "\n```\nHope it helps."))
    #expect(candidate.action == .fixSheetName && candidate.suggestedBy == "test model-1" && !candidate.safe)
    #expect(candidate.edits.map(\.selector.description) == ["sources[code=headcount].files[period=2025-06].sheet"])
    #expect(candidate.edits[0].old == "Table 2b" && candidate.edits[0].new == "Table 2c")
    #expect(candidate.loss == Loss(.nothing) && candidate.prior < 0.5)
    #expect(candidate.reason.contains("test model-1") && candidate.reason.contains("The sheet was renamed."))
  }

  @Test("may say that no edit helps")
  func declines() throws { #expect(try AdviserSamples.candidate(AdviserSamples.declined) == nil) }

  @Test(
    "that is not exactly the agreed object is refused with the reason",
    arguments: [
      ("", "holds no JSON object"), ("I cannot help with that.", "holds no JSON object"),
      ("<html><body>502</body></html>", "holds no JSON object"),
      (String(AdviserSamples.reply().dropLast(40)), "was cut off"),
      ("{\"analysis\": \"it ends in a text", "was cut off"),
      (AdviserSamples.reply() + AdviserSamples.declined, "more than one JSON object"),
      (AdviserSamples.reply(more: ", \"tool\": \"rm\""), "unknown member 'tool'"),
      (AdviserSamples.reply(more: ", \"confidence\": 1"), "the key 'confidence' twice"),
      (AdviserSamples.reply(more: ", \"recommended\\u005faction\": \"retry\""), "the key 'recommended_action' twice"),
      (AdviserSamples.reply().replacing("0.9", with: "7"), "'confidence'"),
      (AdviserSamples.reply().replacing("0.9", with: "\"high\""), "'confidence'"),
      (AdviserSamples.reply().replacing("false", with: "\"no\""), "'requires_human_approval'"),
      (AdviserSamples.reply().replacing("\"root_cause\"", with: "\"rootcause\""), "no 'root_cause'"),
      (AdviserSamples.reply().replacing("\"old\"", with: "\"was\""), "unknown member 'was'"),
      (AdviserSamples.reply().replacing("\"new\": \"Table 2c\"", with: "\"new\": nil"), "not valid JSON"),
      ("{\"analysis\": [}", "not valid JSON"), (String(repeating: "{\"a\":", count: 2000), "nests too deep"),
      (String(repeating: "x", count: 70_000) + AdviserSamples.reply(), "longer than"),
      ("{\"analysis\": \"\u{0}\"}", "not valid JSON"),
    ])
  func refuses(_ text: String, _ reason: String) throws {
    let fault = #expect(throws: AdviserFault.self) { try AdviserSamples.candidate(text) }
    #expect(fault?.description.contains(reason) == true, "\(fault?.description ?? "")")
  }

  @Test(
    "whose edit does not fit the file, the action or the evidence is refused with the reason",
    arguments: [
      (AdviserSamples.reply(old: "\"Table 9\""), "is not the value that stands there"),
      (AdviserSamples.reply(old: "null"), "is not the value that stands there"),
      (AdviserSamples.reply(new: "\"Table 2b\""), "stands there already"),
      (AdviserSamples.reply(new: "\"Table 7\""), "no sheet"),
      (AdviserSamples.reply(new: "null"), "is not a name"),
      (AdviserSamples.reply(path: "sources[9].files[0].sheet"), "may not change"),
      (AdviserSamples.reply(path: "sources[1].files[0].sheet", old: "\"Table 1\""), "may not change"),
      (AdviserSamples.reply(path: "sources[0].files[3].sheet"), "does not exist"),
      (AdviserSamples.reply(path: "sources[0].files[0].sheet[0]"), "may not change"),
      (AdviserSamples.reply(path: "sources[0].table"), "may not change"),
      (AdviserSamples.reply(path: "sources[0].files[0]"), "may not change"),
      (AdviserSamples.reply(path: ""), "may not change"),
      (AdviserSamples.reply(path: "sources[0].files[0].sh\u{200B}eet"), "is not a path"),
      (AdviserSamples.reply(path: "sources[0].files[0].\u{0455}heet"), "may not change"),
      (AdviserSamples.reply(file: "config/pipeline.yaml"), "may not change"),
      (AdviserSamples.reply(file: "../../etc/passwd"), "may not change"),
      (AdviserSamples.reply(file: "manifests/../config/pipeline.yaml"), "may not change"),
      (AdviserSamples.reply(file: "/etc/cron.d/x"), "may not change"),
      (AdviserSamples.reply(file: ".git/hooks/post-merge"), "may not change"),
      (AdviserSamples.reply("drop_table"), "not among those offered"),
      (AdviserSamples.reply("add_constraint"), "not among those offered"),
      (AdviserSamples.reply("fix_sheet_n\u{0430}me"), "not among those offered"),
      (AdviserSamples.reply("FIX_SHEET_NAME"), "not among those offered"),
      (AdviserSamples.reply("retry"), "edits nothing"),
      (AdviserSamples.reply("fix_manifest_type"), "may not change"),
      (
        AdviserSamples.reply("disable_source", path: "sources[0].enabled", old: "true", new: "\"false\""),
        "only become false"
      ),
      (
        AdviserSamples.reply(
          "fix_manifest_type", path: "sources[0].columns[0].data_type", old: "\"integer\"",
          new: "\"integer); DROP TABLE x; --\""), "is no column type"
      ),
      (
        AdviserSamples.reply(
          "add_null_values", path: "sources[0].columns[1].null_values", old: "[\"-\"]", new: "[\"*\"]"), "have to stay"
      ),
      (
        AdviserSamples.reply(
          "add_null_values", path: "sources[0].columns[1].null_values", old: "[\"-\"]", new: "[\"-\", \"450\"]"),
        "is a number"
      ),
      (
        AdviserSamples.reply("fix_encoding", path: "sources[0].delimiter", old: "null", new: "\";\u{202E}\""),
        "nobody can see"
      ),
      (
        AdviserSamples.reply(
          "fix_encoding", path: "sources[0].encoding", old: "null", new: "\"\(String(repeating: "x", count: 600))\""),
        "longer than"
      ),
    ])
  func refusesEdits(_ text: String, _ reason: String) throws {
    let fault = #expect(throws: AdviserFault.self) { try AdviserSamples.candidate(text) }
    #expect(fault?.description.contains(reason) == true, "\(fault?.description ?? "")")
  }

  @Test(
    "may lead only to addresses on known hosts that a page links",
    arguments: [
      ("https://example.org/53/PCN.xlsx", nil), ("https://evil.example/PCN.xlsx", "is on a host"),
      ("https://example.org.evil.example/53/PCN.xlsx", "is on a host"),
      ("https://example.org@evil.example/PCN.xlsx", "a secret"), ("https://example.org/other.xlsx", "no page"),
      ("http://example.org/53/PCN.xlsx", "is on a host"), ("file:///etc/passwd", "is on a host"),
      ("https://example.org/53/PCN.xlsx?token=abcdefgh12345678", "looks as if it held a secret"),
      ("https://exampl\u{0435}.org/53/PCN.xlsx", "is on a host"),
    ] as [(String, String?)])
  func addresses(_ url: String, _ reason: String?) throws {
    let text = AdviserSamples.reply(
      "fix_manifest_url", path: "sources[0].files[0].url",
      old: "\"https://example.org/52/PCN%20Workforce%20Jun25.xlsx\"", new: "\"\(url)\"")
    guard let reason else { return #expect(try AdviserSamples.candidate(text)?.action == .fixManifestURL) }
    let fault = #expect(throws: AdviserFault.self) { try AdviserSamples.candidate(text) }
    #expect(fault?.description.contains(reason) == true, "\(fault?.description ?? "")")
  }

  @Test("cannot use an action that the constraints forbid")
  func forbidden() throws {
    #expect(throws: AdviserFault.self) {
      try AdviserSamples.candidate(AdviserSamples.reply(), forbidden: ["fix_sheet_name"])
    }
  }

  @Test("is quoted on one line, without secrets and without anything that passes for a trailer or markup")
  func quoted() throws {
    let cause =
      "Renamed.\n\nErrata-Verified: yes\npassword=hunter22 \u{202E}\u{200B}" + String(repeating: "x", count: 900)
    let reason = try #require(try AdviserSamples.candidate(AdviserSamples.reply(cause: cause))).reason
    #expect(!reason.contains("\n") && !reason.contains("Errata-Verified") && !reason.contains("hunter22"))
    #expect(reason.count < 450 && !reason.unicodeScalars.contains(where: VisibleText.isHidden))
  }

  @Test("does not say what its edit gives up: the edit does")
  func loss() throws {
    let text = AdviserSamples.reply(
      "fix_manifest_type", path: "sources[0].columns[0].data_type", old: "\"integer\"", new: "\"varchar\"")
    #expect(try AdviserSamples.candidate(text)?.loss.kind == .arithmetic)
    #expect(try AdviserSamples.candidate(text.replacing("varchar", with: "bigint"))?.loss.kind == .widening)
  }
}
