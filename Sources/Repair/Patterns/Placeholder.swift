/// What a pattern may say in place of an expression: `{column}` takes what stands between quotes as the column.
///
/// | Written | Takes |
/// |---|---|
/// | `{column}`, `{column:quoted}` | what stands between quotes of any kind |
/// | `{column:word}` | one word, without the sentence's full stop or colon |
/// | `{row}`, `{row:int}` | digits; what `row`, `line` and `status` mean without a kind |
/// | `{url}`, `{url:url}` | an address; what `url` means without a kind |
/// | `{value:rest}` | everything to the line's end |
/// | `{sqlstate:22P02}` | nothing: one of the codes, in the places where databases and their clients put it |
/// | `{words:absent}` | nothing: one of the built-in table's words of that name, for one meaning said in many ways |
enum Placeholder {
  /// What can be captured, by the names that `Classification.Fields` has.
  enum Field: String, CaseIterable {
    case column, value, table, sheet, url, status, file, row, constraint, host, line
    case expectedType = "expected_type"
    case expectedDate = "expected_date"

    var usualKind: Kind {
      switch self {
      case .row, .line, .status: .int
      case .url: .url
      default: .quoted
      }
    }
  }

  enum Kind: String {
    case quoted, word, int, url, rest
  }

  /// Why a placeholder means nothing.
  struct Unknown: Error { let reason: String }

  static let fieldNames = Field.allCases.map(\.rawValue).joined(separator: ", ")

  /// The pattern with every placeholder written as a named group. Braces that hold anything but a name, such as `{2,3}`, stay.
  static func expand(_ pattern: String) throws(Unknown) -> String {
    var result = ""
    var rest = pattern[...]
    while let open = rest.firstIndex(of: "{") {
      result += rest[..<open]
      let isEscaped = escapes(result)
      rest = rest[open...]
      guard !isEscaped, rest.dropFirst().first?.isLetter == true, let close = rest.firstIndex(of: "}") else {
        // `\x{41}`, `\p{L}` and `a{2}` are PCRE2's own.
        result.append("{")
        rest = rest.dropFirst()
        continue
      }
      result += try group(String(rest[rest.index(after: open)..<close]), in: pattern)
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  /// Whether a brace after this text belongs to a backslash or to an escape such as `\p`.
  private static func escapes(_ text: String) -> Bool {
    text.hasSuffix("\\") || ["\\p", "\\P", "\\x", "\\o", "\\g", "\\k"].contains { text.hasSuffix($0) }
  }

  private static func group(_ inner: String, in pattern: String) throws(Unknown) -> String {
    let pieces = inner.split(separator: ":", maxSplits: 1).map(String.init)
    if pieces.first == "sqlstate", pieces.count == 2 { return sqlState(pieces[1]) }
    if pieces.first == "words", pieces.count == 2 {
      guard let words = PatternBook.builtIn.words[pieces[1]] else {
        let known = PatternBook.builtIn.words.keys.sorted().joined(separator: ", ")
        throw Unknown(reason: "there are no words '\(pieces[1])', only \(known)")
      }
      return "(?:\(words))"
    }
    guard let name = pieces.first, let field = Field(rawValue: name) else {
      throw Unknown(reason: "it captures '\(inner)', which is none of \(fieldNames)")
    }
    guard pieces.count == 2 else { return expression(name, field.usualKind) }
    guard let kind = Kind(rawValue: pieces[1]) else {
      throw Unknown(reason: "the placeholder '{\(inner)}' has a kind that is none of quoted, word, int, url, rest")
    }
    return expression(name, kind)
  }

  /// After the severity in any language, after its own name, as a member `C` or `code`, or alone in brackets.
  private static func sqlState(_ codes: String) -> String {
    #"(?:\b[A-ZÉ]{4,9} ?: +|(?i:\bsqlstate\b)\W{0,3}|["']?\b[Cc](?:ode)?\b["']?[:=] ?["']|[(\[]["']?)(?:\#(codes))(?=[:)\]'",]|\s*$)"#
  }

  private static func expression(_ name: String, _ kind: Kind) -> String {
    switch kind {
    case .quoted:
      let pairs = [
        ("\"", "\""), ("'", "'"), ("`", "`"), ("“", "”"), ("‘", "’"), ("«", "»"), ("»", "«"), ("„", "“"),
      ]
      return "(?:" + pairs.map { "\($0)\\s?(?<\(name)>[^\($1)]*?)\\s?\($1)" }.joined(separator: "|") + ")"
    case .word: return #"(?<\#(name)>[^\s"'`,;()\[\]{}<>|]+?)(?=[.:]?(?:[\s"'`,;()\[\]{}<>|]|$))"#
    case .int: return #"(?<\#(name)>\d+(?:,\d{3})*)"#
    case .url:
      return
        #"(?<![A-Za-z0-9])(?<\#(name)>[A-Za-z][A-Za-z0-9+.-]{1,12}:/?/[^\s"'<>\\^`{}|]+?)(?=[.,;:)\]]*(?:[\s"'<>`’”\\]|$))"#
    case .rest: return #"(?<\#(name)>\S.*?)\s*$"#
    }
  }
}

extension Classification.Fields {
  /// Sets a field that is not set yet; a number that is none is left out.
  mutating func set(_ field: Placeholder.Field, _ value: String) {
    // A value may well be empty; a name never is.
    guard field == .value || !value.isEmpty else { return }
    func number() -> Int? { Int(value.filter { $0 != "," }) }
    switch field {
    case .column: column = column ?? value
    case .value: self.value = self.value ?? value
    case .table: table = table ?? value
    case .sheet: sheet = sheet ?? value
    case .url: url = url ?? value
    case .file: file = file ?? value
    case .constraint: constraint = constraint ?? value
    case .host: host = host ?? value
    case .expectedType: expectedType = expectedType ?? value
    case .expectedDate: expectedDate = expectedDate ?? value
    case .status: status = status ?? number()
    case .row: row = row ?? number()
    case .line: line = line ?? number()
    }
  }

  /// Sets what the groups of a match captured, where it is not set yet.
  mutating func add(_ captures: [String: String]) {
    for (name, value) in captures { if let field = Placeholder.Field(rawValue: name) { set(field, value) } }
  }
}
