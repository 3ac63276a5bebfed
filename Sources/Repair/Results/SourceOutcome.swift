public import Journal

/// What became of one source, as something that a tool left behind says it.
public struct SourceOutcome: Hashable, Sendable {
  /// The four ends of a source.
  public enum Status: String, CaseIterable, Codable, Sendable {
    /// It is in the target now.
    case success
    /// It is not.
    case failed
    /// It was left out, and nothing is known of it.
    case skipped
    /// It was left out because it is in the target already.
    case alreadyLoaded = "already_loaded"
  }

  /// The source, as the tool calls it.
  public var source: String
  /// What became of it.
  public var status: Status
  /// How many rows came.
  public var rows: Int?
  /// The tool's own words.
  public var message: String?
  /// What else it says of the failure, by the names that an event's error has: `column`, `value`, `table`, …
  public var fields: [String: String]
  /// Further facts for the event, such as where the source is defined.
  public var facts: [String: JSONValue]

  /// Creates an outcome.
  public init(
    _ source: String, _ status: Status, rows: Int? = nil, message: String? = nil, fields: [String: String] = [:],
    facts: [String: JSONValue] = [:]
  ) {
    self.source = source
    self.status = status
    self.rows = rows
    self.message = message
    self.fields = fields
    self.facts = facts
  }

  /// What a tool may say of a source besides its name, status, rows and message.
  public static let fieldNames: Set<String> = [
    "column", "value", "expected_type", "file", "sheet", "row", "table", "url", "http_status", "error_type",
  ]

  /// The failure as an event has it: what the message says of itself, and over it what the tool names apart.
  ///
  /// - Parameter classify: Says what kind of failure a text tells of.
  public func error(classify: (String) -> Classification) -> EventError {
    let text = String((message ?? "").prefix(Self.longestMessage))
    let found = classify(text)
    var error = found.eventError()
    if found.type == .none || found.pattern == nil { error.type = ErrorType.unknown.rawValue }
    if error.message.isEmpty { error.message = Self.sentence(of: text) }
    if error.message.isEmpty { error.message = "its results say that \(source) failed, and not why" }
    if let type = fields["error_type"], ErrorType(rawValue: type) != nil, type != ErrorType.none.rawValue {
      error.type = type
      error.transient = nil
    }
    error.column = fields["column"] ?? error.column
    error.value = fields["value"] ?? error.value
    error.expectedType = fields["expected_type"] ?? error.expectedType
    error.file = fields["file"] ?? error.file
    error.sheet = fields["sheet"] ?? error.sheet
    error.table = fields["table"] ?? error.table
    error.url = fields["url"] ?? error.url
    error.row = fields["row"].flatMap(Self.number) ?? error.row
    error.status = fields["http_status"].flatMap(Self.number) ?? error.status
    if text.contains("\n") { error.stacktrace = text }
    if let path = facts["path"]?.string {
      let place = facts["line"]?.int.map { "\(path):\($0)" } ?? path
      if !error.message.contains(place) { error.message += " (\(place))" }
    }
    return error
  }

  /// The longest message that is kept.
  static let longestMessage = 4096

  private static func sentence(of text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(500)
      .trimmingCharacters(while: \.isWhitespace)
  }

  /// A whole number as tools write it: `1,234`, `1_234` and `1 234` are 1234, `12.0` is 12.
  public static func number(_ text: String) -> Int? {
    let digits = text.filter { !",_' \u{A0}\u{202F}".contains($0) }
    if let number = Int(digits) { return number }
    guard let double = Double(digits), double == double.rounded(), abs(double) < 1e15 else { return nil }
    return Int(double)
  }
}

extension StringProtocol {
  fileprivate func trimmingCharacters(while fits: (Character) -> Bool) -> String {
    let start = drop(while: fits)
    let kept = start.reversed().drop(while: fits).reversed()
    return String(kept)
  }
}

/// What one reader found.
public struct ResultReading: Hashable, Sendable {
  /// The outcomes in the order of the file, the last word on a source being the one that counts.
  public var outcomes: [SourceOutcome]
  /// Why nothing can be concluded from what it does not tell: it could not be read, or nothing in it was understood.
  public var problem: String?
  /// What else people should know, a sentence each.
  public var notes: [String]

  /// Creates a reading.
  public init(outcomes: [SourceOutcome] = [], problem: String? = nil, notes: [String] = []) {
    self.outcomes = outcomes
    self.problem = problem
    self.notes = notes
  }

  /// More outcomes than this are no answer about sources.
  public static let mostOutcomes = 100_000
}

/// What a reader's words for the ends of sources mean.
public struct OutcomeWords: Hashable, Sendable {
  private var meanings: [String: SourceOutcome.Status]

  /// The words that need no saying.
  private static let standard: [SourceOutcome.Status: [String]] = [
    .success: [
      "success", "succeeded", "successful", "ok", "pass", "passed", "loaded", "done", "complete", "completed",
      "inserted",
      "finished", "true", "✓", "✔", "✅", "0",
    ],
    .failed: [
      "failed", "fail", "failure", "error", "errored", "rejected", "aborted", "false", "✗", "✘", "❌", "runtime error",
    ],
    .skipped: ["skipped", "skip", "ignored", "cancelled", "canceled", "⏭"],
    .alreadyLoaded: ["already_loaded", "already loaded", "unchanged", "up to date", "exists"],
  ]

  /// The standard words, and over them the user's.
  public init(_ words: [SourceOutcome.Status: [String]] = [:]) {
    meanings = [:]
    for (status, list) in Self.standard { for word in list { meanings[word] = status } }
    for (status, list) in words { for word in list { meanings[Self.key(word)] = status } }
  }

  /// What a word means; nil for one that nobody said.
  public func status(_ word: String) -> SourceOutcome.Status? { meanings[Self.key(word)] }

  private static func key(_ word: String) -> String {
    word.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
  }
}
