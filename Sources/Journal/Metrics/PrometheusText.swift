/// Text in Prometheus's exposition format, version 0.0.4: families of samples under a `HELP` and a `TYPE`.
struct PrometheusText {
  private(set) var text = ""

  /// The kinds of family that are written.
  enum Kind: String { case counter, gauge, histogram }

  /// Writes a family's head; a family is written in one piece.
  mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
  }

  /// Writes a sample.
  mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
    let shown = labels.map { "\($0.0)=\"\(Self.escaped($0.1, quotes: true))\"" }.joined(separator: ",")
    text += "\(name)\(shown.isEmpty ? "" : "{\(shown)}") \(Self.number(value))\n"
  }

  /// Writes a family of one label, sorted by its values; a family without samples is left out.
  mutating func family(_ name: String, _ kind: Kind, _ help: String, by label: String, _ values: [String: Double]) {
    guard !values.isEmpty else { return }
    family(name, kind, help)
    for (value, number) in values.sorted(by: { $0.key < $1.key }) { sample(name, [(label, value)], number) }
  }

  /// Writes a histogram's samples of one label.
  ///
  /// - Parameters:
  ///   - values: What was observed.
  ///   - bounds: The buckets' upper bounds, ascending, in the unit of the values.
  mutating func histogram(_ name: String, _ label: (String, String), _ values: [Double], bounds: [Double]) {
    for bound in bounds {
      sample("\(name)_bucket", [label, ("le", Self.number(bound))], Double(values.count { $0 <= bound }))
    }
    sample("\(name)_bucket", [label, ("le", "+Inf")], Double(values.count))
    sample("\(name)_sum", [label], values.reduce(0, +))
    sample("\(name)_count", [label], Double(values.count))
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// What has a meaning of its own in the format is written with a backslash.
  private static func escaped(_ text: String, quotes: Bool) -> String {
    var result = ""
    // By scalars: a carriage return and a line feed are one character.
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
