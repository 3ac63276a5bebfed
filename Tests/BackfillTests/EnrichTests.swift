import DataFiles
import Foundation
import Journal
import ManifestYAML
import TestSite
import Testing

@Suite struct EnrichTests {
  let site: TestSite
  let backfill: BackfillCommand

  init() throws {
    site = try TestSite()
    backfill = try BackfillCommand()
    try site.write(
      workbook: "Workforce_May25.xlsx",
      [
        .init("Title page", [["Workforce"]]), .init("Notes", [["1", "A note"]]),
        .init(
          "By PCN",
          [
            ["Workforce"], [nil, nil, "Headcount", nil], ["PCN code", "Seen", "2024", "2025", "Share %", "2025"],
            ["U01", "01/05/2025", "4", "*", "1.5", "true"], ["U02", "31/12/2025", "3000000000", "2", "2", "false"],
          ], merged: ["C2:D2"]), .init("Hidden", [["a", "b"], ["1", "2"]], hidden: true),
      ])
    try site.write("codes_may25.csv", "Code,Number,When\n007,12.0,2025-05-01\n008,13,2025-05-02\n")
    try site.write(
      "page.html",
      "<h1>Workforce</h1><a href='Workforce_May25.xlsx'>Book</a><a href='codes_may25.csv'>Codes</a>")
    let drafted = try backfill.run(
      "manifest", "--publication", "workforce", "--period", "may25", "--url", site.url("page.html"), "--output",
      "m.yaml")
    try #require(drafted.exitCode == 0, "\(drafted.output)")
  }

  private func columns(_ manifest: YAMLValue, _ code: String) -> [[String]] {
    (manifest.source(code)?["columns"]?.sequence ?? []).map { column in
      ["original_name", "semantic_name", "data_type"].map { column[$0]?.string ?? "" }
    }
  }

