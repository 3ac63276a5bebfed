/// Texts that every match of an expression holds: a cheap search for them spares the dear one.
public enum RequiredText {
  /// Longer texts tell a line apart no better and only make the search's table larger.
  private static let longest = 14
  private static let shortest = 3
  private static let mostTexts = 40
  /// More clauses seldom tell more lines apart.
  private static let mostClauses = 4

  /// The clauses, best first: of each, every match holds at least one text. In lower case; empty when a match may hold
  /// nothing that is worth searching for.
  public static func of(_ pattern: String) -> [[String]] {
    // Flags that change how the pattern itself is read are left alone; (?i) is met by searching in lower case.
    if pattern.contains("\\Q") || pattern.contains("(?x") { return [] }
    var reader = Reader(rest: Array(pattern)[...])
    let clauses = reader.alternatives()
    guard reader.rest.isEmpty else { return [] }
    var kept: [[String]] = []
    for clause in clauses.sorted(by: isBetter) where kept.count < mostClauses && !kept.contains(clause) {
      kept.append(clause)
    }
    return kept
  }

  /// Which of two clauses is the better to search for: the one whose shortest text is longer, or that has fewer.
  private static func isBetter(_ left: [String], _ right: [String]) -> Bool {
    func length(_ texts: [String]) -> Int { texts.map(\.utf8.count).min() ?? 0 }
    let (one, other) = (length(left), length(right))
    return one == other ? left.count < right.count : one > other
  }

  private struct Reader {
    var rest: ArraySlice<Character>

    /// Reads up to the end or the group's closing bracket.
    mutating func alternatives() -> [[String]] {
      var all = sequence()
      while rest.first == "|" {
        rest.removeFirst()
        let one = sequence()
        // What holds for one of two is at least one of their best clauses.
        guard let left = all.min(by: isBetter), let right = one.min(by: isBetter),
          left.count + right.count <= mostTexts
        else {
          all = []
          continue
        }
        all = [left + right]
      }
      return all
    }

    /// Reads one alternative and gives the clauses of its parts.
    private mutating func sequence() -> [[String]] {
      var clauses: [[String]] = []
      var run: [Character] = []
      func close() {
        if let text = RequiredText.text(of: run) { clauses.append([text]) }
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
          if !isOptional() { clauses += inner }
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
      return clauses
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

    /// Reads a group after its opening bracket; one that only looks around or sets flags requires nothing.
    private mutating func group() -> [[String]] {
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
      return looksAround ? [] : inner
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
  private static func text(of run: [Character]) -> String? {
    let parts = String(run).split(whereSeparator: { !$0.isASCII && $0.isLetter })
    guard let best = parts.max(by: { $0.utf8.count < $1.utf8.count }), best.utf8.count >= shortest else { return nil }
    return String(best.prefix(longest)).lowercased()
  }
}
