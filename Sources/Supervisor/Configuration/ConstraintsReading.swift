internal import ManifestYAML
internal import Repair

extension Constraints {
  /// Reads the file.
  init?(_ file: ConfigurationFile) {
    guard let document = file.decode(ConstraintsDocument.self) else { return nil }
    self.init()
    maxFixAttempts = document.maxFixAttempts?.value ?? maxFixAttempts
    maxOpenFixes = document.maxOpenFixes?.value
    forbiddenActions = document.forbiddenActions?.map(\.rawValue) ?? forbiddenActions
    forbiddenStatements = document.forbiddenStatements?.map(\.value) ?? forbiddenStatements
    for entry in document.forbiddenFixes?.items ?? [] {
      guard let name = entry.key?.text, let rule = entry.value else { continue }
      forbiddenFixes.append(
        ForbiddenFix(
          name: name, action: rule.action.rawValue, publication: rule.publication?.value,
          errorType: rule.errorType?.value, reason: rule.reason?.value))
    }
    for entry in document.approval?.items ?? [] {
      guard let name = entry.key?.text, let rule = entry.value else { continue }
      guard FixAction(rawValue: name) != nil else {
        file.note("'\(name)' of 'approval' is no action of a fix\(Self.hint(name))", at: entry.key)
        continue
      }
      approval[name] = rule.rule
    }
    allowedPaths = document.allowedPaths?.map(\.value) ?? allowedPaths
    places = Self.places(in: file)
  }

  private static func hint(_ name: String) -> String {
    "; it must be one of \(FixAction.allCases.map(\.rawValue).joined(separator: ", "))"
  }

  /// The line of each rule, and of each item of a rule that has several.
  private static func places(in file: ConfigurationFile) -> [String: String] {
    var places: [String: String] = [:]
    for (key, value) in file.root.entries {
      let rule = key.text ?? ""
      places[rule] = "\(file.name):\(key.line)"
      for item in value.items + value.entries.map(\.key) {
        places["\(rule).\(item.text ?? "")"] = "\(file.name):\(item.line)"
      }
    }
    return places
  }
}

private struct ConstraintsDocument: Decodable {
  let schemaVersion: WholeNumber<Attempts>?
  let maxFixAttempts: WholeNumber<Attempts>?
  let maxOpenFixes: WholeNumber<Attempts>?
  let forbiddenActions: [FixAction]?
  let forbiddenStatements: [Text<StatementName>]?
  let forbiddenFixes: YAMLNamedItems<ForbiddenFixDocument>?
  let approval: YAMLNamedItems<ApprovalDocument>?
  let allowedPaths: [Text<InnerPath>]?

  enum CodingKeys: String, CodingKey {
    case approval
    case schemaVersion = "schema_version"
    case forbiddenFixes = "forbidden_fixes"
    case maxFixAttempts = "max_fix_attempts"
    case maxOpenFixes = "max_open_fixes"
    case forbiddenActions = "forbidden_actions"
    case forbiddenStatements = "forbidden_statements"
    case allowedPaths = "allowed_paths"
  }
}

private enum StatementName: TextKind {
  static let expectation = "a statement's words joined by '_', such as drop_table or truncate"
  static func accepts(_ text: String) -> Bool { Statements.isName(text) }
}

/// `person`, or what a fix needs to be merged without one.
private struct ApprovalDocument: Decodable {
  let rule: ApprovalRule

  private enum CodingKeys: String, CodingKey {
    case afterApprovals = "after_approvals"
    case minConfidence = "min_confidence"
  }

  init(from decoder: any Decoder) throws {
    if decoder.yamlNode?.text == "person" {
      rule = ApprovalRule(person: true)
      return
    }
    if let node = decoder.yamlNode, node.kind != .mapping {
      throw decoder.mismatch("'person', or a mapping of 'after_approvals' and 'min_confidence'")
    }
    let values = try decoder.container(keyedBy: CodingKeys.self)
    rule = ApprovalRule(
      afterApprovals: try values.decodeIfPresent(WholeNumber<Attempts>.self, forKey: .afterApprovals)?.value ?? 0,
      minConfidence: try values.decodeIfPresent(Number<Share>.self, forKey: .minConfidence)?.value ?? 0)
  }
}

private struct ForbiddenFixDocument: YAMLDescribed {
  let action: FixAction
  let publication: Text<PlainName>?
  let errorType: Text<PlainName>?
  let reason: Text<OneLine>?

  static let noun: String? = "forbidden fix"

  enum CodingKeys: String, CodingKey {
    case action, publication, reason
    case errorType = "error_type"
  }
}
