internal import Foundation
internal import Journal

/// A log line that is a JSON object, as structured loggers and Errata's own events write them.
struct LogRecord {
  /// What it says in words: the level and message, then what it holds of exceptions.
  let lines: [String]
  /// What it makes of all that it says, if it tells.
  let level: LogLevel?
  /// What its members name, by the names of the classifier's fields.
  let captures: [String: String]
  /// The type that it names in so many words (S0-14).
  let type: ErrorType?

  private static let levels = ["level", "levelname", "severity", "log_level", "lvl"]
  private static let messages = ["message", "msg", "event", "text", "detail", "reason"]
  private static let errors = [
    "error", "err", "exception", "exc_info", "exc", "stack", "stacktrace", "stack_trace", "traceback", "cause",
  ]
  private static let holders = [
    "info", "data", "record", "error", "err", "exception", "context", "extra", "fields", "details",
  ]
  /// Members that name a field of the classifier's, most in its own word.
  private static let named = [
    ("column", "column"), ("column_name", "column"), ("value", "value"), ("expected_type", "expected_type"),
    ("table", "table"), ("table_name", "table"), ("sheet", "sheet"), ("sheet_name", "sheet"), ("url", "url"),
    ("status", "status"), ("status_code", "status"), ("statusCode", "status"), ("http_status", "status"),
    ("response_code", "status"), ("row", "row"), ("row_number", "row"), ("constraint", "constraint"), ("host", "host"),
  ]

  /// Reads a line; nil when it is no JSON object.
  init?(line: String) {
    let text = line.trimmed
    guard text.hasPrefix("{"), text.hasSuffix("}"),
      let record = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)), record.object != nil
    else { return nil }
    var words: [String] = []
    var captures: [String: String] = [:]
    var type: ErrorType?
    func visit(_ object: JSONValue, depth: Int) {
      for key in LogRecord.messages + LogRecord.errors {
        if let text = object[key]?.string, !words.contains(text) { words.append(text) }
        for text in object[key]?.array?.compactMap(\.string) ?? [] { words.append(text) }
        words += LogRecord.exceptions(object[key] ?? .null)
      }
      for (key, field) in LogRecord.named where captures[field] == nil {
        if let text = object[key]?.string { captures[field] = text }
        if let number = object[key]?.int { captures[field] = String(number) }
      }
      for key in ["type", "error_type"] {
        if let name = object[key]?.string, let known = ErrorType(rawValue: name), known != .none {
          type = type ?? known
        }
      }
      guard depth < 3 else { return }
      for key in LogRecord.holders where object[key]?.object != nil { visit(object[key] ?? .null, depth: depth + 1) }
    }
    visit(record, depth: 0)
    // Of "download failed" only the status beside it tells how.
    if let status = captures["status"], let number = Int(status), (400...599).contains(number), let first = words.first,
      !first.contains(status)
    {
      words[0] = "\(first) (status \(number))"
    }
    let level = LogRecord.level(of: record, depth: 0)
    self.level = level.map { LogLevel(of: Array($0.utf8)[...]) }
    let all = words.flatMap { $0.split(whereSeparator: \.isNewline).map(String.init) }
    guard !all.isEmpty || type != nil else { return nil }
    lines = all.isEmpty ? [level ?? ""] : all.enumerated().map { $0 == 0 && level != nil ? "\(level ?? "") \($1)" : $1 }
    self.captures = captures
    self.type = type
  }

  /// Exceptions as members of a class and a message, the first cause first, in the words of a traceback.
  private static func exceptions(_ value: JSONValue) -> [String] {
    let all = value.array ?? [value]
    let texts = all.compactMap { item -> String? in
      let name = ["exc_type", "class", "name", "type"].lazy.compactMap { item[$0]?.string }.first
      let text = ["exc_value", "value", "message", "msg"].lazy.compactMap { item[$0]?.string }.first
      guard let name, let text, ErrorType(rawValue: name) == nil else { return nil }
      return "\(name): \(text)"
    }
    return all.contains { $0["is_cause"] != nil } ? texts.reversed() : texts
  }

  private static func level(of object: JSONValue, depth: Int) -> String? {
    for key in levels { if let text = object[key]?.string { return text.uppercased() } }
    guard depth < 2 else { return nil }
    for key in holders { if let inner = object[key], let found = level(of: inner, depth: depth + 1) { return found } }
    return nil
  }
}
