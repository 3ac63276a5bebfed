/// Decodes configuration types from YAML; failures say file, line, column and what was expected.
public struct YAMLDecoder: Sendable {
  /// What happens to keys that the type does not read.
  public enum KnownKeys: Sendable {
    /// They are an error with a suggestion.
    case strict
    /// They are ignored.
    case lenient
  }

  /// A decoder.
  public init() {}

  /// Decodes the file's first document.
  public func decode<Value: Decodable>(
    _ type: Value.Type, from file: YAMLFile, knownKeys: KnownKeys = .strict
  ) throws(YAMLError) -> Value {
    guard let root = file.root else {
      throw YAMLError(.missingKey, file: file.name, line: 1, column: 1, message: "the file has no content")
    }
    return try decode(type, from: root, knownKeys: knownKeys)
  }

  /// Decodes one node.
  public func decode<Value: Decodable>(
    _ type: Value.Type, from node: YAMLNode, knownKeys: KnownKeys = .strict
  ) throws(YAMLError) -> Value {
    let context = DecodingContext(tree: node.tree)
    let decoder = NodeDecoder(node: node, codingPath: [], context: context)
    let value: Value
    do {
      value = try decoder.decodeValue(type)
    } catch let error as YAMLError {
      let unknown = knownKeys == .strict ? context.unknownKeys(below: error) : []
      throw error.with(others: unknown)
    } catch let error as DecodingError {
      throw context.convert(error, root: node)
    } catch {
      throw node.tree.failure(.typeMismatch, at: node.start, "\(error)")
    }
    if knownKeys == .strict {
      let unknown = context.unknownKeys()
      if let first = unknown.first { throw first.with(others: Array(unknown.dropFirst())) }
    }
    return value
  }
}

/// What a decoding run remembers: the keys that each mapping was asked for.
final class DecodingContext {
  let tree: YAMLTree
  private var asked: [Int: (keys: Set<String>, path: String)] = [:]
  private var aliasBudget = 1_000_000

  init(tree: YAMLTree) { self.tree = tree }

  func open(_ node: YAMLNode, path: [any CodingKey]) {
    if asked[node.index] == nil { asked[node.index] = ([], path.dotted) }
  }

  func ask(_ node: YAMLNode, _ key: String) { asked[node.index]?.keys.insert(key) }

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

  /// The keys that nobody asked for, in the order of the file.
  func unknownKeys() -> [YAMLError] {
    asked.keys.sorted().flatMap { index -> [YAMLError] in
      guard let entry = asked[index] else { return [] }
      return YAMLNode(tree: tree, index: index).entries.compactMap { key, _ in
        guard key.kind == .scalar, !key.isMergeKey, !entry.keys.contains(key.record.text) else { return nil }
        let name = key.record.text
        let similar = Suggestion.nearest(to: name, in: entry.keys)
        let known = entry.keys.sorted().joined(separator: ", ")
        let place = entry.path.isEmpty ? "" : " in \(entry.path)"
        return tree.failure(
          .unknownKey, at: key.start, "unknown key \"\(name)\"\(place)",
          hint: similar.map { "did you mean \"\($0)\"?" } ?? (known.isEmpty ? nil : "the keys known here are \(known)"),
          path: (entry.path.isEmpty ? "" : entry.path) + PathText.key(name, first: entry.path.isEmpty))
      }
    }
  }

  /// The unknown keys of mappings that were read to their end before an error: those that resemble the missing key.
  func unknownKeys(below error: YAMLError) -> [YAMLError] {
    guard error.kind == .missingKey else { return [] }
    return unknownKeys().filter { $0.line != error.line && $0.hint?.hasPrefix("did you mean") == true }
  }

  /// Gives an error of a custom `init(from:)` its place.
  func convert(_ error: DecodingError, root: YAMLNode) -> YAMLError {
    let (context, kind): (DecodingError.Context, YAMLError.Code)
    switch error {
    case .typeMismatch(_, let found): (context, kind) = (found, .typeMismatch)
    case .valueNotFound(_, let found): (context, kind) = (found, .typeMismatch)
    case .keyNotFound(_, let found): (context, kind) = (found, .missingKey)
    case .dataCorrupted(let found): (context, kind) = (found, .typeMismatch)
    @unknown default: return tree.failure(.typeMismatch, at: root.start, "\(error)")
    }
    var node = root
    for key in context.codingPath {
      guard let next = key.intValue.flatMap({ node[$0] }) ?? node[key.stringValue] else { break }
      node = next
    }
    let path = context.codingPath.dotted
    let prefix = path.isEmpty ? "" : "\(path): "
    return tree.failure(kind, at: node.start, prefix + context.debugDescription, path: path)
  }
}

extension [any CodingKey] {
  /// The path in dotted form.
  var dotted: String {
    YAMLPath(steps: map { key in key.intValue.map { .index($0) } ?? .key(key.stringValue) }).dotted
  }
}
