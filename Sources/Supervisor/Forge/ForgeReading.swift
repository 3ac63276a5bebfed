internal import Foundation
internal import ManifestYAML

/// `forge:` as it is written.
struct ForgeDocument: Decodable {
  let settings: ForgeSettings

  private enum CodingKeys: String, CodingKey {
    case kind, api, project, labels, draft
    case tokenVariable = "token_env"
    case timeoutSeconds = "timeout_seconds"
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try container.decode(ForgeSettings.Kind.self, forKey: .kind)
    let api = try container.decodeIfPresent(Text<SafeAddress>.self, forKey: .api)?.value
    settings = ForgeSettings(
      kind: kind, api: api, project: try container.decode(Text<ProjectName>.self, forKey: .project).value,
      tokenVariable: try container.decode(Text<VariableName>.self, forKey: .tokenVariable).value,
      labels: try container.decodeIfPresent([Text<LabelName>].self, forKey: .labels)?.map(\.value) ?? [],
      draft: try container.decodeIfPresent(Bool.self, forKey: .draft) ?? false,
      timeLimitSeconds: try container.decodeIfPresent(Number<RequestSeconds>.self, forKey: .timeoutSeconds)?.value
        ?? ForgeSettings.standardTimeLimit)
    guard container.contains(.api) || ForgeSettings.standardAddress(of: kind) != nil || decoder.isIncomplete else {
      throw decoder.fault("has no 'api'; add the server's, such as https://git.example.org/api/v1")
    }
  }
}

extension ForgeDocument: YAMLDescribed {
  static let examples = ["kind": "github", "project": "owner/name", "token_env": "FORGE_TOKEN"]
}

extension ForgeSettings.Kind: Decodable {}

enum RequestSeconds: NumberRange { static let range = 1.0...600.0 }

/// The address of an interface that gets a token.
enum SafeAddress: TextKind {
  static let expectation = "an https address without a user or password (http only for this machine)"

  static func accepts(_ text: String) -> Bool {
    guard let parts = URLComponents(string: text), parts.host?.isEmpty == false, parts.user == nil,
      parts.password == nil, parts.query == nil, parts.fragment == nil
    else { return false }
    return RemoteCredentials.mayCarryToken(text)
  }
}

enum ProjectName: TextKind {
  static let expectation = "a project such as owner/name"

  static func accepts(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count >= 2
      && parts.allSatisfy { part in
        !part.isEmpty && part != "." && part != ".."
          && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
      }
  }
}

enum LabelName: TextKind {
  static let expectation = "a label of 1 to 50 characters without a comma or line break"
  static func accepts(_ text: String) -> Bool {
    (1...50).contains(text.count) && !text.contains { $0 == "," || $0.isNewline }
  }
}
