/// Texts of which every match of an expression holds at least one: a cheap search for them spares the dear one.
public enum RequiredText {
  /// Longer texts tell a line apart no better and only make the search's table larger.
  private static let longest = 14
  private static let shortest = 3
  private static let mostTexts = 40

  /// The texts, in lower case; nil when a match may hold none that is worth searching for.
  public static func of(_ pattern: String) -> [String]? {
    // Flags that change how the pattern itself is read are left alone; (?i) is met by searching in lower case.
    if pattern.contains("\\Q") || pattern.contains("(?x") { return nil }
    var reader = Reader(rest: Array(pattern)[...])
    let texts = reader.alternatives()
    return reader.rest.isEmpty ? texts : nil
  }

  /// Which of two sets is the better to search for: the one whose shortest text is longer.
  private static func better(_ left: [String]?, _ right: [String]?) -> [String]? {
    guard let left else { return right }
    guard let right else { return left }
    func length(_ texts: [String]) -> Int { texts.map(\.utf8.count).min() ?? 0 }
    return length(left) >= length(right) ? left : right
  }

  private struct Reader {
    var rest: ArraySlice<Character>

    /// Reads up to the end or the group's closing bracket.
    mutating func alternatives() -> [String]? {
      var all: [String]? = []
      while true {
        let one = sequence()
        if let known = all, let one, known.count + one.count <= mostTexts { all = known + one } else { all = nil }
        guard rest.first == "|" else { return all }
        rest.removeFirst()
      }
    }

    /// Reads one alternative and gives the best texts of its parts.
    private mutating func sequence() -> [String]? {
      var best: [String]?
      var run: [Character] = []
      func close() {
        best = RequiredText.better(best, RequiredText.texts(of: run))
        run = []
      }
      while let character = rest.first, character != "|", character != ")" {
        rest.removeFirst()
        switch character {
        case "\\":
          if let literal = escape() { run.append(literal) } else { close() }
        case "[":
          close()
          skipClass()
          _ = isOptional()
        case "(":
          close()
          let inner = group()
          if !isOptional() { best = RequiredText.better(best, inner) }
        case ".", "^", "$":
          close()
          _ = isOptional()
        default:
          run.append(character)
        }
        // What may be absent is not required, and what is repeated ends the run.
        if !run.isEmpty, let next = rest.first, "?*+{".contains(next) {
          let last = run.removeLast()
          let isNeeded = !isOptional()
          if isNeeded { run.append(last) }
          close()
        }
      }
      close()
      return best
    }

    /// Reads what follows a backslash; nil when that is a class, a place or a character by its number.
    private mutating func escape() -> Character? {
      guard let escaped = rest.popFirst() else { return nil }
      guard escaped.isASCII, escaped.isLetter || escaped.isNumber else { return escaped }
      if rest.first == "{" {
        rest = rest.drop { $0 != "}" }.dropFirst()
      } else if "xo0123456789".contains(escaped) {
        while rest.first?.isHexDigit == true { rest.removeFirst() }
      } else if "pPgk".contains(escaped) {
        rest = rest.dropFirst()
      }
      _ = isOptional()
      return nil
    }

    /// Reads a quantifier, if one follows; whether it allows for nothing at all.
    private mutating func isOptional() -> Bool {
      guard let sign = rest.first, "?*+{".contains(sign) else { return false }
      rest.removeFirst()
      var allowsNone = sign != "+"
      if sign == "{" {
        allowsNone = rest.first == "0" || rest.first == ","
        rest = rest.drop { $0 != "}" }.dropFirst()
      }
      if rest.first == "?" || rest.first == "+" { rest.removeFirst() }
      return allowsNone
    }

    /// Reads a group after its opening bracket; nil when it only looks around or sets flags.
    private mutating func group() -> [String]? {
      var looksAround = false
      if rest.first == "?" {
        rest.removeFirst()
        if rest.first == "<" || rest.first == "P" || rest.first == "'" {
          rest.removeFirst()
          looksAround = rest.first == "=" || rest.first == "!"
          if !looksAround { rest = rest.drop { $0 != ">" && $0 != "'" }.dropFirst() }
        } else if rest.first == "=" || rest.first == "!" {
          looksAround = true
        }
        if looksAround {
          rest.removeFirst()
        } else if let end = rest.firstIndex(where: { !$0.isLetter && $0 != "-" && $0 != "^" }),
          rest[end] == ":" || rest[end] == ")"
        {
          // Flags: those of a whole group end with a colon.
          let flags = rest[..<end]
          if flags.allSatisfy({ "imsnJU-^".contains($0) }) {
            rest = rest[end...]
            if rest.first == ":" { rest.removeFirst() }
          }
        }
        if rest.first == ">" { rest.removeFirst() }
      }
      let inner = alternatives()
      if rest.first == ")" { rest.removeFirst() }
      return looksAround ? nil : inner
    }

    private mutating func skipClass() {
      if rest.first == "^" { rest.removeFirst() }
      if rest.first == "]" { rest.removeFirst() }
      while let character = rest.popFirst(), character != "]" {
        if character == "\\" { _ = rest.popFirst() }
      }
    }
  }

  /// The longest part of a run without letters beyond ASCII, which may have several lower cases; in lower case.
  private static func texts(of run: [Character]) -> [String]? {
    let parts = String(run).split(whereSeparator: { !$0.isASCII && $0.isLetter })
    guard let best = parts.max(by: { $0.utf8.count < $1.utf8.count }), best.utf8.count >= shortest else { return nil }
    return [String(best.prefix(longest)).lowercased()]
  }
}
