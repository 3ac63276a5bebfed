internal import Journal
internal import ManifestYAML
internal import Patterns
internal import Synchronization

/// All that a classifier looks for, in order, ready to search: the user's patterns, the built-in ones, and the signs beside them.
final class PatternBook: Sendable {
  /// What a matching line means.
  enum Meaning: Sendable {
    case failure(ErrorPattern)
    /// A line near a failure that adds fields to it and names none itself.
    case detail
    /// What a failure's own line may say beside its pattern, if the failure is of one of these types.
    case own(Set<ErrorType>)
    /// What failed just before is tried again.
    case retry
    /// What had failed works again.
    case recovery
    /// A text that some pattern wants to have stood nearby.
    case landmark
    case traceback
    /// The line is coloured: its texts may be cut up by escape sequences.
    case coloured
  }

  let meanings: [Meaning]
  let search: TextSearch
  /// By text of the search, what it may be a part of.
  private let owners: [Int]
  /// What has no text to search for and is tried on every line.
  let always: [Int]
  private let sources: [String?]
  private let compiled: Mutex<[Int: Expression]>

  init(userPatterns: [ErrorPattern]) {
    let table = PatternBook.builtIn
    var entries: [(Meaning, String)] = []
    for pattern in userPatterns + table.patterns { entries += pattern.patterns.map { (.failure(pattern), $0) } }
    entries += table.details.map { (.detail, $0) }
    entries += table.own.map { (.own($0.types), $0.pattern) }
    entries += table.retries.map { (.retry, $0) }
    entries += table.recoveries.map { (.recovery, $0) }
    var meanings: [Meaning] = []
    var sources: [String?] = []
    var texts: [String] = []
    var owners: [Int] = []
    var always: [Int] = []
    func add(_ meaning: Meaning, _ source: String?, _ needed: [String]?) {
      if let needed {
        texts += needed
        owners += needed.map { _ in meanings.count }
      } else {
        always.append(meanings.count)
      }
      meanings.append(meaning)
      sources.append(source)
    }
    for (meaning, pattern) in entries {
      // A faulty pattern is told of where the configuration is read; here it is left out.
      guard let source = try? Placeholder.expand(pattern) else { continue }
      add(meaning, source, RequiredText.of(source))
    }
    for text in Set((userPatterns + table.patterns).compactMap(\.near)).sorted() { add(.landmark, text, [text]) }
    add(.traceback, nil, ["traceback (most recent call last)"])
    add(.coloured, nil, ["\u{1B}["])
    self.meanings = meanings
    self.sources = sources
    self.owners = owners
    self.always = always
    search = TextSearch(texts)
    compiled = Mutex([:])
  }

  /// What a found text may be a part of.
  func owner(ofText number: Int) -> Int { owners[number] }

  /// The landmark's text.
  func landmark(_ index: Int) -> String? { if case .landmark = meanings[index] { sources[index] } else { nil } }

  /// The expression of an entry; made when it is first needed, for most never are.
  func expression(_ index: Int) -> Expression? {
    if let known = compiled.withLock({ $0[index] }) { return known }
    guard let source = sources[index], let made = try? Expression(source) else { return nil }
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
    var patterns: [ErrorPattern] = []
    var details: [String] = []
    var own: [Own] = []
    var retries: [String] = []
    var recoveries: [String] = []

    struct Own: Decodable, Sendable {
      let types: Set<ErrorType>
      let pattern: String
    }

    static func read(_ bytes: [UInt8]) throws(YAMLError) -> Table {
      try YAMLDecoder().decode(Table.self, from: try YAMLFile(bytes, name: "patterns.yaml"))
    }
  }
}
