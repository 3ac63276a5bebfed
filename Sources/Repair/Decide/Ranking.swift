public import Journal

/// A candidate with all that is known about it.
public struct Ranked: Codable, Hashable, Sendable {
  /// The candidate, with the edits that verification added.
  public var candidate: Candidate
  /// What trying it showed; nil when it was not tried.
  public var verdict: Verdict?
  /// The rule that forbids it.
  public var blocked: Blocked?
  /// The earlier fix of the same edits that was rejected or reverted on the same evidence.
  public var refusal: FixRecord?

  /// Creates an entry.
  public init(_ candidate: Candidate, verdict: Verdict? = nil, blocked: Blocked? = nil, refusal: FixRecord? = nil) {
    self.candidate = candidate
    self.verdict = verdict
    self.blocked = blocked
    self.refusal = refusal
  }

  /// Whether it may be proposed at all.
  public var isOpen: Bool { blocked == nil && refusal == nil }

  /// How it stands, in a few words: its verdict, or why it was not tried.
  public var standing: String {
    if let blocked { return "blocked by \(blocked.name): \(blocked.reason)" }
    if let refusal {
      let why = refusal.statusReason.map { " (\($0))" } ?? ""
      return "\(refusal.status.rawValue) before as \(refusal.id)\(why), and the evidence is the same"
    }
    guard let verdict else { return "not tried" }
    return verdict.passed ? "passed" : "did not pass: \(verdict.reason)"
  }
}

/// Puts candidates in the order in which they deserve to be proposed.
public enum Ranking {
  /// Those that passed first, then untried ones, then those that failed, then forbidden ones; within each the one that
  /// loses less, then the likelier.
  public static func rank(_ entries: [Ranked]) -> [Ranked] {
    entries.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      if group(a) != group(b) { return group(a) < group(b) }
      if a.candidate.loss.kind != b.candidate.loss.kind { return a.candidate.loss.kind < b.candidate.loss.kind }
      if a.candidate.prior != b.candidate.prior { return a.candidate.prior > b.candidate.prior }
      return (a.candidate.loss.values, left.offset) < (b.candidate.loss.values, right.offset)
    }.map(\.element)
  }

  /// The candidate to put forward: the first that passed, or where nothing can be tried the first that is open.
  public static func chosen(from entries: [Ranked], canVerify: Bool) -> Ranked? {
    let ranked = rank(entries).filter(\.isOpen)
    return canVerify ? ranked.first { $0.verdict?.passed == true } : ranked.first
  }

  private static func group(_ entry: Ranked) -> Int {
    guard entry.isOpen else { return 3 }
    guard let verdict = entry.verdict else { return 1 }
    return verdict.passed ? 0 : 2
  }
}

/// How reports write numbers.
public enum Numbers {
  /// A number with its noun: `1 source`, `2 sources`.
  ///
  /// - Parameter plural: The noun for other numbers than one, where an `s` does not make it.
  public static func counted(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(grouped(number)) \(number == 1 ? noun : plural ?? noun + "s")"
  }

  /// A share with two decimals, whatever the language of the machine.
  public static func decimal(_ share: Double) -> String {
    let hundredths = Int((min(max(share, 0), 1) * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }

  /// Digits in groups of three: `1,204`.
  public static func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return number < 0 ? "-\(result)" : result
  }
}
