public import Foundation
internal import Journal

/// The findings as GitLab takes them (`artifacts: reports: codequality`): the form of Code Climate's issues that it documents.
public struct CodeQuality: Sendable {
  private let issues: [Issue]

  /// Creates a report.
  public init(_ findings: [CIFinding]) { issues = findings.map(Issue.init) }

  /// The report as a file's contents: one array.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(issues) + Data("\n".utf8)
  }

  private struct Issue: Encodable {
    let description: String
    let checkName = "errata"
    let fingerprint: String
    let severity: String
    let location: Location

    enum CodingKeys: String, CodingKey {
      case description, fingerprint, severity, location
      case checkName = "check_name"
    }

    struct Location: Encodable {
      let path: String
      let lines: Lines
    }

    struct Lines: Encodable { let begin: Int }

    init(_ finding: CIFinding) {
      description = "\(finding.title): \(finding.message)"
      severity = finding.level == .error ? "major" : "minor"
      // The same failure is the same finding when lines above it come or go.
      fingerprint = Digest.sha256([finding.file, finding.title, finding.message].joined(separator: "\u{1F}"))
      location = Location(path: finding.file, lines: Lines(begin: finding.line ?? 1))
    }
  }
}
