/// Tells a marker for "no value" from a value.
public enum Markers {
  /// How sure it is that a text is a marker.
  public enum Strength: Int, Comparable, Sendable {
    /// It is a value.
    case none
    /// It is short and holds no digit: it may be a marker, or a code.
    case likely
    /// Publishers use it for suppressed, unavailable or not applicable.
    case known

    /// By sureness.
    public static func < (left: Strength, right: Strength) -> Bool { left.rawValue < right.rawValue }
  }

  /// Markers that statistical publishers document, in lower case.
  private static let known: Set<String> = [
    "*", "**", "***", "-", "--", "–", "—", ".", "..", "...", "…", ":", "~", "#", "!", "†", "‡", "?", "c", "x", "z", "u",
    "w", "s",
    "n/a", "na", "n.a.", "n/k", "nk", "nil", "null", "none", "nan", "#n/a", "#value!", "#ref!", "#div/0!", "#name?",
    "#null!", "#num!",
    "suppressed", "not available", "not applicable", "not known", "unknown", "withheld", "confidential", "missing",
    "redacted", "low", "not collected", "no data",
  ]

  /// How sure it is that a text in a column of numbers or dates is a marker.
  public static func strength(of text: String) -> Strength {
    let word = text.trimmed.lowercased()
    guard !word.isEmpty else { return .none }
    if known.contains(word) { return .known }
    guard !word.contains(where: \.isNumber) else { return .none }
    if word.count <= 12, let inner = bracketed(word) { return inner.contains(where: \.isWhitespace) ? .none : .known }
    return word.count <= 3 && !word.contains(where: \.isWhitespace) ? .likely : .none
  }

  /// Whether a text may be shown whatever the policy for data values says: it is a sign, not somebody's data.
  public static func mayBeShown(_ text: String) -> Bool { strength(of: text) == .known || isSign(text) }

  private static func isSign(_ text: String) -> Bool {
    let word = text.trimmed
    return word.count <= 3 && !word.contains { $0.isLetter || $0.isNumber }
  }

  private static func bracketed(_ word: String) -> Substring? {
    guard let first = word.first, let last = word.last, word.count > 2 else { return nil }
    guard (first == "[" && last == "]") || (first == "(" && last == ")") else { return nil }
    return word.dropFirst().dropLast()
  }
}
