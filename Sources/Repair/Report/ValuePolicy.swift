/// What of the data may be shown in reports, commits and patches (`report.values`). Markers are always shown.
public enum ValuePolicy: String, Codable, CaseIterable, Sendable {
  /// The values themselves.
  case full
  /// How many values, and in which rows.
  case counts
  /// Nothing of them.
  case none

  /// A value as an example: itself where it may be shown, else its shape (`9.9`, `Aaa`), and nothing with `none`.
  public func example(_ value: String) -> String {
    if mayShow(value) { return value }
    guard self == .counts else { return "…" }
    return String(value.prefix(60).map { $0.isNumber ? "9" : $0.isUppercase ? "A" : $0.isLetter ? "a" : $0 })
  }

  /// Whether a value that is in the data may be shown as it is.
  public func mayShow(_ value: String) -> Bool { self == .full || Markers.mayBeShown(value) }

  /// A value as it may be shown.
  public func shown(_ value: String) -> String {
    mayShow(value) ? "'\(TextLayout.flattened(value, longest: 60))'" : "a value not shown"
  }

  /// A text with the given values, where they are data, replaced.
  public func masked(_ text: String, values: [String]) -> String {
    guard self != .full else { return text }
    var result = text
    for value in Set(values).sorted(by: { ($0.count, $0) > ($1.count, $1) }) where !Markers.mayBeShown(value) {
      let word = value.trimmed
      guard !word.isEmpty else { continue }
      for quote in ["'", "\"", "`"] { result = result.replacing("\(quote)\(word)\(quote)", with: "\(quote)…\(quote)") }
      // Bare digits or letters stand in many a place that is no value; longer ones are replaced wherever they are.
      if word.count >= 3 { result = result.replacing(word, with: "…") }
    }
    return result
  }

  /// One line per distinct value: what, how often, where.
  func lines(for column: Evidence.FailingValues) -> [String] {
    var lines: [String] = []
    var hidden = 0
    var hiddenDistinct = 0
    for value in column.values.prefix(12) {
      guard mayShow(value.value) else {
        hidden += value.count
        hiddenDistinct += 1
        if self == .counts {
          lines.append("\(Numbers.grouped(value.count)) x a value not shown\(rows(of: value))")
        }
        continue
      }
      lines.append("\(Numbers.grouped(value.count)) x \(shown(value.value))\(self == .none ? "" : rows(of: value))")
    }
    if self == .none, hiddenDistinct > 0 { lines.append("and values that are not shown") }
    let more = column.values.count - 12
    if more > 0 { lines.append("and \(Numbers.counted(more, "more distinct value"))") }
    if column.truncated { lines.append("(not all distinct values were gathered)") }
    return lines
  }

  private func rows(of value: Evidence.Value) -> String {
    guard !value.rows.isEmpty else { return "" }
    let listed = value.rows.prefix(6).map(String.init).joined(separator: ", ")
    return (value.rows.count == 1 ? ", row " : ", rows ") + listed + (value.count > 6 ? ", …" : "")
  }
}
