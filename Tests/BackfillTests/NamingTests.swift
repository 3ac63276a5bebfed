import DataFiles
import ManifestYAML
import TestSeeds
import Testing

@testable import backfill

@Suite struct NamingTests {
  @Test(
    "a period's key, address or title gives its month",
    arguments: [
      ("nov25", [], "2025-11"), ("2025-11", [], "2025-11"), ("november-2025", [], "2025-11"), ("202511", [], "2025-11"),
      ("Sept_2024", [], "2024-09"), ("latest", ["https://h/x/may-2025"], "2025-05"),
      ("q1", ["h", "ADHD May 2025"], "2025-05"),
      ("2024-25", [], "2024-25"), ("a very long period key", [], "a very lon"),
    ])
  func months(_ key: String, _ hints: [String], _ month: String) {
    #expect(PeriodMonth.iso(key: key, hints: hints) == month)
  }

  @Test(
    "a code is the same in every period",
    arguments: [
      ("ADHD_May25.csv", nil, "adhd_data"), ("ADHD_Nov25.csv", nil, "adhd_data"),
      ("Data_dictionary_v1.1.xlsx", "Title page", "data_dictionary_title_page"),
      ("PCN Workforce - October 2025 final.xlsx", "Sheet1", "pcn_workforce"), ("2025-10.csv", nil, "pub_data"),
      ("online-consultation-2025-10.xlsx", "October 2025", "online_consultation"),
    ])
  func codes(_ file: String, _ sheet: String?, _ code: String) {
    #expect(SourceNames.code(fileName: file, sheet: sheet, publication: "pub") == code)
  }

  @Test("clashing codes get their sheet, their kind or a number")
  func distinct() {
    let codes = SourceNames.distinct([
      ("a_b", nil, .csv), ("a_b", nil, .xlsx), ("a_b", "May 2025", .xlsx), ("a_b", "May 2025", .xlsx),
    ])
    #expect(codes == ["a_b", "a_b_xlsx", "a_b_may_2025", "a_b_2"])
  }

  @Test(
    "every text survives being written and read, quoted only where it must be",
    arguments: [
      ("2025-05", "2025-05"), ("2025-05-01", "'2025-05-01'"), ("no", "'no'"), ("N", "'N'"), ("1_000", "'1_000'"),
      ("12:30", "'12:30'"), ("0x1F", "'0x1F'"), ("a: b", "'a: b'"), ("it's", "it's"), ("'x'", "'''x'''"), ("", "''"),
      ("- x", "'- x'"), ("*", "'*'"), ("a #b", "'a #b'"), ("a#b", "a#b"), (" pad", "' pad'"), ("x\ty", "\"x\\ty\""),
      ("https://h/a?b=c", "https://h/a?b=c"), ("100%", "100%"), ("%d", "'%d'"), ("é £", "é £"), ("~", "'~'"),
      ("1e3", "'1e3'"), ("A1:B2", "A1:B2"), ("007", "'007'"), ("x:", "'x:'"), ("\u{A0}n", "\"\\u00A0n\""),
      ("a\r\nb", "\"a\\r\\nb\""), ("null", "'null'"), ("=", "'='"), ("3.", "'3.'"), ("+1", "'+1'"),
    ])
  func scalars(_ text: String, _ written: String) throws {
    #expect(ManifestText.scalar(text) == written)
    let manifest: YAMLValue = [
      "k": .string(text), "sources": [["name": .string(text), "list": [.string(text), "x"]]],
    ]
    let file = try YAMLFile(ManifestText.text(manifest), name: "m.yaml")
    #expect(file.root?.value == manifest)
  }

  @Test("random texts survive being written and read")
  func randomTexts() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SplitMix(state: seed)
    let alphabet = Array("ab1 -:#'\"\\{}[],&*!|>%@`?\n\t\r~.é\u{2028}\u{FEFF}\u{85}😀=<0")
    for _ in 0..<4000 {
      let length = Int.random(in: 0...12, using: &generator)
      let text = String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
      let manifest: YAMLValue = ["a": .string(text), "b": [["c": .string(text), "d": [.string(text)]]]]
      let written = ManifestText.text(manifest)
      let read = try? YAMLFile(written, name: "m.yaml").root?.value
      #expect(read == manifest, "seed \(seed): \(written.debugDescription)")
    }
  }

  @Test("a reference with renumbered files is matched by columns, and each reference source once")
  func matching() {
    func reference(_ code: String, _ file: String, _ columns: [String]) -> ReferenceSource {
      ReferenceSource([
        "code": .string(code), "files": [["url": .string("https://h/\(file)")]],
        "columns": .sequence(columns.map { ["original_name": .string($0)] }),
      ])
    }
    func draft(_ code: String, _ file: String, _ columns: [String]?) -> (identity: SourceIdentity, columns: [String]?) {
      (SourceIdentity(["code": .string(code), "files": [["url": .string("https://h/\(file)")]]]), columns)
    }
    let references = [
      reference("adhd_may25_data", "ADHD_May25.csv", ["a", "b"]), reference("table_1", "Table 1.csv", ["x", "y", "z"]),
      reference("other_data", "other.csv", ["p"]),
    ]
    let pairs = SourceMatch.pairs(
      drafts: [
        draft("tables_one", "t-one.csv", ["X", "y", "z "]), draft("adhd_data", "ADHD_Nov25.csv", ["a", "c"]),
        draft("other_data", "other_nov25.csv", nil), draft("table_new", "new.csv", ["x", "q", "r"]),
        draft("adhd_two", "ADHD_more.csv", ["a"]),
      ], references: references)
    #expect(pairs == [1, 0, 2, nil, nil])
  }
}
