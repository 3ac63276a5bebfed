internal import Journal
internal import ManifestYAML
internal import Patterns
internal import Synchronization

/// All that a classifier looks for, in order, ready to search: the user's patterns, the built-in ones, and the signs beside them.
final class PatternBook: Sendable {
  /// What a matching line means.
  enum Meaning: Sendable {
    case failure(Rule)
    /// A line near a failure that adds fields to it and names none itself.
    case detail
    /// What a failure's own line may say beside its pattern, if the failure is of one of these types.
    case own(Set<ErrorType>)
    /// What failed just before is tried again.
    case retry
    /// What had failed works again.
    case recovery
    /// A traceback that follows tells of nothing that ended the program.
    case aside
    /// A text that some pattern wants to have stood nearby.
    case landmark(String)
    case traceback
    /// The exception before led to the one after.
    case link
    /// The line's texts may be cut up, by escape sequences or by quotes inside quotes.
    case disguise
  }

  /// A pattern that many lines may ask for, kept once.
  final class Rule: Sendable {
    let pattern: ErrorPattern

    init(_ pattern: ErrorPattern) { self.pattern = pattern }
  }

  /// One text's part in an entry: the entry holds a text of each of its clauses where it matches.
  struct Use {
    let entry: Int
    let clause: UInt8
  }

  let meanings: [Meaning]
  let search: TextSearch
  /// By text of the search, what it may be a part of.
  let uses: [[Use]]
  /// By entry, a bit for each of its clauses.
  let clauses: [UInt8]
  /// What has no text to search for and is tried on every line.
  let always: [Int]
  /// The entries from here on are signs about a line that no expression belongs to.
  let firstSign: Int
  private let sources: [String]
  private let compiled: Mutex<[Int: Expression]>

  init(userPatterns: [ErrorPattern]) {
    let table = PatternBook.builtIn
    var entries: [(Meaning, String)] = []
    for pattern in userPatterns + table.patterns {
      let rule = Rule(pattern)
      entries += pattern.patterns.map { (.failure(rule), $0) }
    }
    entries += table.details.map { (.detail, $0) }
    entries += table.own.map { (.own($0.types), $0.pattern) }
    entries += table.retries.map { (.retry, $0) }
    entries += table.recoveries.map { (.recovery, $0) }
    entries += table.asides.map { (.aside, $0) }
    var index = Index()
    for (meaning, pattern) in entries {
      // A faulty pattern is told of where the configuration is read; here it is left out.
      guard let source = try? Placeholder.expand(pattern) else { continue }
      index.add(meaning, source, RequiredText.of(source))
    }
    firstSign = index.meanings.count
    for text in Set((userPatterns + table.patterns).flatMap(\.near)).sorted() {
      index.add(.landmark(text), "", [[text]])
    }
    index.add(.traceback, "", [["traceback (most recent call last)"]])
    index.add(.link, "", [["the above exception was the", "handling of the above exception", "+ exception group"]])
    index.add(.disguise, "", [["\u{1B}", "\u{0}", "\\\""]])
    meanings = index.meanings
    sources = index.sources
    uses = index.uses
    clauses = index.clauses
    always = index.meanings.indices.filter { index.clauses[$0] == 0 }
    search = TextSearch(index.texts)
    compiled = Mutex([:])
  }

  /// What is searched for, as it is put together.
  private struct Index {
    var meanings: [Meaning] = []
    var sources: [String] = []
    var clauses: [UInt8] = []
    var texts: [String] = []
    var uses: [[Use]] = []
    private var numbers: [String: Int] = [:]

    mutating func add(_ meaning: Meaning, _ source: String, _ needed: [[String]]) {
      for (number, clause) in needed.enumerated() {
        for text in Set(clause) {
          let place = numbers[text] ?? texts.count
          if place == texts.count {
            numbers[text] = place
            texts.append(text)
            uses.append([])
          }
          uses[place].append(Use(entry: meanings.count, clause: 1 << UInt8(number)))
        }
      }
      meanings.append(meaning)
      sources.append(source)
      clauses.append(1 << UInt8(needed.count) - 1)
    }
  }

  /// The expression of an entry; made when it is first needed, for most never are.
  func expression(_ index: Int) -> Expression? {
    if let known = compiled.withLock({ $0[index] }) { return known }
    guard let made = try? Expression(sources[index]) else { return nil }
    compiled.withLock { $0[index] = made }
    return made
  }

  /// The built-in table.
  static let builtIn: Table = {
    // The table is part of the program and a test reads it, so that this cannot fail.
    (try? Table.read(BuiltInTable.text)) ?? Table()
  }()

  /// The built-in file's shape.
  struct Table: Decodable, Sendable {
    /// What patterns speak of as `{words:…}`.
    var words: [String: String] = [:]
    var patterns: [ErrorPattern] = []
    var details: [String] = []
    var own: [Own] = []
    var retries: [String] = []
    var recoveries: [String] = []
    var asides: [String] = []

    struct Own: Decodable, Sendable {
      let types: Set<ErrorType>
      let pattern: String
    }

    static func read(_ bytes: [UInt8]) throws(YAMLError) -> Table {
      try YAMLDecoder().decode(Table.self, from: try YAMLFile(bytes, name: "patterns.yaml"))
    }
  }
}
