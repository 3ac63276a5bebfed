internal import Patterns

/// How much a line makes of what it says.
enum LogLevel: Sendable {
  /// `ERROR`, `fatal:`, a cross: somebody calls it a failure.
  case error
  /// `WARNING`, and lines that announce another try: a failure only if one follows.
  case warning
  /// `INFO`, `DEBUG`, `NOTICE`.
  case information
  /// Nothing is said.
  case plain

  private static let words = try? Expression(
    #"""
    (?:^|[\s\[|(<"'=])(?:
    (?<error>(?:ERROR|CRITICAL|FATAL|SEVERE|PANIC|EMERG|FEHLER|ERREUR)(?=[\s\]|)>:"',-]|$)|(?:[Ee]rror|[Ff]atal|[Cc]ritical)(?=\s*[:\]|"'])|(?<=level=)(?:error|fatal|critical))
    |(?<warning>WARN(?:ING)?(?=[\s\]|)>:"',-]|$)|[Ww]arn(?:ing)?(?=\s*[:\]|"'])|(?<=level=)warn(?:ing)?)
    |(?<information>(?:INFO|DEBUG|NOTICE|TRACE|HINT|HINWEIS)(?=[\s\]|)>:"',-]|$)|(?:[Ii]nfo|[Dd]ebug|[Nn]otice)(?=\s*[:\]|"'])|(?<=level=)(?:info|debug)))
    """#.filter { !$0.isNewline })
  private static let signs: [Unicode.Scalar: LogLevel] = [
    "❌": .error, "✗": .error, "✖": .error, "🔥": .error, "💥": .error, "🚨": .error, "⚠": .warning, "🔄": .warning,
    "✅": .information, "✓": .information, "✔": .information, "ℹ": .information,
  ]

  /// The level that stands near the line's beginning.
  init(of text: ArraySlice<UInt8>) {
    if case .matched(let groups)? = LogLevel.words?.search(text.prefix(160)) {
      self = groups["error"] != nil ? .error : groups["warning"] != nil ? .warning : .information
      return
    }
    let head = text.prefix(120)
    guard head.contains(where: { $0 > 0x7F }) else {
      self = .plain
      return
    }
    let scalars = String(decoding: head, as: UTF8.self).unicodeScalars
    self = scalars.lazy.compactMap { LogLevel.signs[$0] }.first ?? .plain
  }

  /// Whether a line begins a record of its own: a level in capitals or a date stands at its head.
  static func beginsRecord(_ text: String) -> Bool { heads?.matches(String(text.prefix(160))) ?? false }

  private static let heads = try? Expression(
    #"^\W*\d{4}-\d\d-\d\d|^\W*\d\d:\d\d:\d\d|(?:^|[\s\[|(])(?:ERROR|CRITICAL|FATAL|SEVERE)(?=[\s\]|):,-])|^\W*[❌✗✖]"#)
}
