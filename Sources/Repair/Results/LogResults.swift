public import Patterns

/// A line that tells of a source.
public struct LogResultPattern: Hashable, Sendable {
  /// The regular expression. Its groups: `source`, `status`, `rows`, `message`, and an error's fields.
  public var pattern: String
  /// What a line that fits means, where no group says so; nil for one that only names the source of what follows.
  public var status: SourceOutcome.Status?

  /// Creates a pattern.
  public init(_ pattern: String, status: SourceOutcome.Status? = nil) {
    self.pattern = pattern
    self.status = status
  }

  /// The groups that a pattern may have.
  public static let groups = SourceOutcome.fieldNames.union(["source", "status", "rows", "message"])
}

/// Reads outcomes from the lines of a log, one after the other.
///
/// A line that names a source and no end of it (`Loading: adhd_summary`) says whom the lines after it are about.
public struct LogResults {
  private let patterns: [(expression: Expression, status: SourceOutcome.Status?)]
  private let words: OutcomeWords
  private var current: String?
  private var outcomes: [String: SourceOutcome] = [:]
  private var order: [String] = []
  private var lines = 0
  private var hits = 0
  private var homeless = 0
  private var strange: [String] = []
  private var exhausted: Set<String> = []

  /// Starts before the first line.
  ///
  /// - Parameter source: Whom lines are about before one names a source: the one that the stage was run for.
  /// - Throws: `ExpressionError` for a pattern that is no regular expression.
  public init(_ patterns: [LogResultPattern], words: OutcomeWords, source: String?) throws(ExpressionError) {
    var compiled: [(Expression, SourceOutcome.Status?)] = []
    for pattern in patterns { compiled.append((try Expression(pattern.pattern), pattern.status)) }
    self.patterns = compiled
    self.words = words
    current = source
  }

  /// Takes a line in; the first pattern that fits it counts.
  public mutating func read(_ line: String) {
    lines += 1
    for (expression, status) in patterns {
      switch expression.search(line) {
      case .absent: continue
      case .exhausted: exhausted.insert(expression.pattern)
      case .matched(let groups):
        hits += 1
        take(groups.filter { !$0.value.isEmpty }, status)
        return
      }
    }
  }

  private mutating func take(_ groups: [String: String], _ fixed: SourceOutcome.Status?) {
    if let source = groups["source"] { current = source }
    var status = fixed
    if let word = groups["status"] {
      status = words.status(word) ?? fixed
      if status == nil, strange.count < 5, !strange.contains(word) { strange.append(String(word.prefix(40))) }
    }
    guard let status else { return }
    guard let source = current else {
      homeless += 1
      return
    }
    var outcome = SourceOutcome(
      source, status, rows: groups["rows"].flatMap(SourceOutcome.number), message: groups["message"],
      fields: groups.filter { SourceOutcome.fieldNames.contains($0.key) })
    if let before = outcomes[source] {
      // Two lines with the same end add up: one has the rows, the other the words.
      if before.status == status {
        outcome.rows = outcome.rows ?? before.rows
        outcome.message = outcome.message ?? before.message
        outcome.fields = before.fields.merging(outcome.fields) { $1 }
      }
    } else {
      guard order.count < ResultReading.mostOutcomes else { return }
      order.append(source)
    }
    outcomes[source] = outcome
  }

  /// What the lines so far tell.
  public var reading: ResultReading {
    var reading = ResultReading(outcomes: order.compactMap { outcomes[$0] })
    if hits == 0 {
      let many = patterns.count == 1 ? "its pattern" : "none of its \(patterns.count) patterns"
      let verb = patterns.count == 1 ? "matched none" : "matched any"
      reading.problem = "\(many) \(verb) of the \(lines) lines of the output"
    } else if outcomes.isEmpty {
      reading.problem =
        "\(hits) of the \(lines) lines of the output fit its patterns, and none tells how a source ended"
    }
    if homeless > 0 {
      reading.notes.append("\(homeless) lines of the output tell how a source ended before any line names one")
    }
    if !strange.isEmpty {
      let words = strange.map { "'\($0)'" }.joined(separator: ", ")
      reading.notes.append("the output's \(words) is no status that is known; say what it means under 'statuses'")
    }
    for pattern in exhausted.sorted() {
      reading.notes.append("the pattern \(pattern) takes too many steps on some lines, which were passed over")
    }
    return reading
  }
}
