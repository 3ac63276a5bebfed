/// What GitHub Actions (and Gitea's and Forgejo's) take out of a step's output: lines such as `::error file=a,line=1::text`.
public enum WorkflowCommand {
  /// More of one level are not shown for a step.
  public static let longestList = 10

  /// The lines that show findings beside the files' lines, as many as are shown.
  public static func annotations(_ findings: [CIFinding]) -> [String] {
    [CIFinding.Level.error, .warning].flatMap { level in
      findings.filter { $0.level == level }.prefix(longestList).map(annotation)
    }
  }

  static func annotation(_ finding: CIFinding) -> String {
    var properties = ["file=" + property(finding.file)]
    if let line = finding.line { properties.append("line=\(line)") }
    if let column = finding.column { properties.append("col=\(column)") }
    properties.append("title=" + property(finding.title))
    return "::\(finding.level.rawValue) \(properties.joined(separator: ","))::\(data(finding.message))"
  }

  /// The text without anything that the service would take for a command: logs, pages and manifests are data, and one line
  /// `::add-path::` in them would be obeyed.
  public static func defused(_ text: String) -> String {
    // By scalars: with an accent after it, a colon is another character for Swift and the same one for the service.
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    var isAtStart = true
    for (position, scalar) in scalars.enumerated() {
      let following = scalars.dropFirst(position + 1).prefix(2)
      if isAtStart, scalar == ":", following.first == ":" {
        result.append(contentsOf: ": ".unicodeScalars)
      } else if scalar == "#", following.elementsEqual(["#", "["]) {
        result.append(contentsOf: "# ".unicodeScalars)
      } else {
        result.append(scalar)
      }
      isAtStart = lineEnds.contains(scalar) || (isAtStart && scalar.properties.isWhitespace)
    }
    return String(result)
  }

  private static let lineEnds: Set<Unicode.Scalar> = ["\n", "\r"]

  private static func data(_ text: String) -> String { encoded(text, ["%", "\r", "\n"]) }

  private static func property(_ text: String) -> String { encoded(text, ["%", "\r", "\n", ":", ","]) }

  private static func encoded(_ text: String, _ marks: Set<Unicode.Scalar>) -> String {
    text.unicodeScalars.map { scalar in
      guard marks.contains(scalar) else { return String(scalar) }
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "%" + (digits.count < 2 ? "0" : "") + digits
    }.joined()
  }
}