  @Test("without a reference names are derived from all header rows and types sniffed from all values")
  func derived() throws {
    let outcome = try backfill.run("enrich", "--input", "m.yaml", "--output", "e.yaml")
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    let manifest = try backfill.manifest("e.yaml")
    #expect(
      columns(manifest, "workforce_by_pcn") == [
        ["PCN code", "pcn_code", "varchar"], ["Seen", "seen", "date"],
        ["2024", "headcount_2024", "bigint"], ["2025", "headcount_2025", "varchar"],
        ["Share %", "share_percent", "numeric"], ["2025_2", "c_2025", "boolean"],
      ])
    #expect(manifest.source("workforce_by_pcn")?["columns"]?[1]?["date_format"] == "%d/%m/%Y")
    #expect(
      columns(manifest, "codes_data") == [
        ["Code", "code", "varchar"], ["Number", "number", "numeric"], ["When", "when", "date"],
      ])
    #expect(manifest["sources"]?.sequence?.contains { $0["files"]?[0]?["preview"] != nil } == false)
    let ends = manifest["sources"]?.sequence?.flatMap { $0["columns"]?.sequence ?? [] } ?? []
    #expect(!ends.isEmpty)
    #expect(ends.allSatisfy { $0.mapping?.last?.key == "data_type" })
  }

  @Test("metadata and hidden sheets are switched off, with the reason; data stays on")
  func metadata() throws {
    #expect(try backfill.run("enrich", "--input", "m.yaml", "--output", "e.yaml").exitCode == 0)
    let manifest = try backfill.manifest("e.yaml")
    for (code, word) in [
      ("workforce_title_page", "title page"), ("workforce_notes", "notes"), ("workforce_hidden", "Hidden"),
    ] {
      let source = manifest.source(code)
      #expect(source?["enabled"] == false, "\(code)")
      #expect(source?["description"]?.string?.contains(word) == true, "\(code)")
      #expect(source?["columns"] == nil)
    }
    #expect(manifest.source("workforce_by_pcn")?["enabled"] == true)
  }

  @Test("a matching reference gives code, table, names, types and how values are read, and the match rate is reported")
  func reference() throws {
    try """
    sources:
    - code: wf_pcn
      name: Workforce by PCN
      description: Staff in each network.
      table: tbl_wf
      enabled: true
      null_values: ['*']
      files:
      - url: https://example.org/Workforce_Apr25.xlsx
        period: 2025-04
        sheet: By PCN
      columns:
      - original_name: PCN  Code
        semantic_name: network_code
        description: The network.
        data_type: varchar(10)
      - original_name: '2024'
        semantic_name: staff_2024
        data_type: integer
        null_values: ['-']
      - original_name: '2025'
        semantic_name: staff_2025
        data_type: integer
      - original_name: Retired
        semantic_name: retired
        data_type: integer
      - original_name: Maybe
        semantic_name: maybe
        data_type: integer
        optional: true
      - original_name: Seen
        semantic_name: seen_on
        data_type: date
    """.write(toFile: backfill.folder.path("ref.yaml"), atomically: true, encoding: .utf8)
    let outcome = try backfill.run("enrich", "--input", "m.yaml", "--output", "e.yaml", "--reference", "ref.yaml")
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    let manifest = try backfill.manifest("e.yaml")
    let source = try #require(manifest.source("wf_pcn"))
    #expect(source["table"] == "tbl_wf")
    #expect(source["description"] == "Staff in each network.")
    #expect(source["null_values"] == ["*"])
    #expect(source["files"]?[0]?["url"] == .string(site.url("Workforce_May25.xlsx")))
    #expect(source["files"]?[0]?["header_row"] == 3)
    #expect(
      columns(manifest, "wf_pcn") == [
        ["PCN code", "network_code", "varchar(10)"], ["Seen", "seen_on", "date"], ["2024", "staff_2024", "integer"],
        ["2025", "staff_2025", "integer"], ["Share %", "share_percent", "numeric"], ["2025_2", "c_2025", "boolean"],
        ["Maybe", "maybe", "integer"],
      ])
    #expect(
      source["columns"]?[2]?.mapping?.map(\.key) == ["original_name", "semantic_name", "null_values", "data_type"])
    let info = outcome.events.first { $0.data["match_rate"] != nil }
    #expect(info?.type == .info)
    #expect(info?.data["match_rate"]?.double == 0.444)
    #expect(outcome.output.contains("Match rate 44%"))
    #expect(outcome.events.contains { $0.data["message"]?.string?.contains("'Retired' is not in the file") == true })
  }

  @Test("the same input and reference give the same bytes, and enriching the result again changes nothing")
  func stable() throws {
    #expect(try backfill.run("enrich", "--input", "m.yaml", "--output", "a.yaml").exitCode == 0)
    #expect(
      try backfill.run("enrich", "--input", "m.yaml", "--output", "b.yaml", "--reference", "a.yaml").exitCode == 0)
    #expect(
      try backfill.run("enrich", "--input", "b.yaml", "--output", "c.yaml", "--reference", "a.yaml").exitCode == 0)
    #expect(try backfill.text("a.yaml") == backfill.text("b.yaml"))
    #expect(try backfill.text("b.yaml") == backfill.text("c.yaml"))
  }

  @Test("a missing or unreadable reference or draft is named")
  func badInput() throws {
    let missing = try backfill.run("enrich", "--input", "m.yaml", "--output", "e.yaml", "--reference", "none.yaml")
    #expect(missing.exitCode == 1)
    #expect(missing.ending?.error?.kind == .referenceNotFound)
    try "sources: [a".write(toFile: backfill.folder.path("bad.yaml"), atomically: true, encoding: .utf8)
    let bad = try backfill.run("enrich", "--input", "bad.yaml", "--output", "e.yaml")
    #expect(bad.ending?.error?.kind == .manifestInvalid)
    #expect(bad.ending?.error?.message.contains("bad.yaml:1") == true)
    try "sources: 5\n".write(toFile: backfill.folder.path("bad.yaml"), atomically: true, encoding: .utf8)
    #expect(try backfill.run("enrich", "--input", "bad.yaml", "--output", "e.yaml").exitCode == 1)
  }
}
