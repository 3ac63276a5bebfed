import Journal

/// Fixes as text for people.
enum FixText {
  /// Two lines a fix: what it does, and the branch to merge.
  static func list(_ fixes: [FixRecord]) -> String {
    fixes.map { fix in
      let proof = fix.verified ? "verified" : "unverified"
      let line =
        "\(fix.id)  \(fix.urlKey): \(fix.summary) (\(fix.status.rawValue), \(proof), \(percent(fix.confidence)))"
      return wrapped(line, indent: 10) + "\n          " + (fix.branch.isEmpty ? fix.patch ?? "" : fix.branch)
    }.joined(separator: "\n")
  }

  /// A share as whole percent.
  static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  /// Breaks a line at blanks so that it fits 80 columns; lines after the first are indented.
  static func wrapped(_ text: String, indent: Int) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, line.count + word.count + 1 > 80 {
        lines.append(line)
        line = String(repeating: " ", count: indent) + word
      } else {
        line += (line.isEmpty && lines.isEmpty ? "" : " ") + word
      }
    }
    return (lines + [line]).joined(separator: "\n")
  }
}
