extension DuckDB {
  /// A name as SQL: in double quotes, those inside doubled. A zero byte, which no SQL text can hold, is left out.
  public static func quote(identifier: String) -> String {
    "\"" + written(identifier) { $0 == "\"" ? "\"\"" : nil } + "\""
  }

  /// A text as SQL: in single quotes, those inside doubled.
  ///
  /// A carriage return is written as an escape: the program reads its script with line ends of its own liking.
  public static func quote(literal: String) -> String {
    guard literal.unicodeScalars.contains("\r") else { return "'" + written(literal) { $0 == "'" ? "''" : nil } + "'" }
    let escapes: [Unicode.Scalar: String] = ["'": "''", "\r": "\\r", "\\": "\\\\"]
    return "E'" + written(literal) { escapes[$0] } + "'"
  }

  /// By scalars, not characters: a quote with a combining mark behind it is still a quote to SQL.
  private static func written(_ text: String, _ escape: (Unicode.Scalar) -> String?) -> String {
    text.unicodeScalars.filter { $0 != "\0" }.map { escape($0) ?? String($0) }.joined()
  }

  /// A list of texts as SQL: `('a', 'b')`; `(NULL)` when there is none, which equals nothing.
  public static func quote(list: [String]) -> String {
    list.isEmpty ? "(NULL)" : "(" + list.map(quote(literal:)).joined(separator: ", ") + ")"
  }
}
