import Foundation
import Journal
import ManifestYAML
import TestSite

/// One injected fault and what must become of it: a file of `Faults/`.
///
/// In its texts `$SITE` is the folder of the web site that is the fault's own, and `$ROOT` the whole site.
struct Fault: Decodable, Sendable, CustomStringConvertible {
  /// The file's name without its ending: the publication's name in the run.
  var name = ""
  /// What is wrong, in a sentence.
  var about: String
  /// Texts on the web site by their paths.
  var texts: [String: String]
  /// Bytes on the web site by their paths, in base64.
  var bytes: [String: String]
  /// Workbooks on the web site by their paths: rows of cells by the sheets' names, in order.
  var workbooks: [String: [SheetText]]
  /// ZIP archives on the web site by their paths: the members' texts by their names.
  var archives: [String: [String: String]]
  /// The enriched manifest; where there is none the pipeline makes it from the page.
  var manifest: String?
  /// The reference manifest.
  var reference: String?
  /// The period's page; `$SITE/page.html` by default.
  var page: String
  /// What the last stage prints and how it ends; it passes by default.
  var publish: Publish?
  /// Whether the fault is the machine's and would stop the others' run.
  var alone: Bool
  /// What must become of it.
  var expect: Expectation

  /// A sheet of a workbook to write; its cells are texts.
  struct SheetText: Decodable, Sendable {
    var sheet: String
    var rows: [[String]]
  }

  /// How the last stage behaves.
  struct Publish: Codable, Sendable {
    var prints: String
    var exits: Int?
    var signal: Int?
    var sleeps: Int?
  }

  /// The outcome that is right.
  struct Expectation: Decodable, Sendable {
    /// The stage that fails; nil when nothing may fail.
    var stage: String?
    /// The error's type.
    var error: String?
    /// What Errata does: `proposed`, `pending`, `retry` or `escalated`; `halted` when the run stops, for the fault
    /// is the machine's, and `loaded` when nothing fails.
    var outcome: String
    /// The fix action.
    var action: String?
    /// The edited values by their paths, no other may be edited.
    var changes: [String: YAMLScalarValue]
    /// The day that a pending one waits for.
    var until: String?
    /// Whether the fix may be merged without a person once it is trusted.
    var safe: Bool

    enum CodingKeys: String, CodingKey { case stage, error, outcome, action, changes, until, safe }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      stage = try values.decodeIfPresent(String.self, forKey: .stage)
      error = try values.decodeIfPresent(String.self, forKey: .error)
      outcome = try values.decode(String.self, forKey: .outcome)
      action = try values.decodeIfPresent(String.self, forKey: .action)
      changes = try values.decodeIfPresent([String: YAMLScalarValue].self, forKey: .changes) ?? [:]
      until = try values.decodeIfPresent(String.self, forKey: .until)
      safe = try values.decodeIfPresent(Bool.self, forKey: .safe) ?? true
    }
  }

  enum CodingKeys: String, CodingKey {
    case about, texts, bytes, workbooks, archives, manifest, reference, page, publish, alone, expect
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    about = try values.decode(String.self, forKey: .about)
    texts = try values.decodeIfPresent([String: String].self, forKey: .texts) ?? [:]
    bytes = try values.decodeIfPresent([String: String].self, forKey: .bytes) ?? [:]
    workbooks = try values.decodeIfPresent([String: [SheetText]].self, forKey: .workbooks) ?? [:]
    archives = try values.decodeIfPresent([String: [String: String]].self, forKey: .archives) ?? [:]
    manifest = try values.decodeIfPresent(String.self, forKey: .manifest)
    reference = try values.decodeIfPresent(String.self, forKey: .reference)
    page = try values.decodeIfPresent(String.self, forKey: .page) ?? "$SITE/page.html"
    publish = try values.decodeIfPresent(Publish.self, forKey: .publish)
    alone = try values.decodeIfPresent(Bool.self, forKey: .alone) ?? false
    expect = try values.decode(Expectation.self, forKey: .expect)
  }

  var description: String { name }

  /// The folder of the faults.
  static let folder = Workbench.project + "/Tests/EndToEndTests/Faults"

  /// All faults, by name.
  ///
  /// - Throws: The first file's error, with its place.
  static func all() throws -> [Fault] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.sorted().map { file in
      var fault = try YAMLDecoder().decode(Fault.self, from: YAMLFile.load("\(folder)/\(file)"))
      fault.name = String(file.dropLast(5))
      return fault
    }
  }
}

/// A scalar or a list of scalars as a fix's change has it.
struct YAMLScalarValue: Decodable, Sendable, Equatable {
  let value: JSONValue

  init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    if let list = try? single.decode([String].self) {
      value = .array(list.map(JSONValue.string))
    } else if let flag = try? single.decode(Bool.self) {
      value = .bool(flag)
    } else if let number = try? single.decode(Int.self) {
      value = .int(number)
    } else {
      value = .string(try single.decode(String.self))
    }
  }
}
