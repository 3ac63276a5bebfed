import Foundation
import Journal
import Supervisor

/// What waits, by cause, as a table for people: a heading a publication, a line a cause.
enum DigestText {
  static func table(of digest: FixDigest, now: Date) -> String {
    var table = TextTable(["CAUSE", "FIXES", "VERIFIED", "OLDEST", "CONFIDENCE"])
    var publication: String?
    for group in digest.groups {
      if group.publication != publication { table.add(group.publication, "", "", "", "") }
      publication = group.publication
      table.add(
        "  \(group.errorType) \(group.action)", "\(group.fixes.count)", "\(group.verified)", age(group.since, now),
        range(group.confidence))
    }
    let first = digest.groups.first.map { "\n\nOne line of it: errata approve --where \\\n  \"\($0.selection)\"" } ?? ""
    return table.text + first
  }

  /// `4 d`, in the largest unit of which it is at least one.
  static func age(_ since: Date?, _ now: Date) -> String {
    guard let since else { return "" }
    let seconds = max(0, now.timeIntervalSince(since))
    let units: [(String, TimeInterval)] = [("d", 86_400), ("h", 3600), ("min", 60)]
    guard let (name, length) = units.first(where: { seconds >= $0.1 }) else { return "now" }
    return "\(Int(seconds / length)) \(name)"
  }

  private static func range(_ confidence: ClosedRange<Double>) -> String {
    let (low, high) = (FixText.percent(confidence.lowerBound), FixText.percent(confidence.upperBound))
    return low == high ? low : "\(low.dropLast(2))–\(high)"
  }
}

/// A cause as `errata fixes --digest --json` prints it.
struct DigestDocument: Encodable {
  let publication, errorType, action: String
  let count, verified: Int
  let oldest: String?
  let confidence: [String: Double]
  let periods, fixes: [String]
  /// For `errata approve --where`.
  let selection: String

  init(_ group: FixDigest.Group) {
    publication = group.publication
    errorType = group.errorType
    action = group.action
    count = group.fixes.count
    verified = group.verified
    oldest = group.since.map(Event.text(from:))
    confidence = ["min": group.confidence.lowerBound, "max": group.confidence.upperBound]
    periods = Set(group.fixes.map(\.period)).sorted()
    fixes = group.fixes.map(\.id)
    selection = group.selection
  }

  enum CodingKeys: String, CodingKey {
    case publication, action, count, verified, oldest, confidence, periods, fixes
    case errorType = "error_type"
    case selection = "where"
  }
}
