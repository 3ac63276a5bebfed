import Journal
import ManifestYAML

@testable import Repair

/// Replies of models, and what the tests ask them about.
enum AdviserSamples {
  static let failure = Samples.failure(.emptyData) { $0.message = "the file has no rows" }

  static func places(forbidden: Set<String> = []) throws -> AdvisedPlaces {
    AdvisedPlaces(
      failure: failure, manifest: try Samples.manifest(), publications: try Samples.publications(),
      forbidden: forbidden)
  }

  static var evidence: Evidence {
    var evidence = Evidence()
    evidence.sheets = ["Title", "Table 2c"]
    evidence.headers = ["Practice", "Mar-20"]
    evidence.page = Evidence.Page(
      url: "https://example.org/pcn/june-2025-old",
      links: [.init(url: "https://example.org/53/PCN.xlsx"), .init(url: "https://evil.example/PCN.xlsx")])
    return evidence
  }

  static func bundle(
    _ edit: (inout Failure) -> Void = { _ in }, evidence: Evidence = evidence, values: ValuePolicy = .counts
  ) throws -> ContextBundle {
    var failure = failure
    edit(&failure)
    return ContextBundle(
      failure: failure, evidence: evidence, candidates: [], urlStatus: "failed", places: try places(), values: values)
  }

  /// A reply in the seeds' form.
  static func reply(
    _ action: String = "fix_sheet_name", path: String = "sources[0].files[0].sheet", old: String = "\"Table 2b\"",
    new: String = "\"Table 2c\"", file: String = Samples.manifestPath, cause: String = "The sheet was renamed.",
    more: String = ""
  ) -> String {
    """
    {"analysis": "a", "root_cause": \(JSONText.quote(cause)), "troubleshooting_report": "# r\\n", "recommended_action": "\(action)",
     "action_details": {"file": "\(file)", "changes": [{"path": \(JSONText.quote(path)), "old": \(old), "new": \(new)}]},
     "confidence": 0.9, "requires_human_approval": false\(more)}
    """
  }

  static let declined = """
    {"analysis": "a", "root_cause": "c", "troubleshooting_report": "r", "recommended_action": "escalate_to_human",
     "action_details": null, "confidence": 0.4, "requires_human_approval": true}
    """

  static func candidate(_ text: String, forbidden: Set<String> = []) throws -> Candidate? {
    let places = try places(forbidden: forbidden)
    let offered = try bundle().availableActions.filter { !forbidden.contains($0) }
    return try AdviserReply(text).candidate(
      for: failure, evidence: evidence, places: places, offered: offered, adviser: "test model-1")
  }
}

/// JSON strings by hand: a test's text must arrive as it is.
private enum JSONText {
  static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
