extension DuckDB {
  /// A name as SQL: in double quotes, those inside doubled.
  public static func quote(identifier: String) -> String {
    "\"" + identifier.replacing("\"", with: "\"\"").replacing("\0", with: "") + "\""
  }

  /// A text as SQL: in single quotes, those inside doubled.
  ///
  /// A zero byte, which no SQL text can hold, is left out.
  public static func quote(literal: String) -> String {
    "'" + literal.replacing("'", with: "''").replacing("\0", with: "") + "'"
  }

  /// A list of texts as SQL: `('a', 'b')`; `(NULL)` when there is none, which equals nothing.
  public static func quote(list: [String]) -> String {
    list.isEmpty ? "(NULL)" : "(" + list.map(quote(literal:)).joined(separator: ", ") + ")"
  }
}
