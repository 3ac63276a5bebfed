/// Decodes configuration types from YAML and JSON and tells everything that is wrong with a document at once: unknown,
/// missing and repeated keys and values of another type, each with its line, column and path.
public struct YAMLDecoder: Sendable {
  /// What happens to keys that the type does not read.
  public enum KnownKeys: Sendable {
    /// They are an error with a suggestion.
    case strict
    /// They are ignored.
    case lenient
  }

  /// What happens to a key that stands twice in its mapping, where readers disagree on which of the two counts.
  public enum RepeatedKeys: Sendable {
    /// It is an error.
    case refused
    /// The last one counts, and a warning says so.
    case lastCounts
  }

  /// What happens to keys that the type does not read.
  public var knownKeys: KnownKeys
  /// What happens to a key that stands twice.
  public var repeatedKeys: RepeatedKeys

  /// A decoder.
  public init(knownKeys: KnownKeys = .strict, repeatedKeys: RepeatedKeys = .refused) {
    self.knownKeys = knownKeys
    self.repeatedKeys = repeatedKeys
  }

  /// Decodes the file's first document.
  ///
  /// - Throws: The first error by place, with the others attached.
  public func decode<Value: Decodable>(_ type: Value.Type, from file: YAMLFile) throws(YAMLError) -> Value {
    guard let root = file.root else {
      throw YAMLError(.missingKey, file: file.name, line: 1, column: 1, message: "the file has no content")
    }
    return try decode(type, from: root)
  }

  /// Decodes one node.
  ///
  /// - Throws: The first error by place, with the others attached.
  public func decode<Value: Decodable>(_ type: Value.Type, from node: YAMLNode) throws(YAMLError) -> Value {
    let reading = read(type, from: node)
    if let first = reading.errors.first { throw first.with(others: Array(reading.errors.dropFirst())) }
    guard let value = reading.value else {
      throw node.tree.failure(.typeMismatch, at: node.start, "the value cannot be read")
    }
    return value
  }

  /// Decodes one node as far as it can be, with everything that is wrong with it.
  public func read<Value: Decodable>(_ type: Value.Type, from node: YAMLNode) -> YAMLReading<Value> {
    let context = DecodingContext(tree: node.tree, options: self)
    let place = DecodingPlace(node: node)
    let value = NodeDecoder(place: place, context: context).attempt(type)
    return YAMLReading(
      value: place.isIncomplete ? nil : value, errors: context.errors.sorted { $0.isBefore($1) },
      warnings: context.warnings.sorted { $0.isBefore($1) })
  }
}

/// What came of decoding a document.
public struct YAMLReading<Value> {
  /// The value; nil where a part that it cannot do without is missing or wrong.
  public let value: Value?
  /// What is wrong, in the order of the file.
  public let errors: [YAMLError]
  /// What is doubtful, in the order of the file.
  public let warnings: [YAMLError]
}

/// What a decoding run remembers: what was wrong so far, and how much aliases may still repeat.
final class DecodingContext {
  let tree: YAMLTree
  let options: YAMLDecoder
  private(set) var errors: [YAMLError] = []
  private(set) var warnings: [YAMLError] = []
  private var aliasBudget = 1_000_000

  init(tree: YAMLTree, options: YAMLDecoder) {
    self.tree = tree
    self.options = options
  }

  /// Notes an error once: what an alias repeats is wrong only once.
  func note(_ error: YAMLError) { if !errors.contains(error) { errors.append(error) } }

  func warn(_ error: YAMLError) { if !warnings.contains(error) { warnings.append(error) } }

  /// Counts what an alias repeats, so that a few bytes cannot become gigabytes.
  func follow(_ node: YAMLNode) throws(YAMLError) -> YAMLNode {
    guard node.kind == .alias else { return node }
    let target = node.resolved
    aliasBudget -= max(1, target.record.subtreeEnd - target.index)
    guard aliasBudget > 0, !(target.index..<target.record.subtreeEnd).contains(node.index) else {
      throw tree.failure(.limit, at: node.start, "the alias *\(node.record.text) repeats too much")
    }
    return target
  }
}

extension YAMLError {
  fileprivate func isBefore(_ other: YAMLError) -> Bool {
    (line ?? 0, column ?? 0) < (other.line ?? 0, other.column ?? 0)
  }
}
