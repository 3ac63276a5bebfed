internal import ManifestYAML

/// Which placeholders have a value where.
struct PlaceholderRules {
  /// Placeholders of a URL key.
  static let ofURL: Set<String> = ["publication", "period", "url", "landing_page", "reference_manifest"]
  /// Placeholders that always have a value.
  static let always: Set<String> = ["database", "workspace"]
  /// Names that products and variables may not take.
  static let reserved = ofURL.union(always).union(["source", "scratch_database"])

  /// The names with a value here.
  var known: Set<String>
  /// All names that have a value somewhere, for a better message.
  var elsewhere: Set<String>

  /// Notes every placeholder in the texts under a key that has no value.
  func check(_ key: String, in section: ConfigurationSection, allowing more: Set<String> = []) {
    guard let node = section.value(key) else { return }
    for scalar in PlaceholderRules.scalars(below: node, depth: 0) {
      for name in Template(scalar.text ?? "").placeholders where !known.contains(name) && !more.contains(name) {
        let why =
          elsewhere.contains(name) || PlaceholderRules.reserved.contains(name)
          ? "the placeholder '{\(name)}' has no value in '\(key)' of \(section.title)"
          : "unknown placeholder '{\(name)}' in '\(key)' of \(section.title)"
        let names = known.union(more).sorted().map { "{\($0)}" }.joined(separator: " ")
        section.note("\(why); known here: \(names)", at: scalar)
      }
    }
  }

  private static func scalars(below node: YAMLNode, depth: Int) -> [YAMLNode] {
    guard depth < 8 else { return [] }
    switch node.resolved.kind {
    case .sequence: return node.items.flatMap { scalars(below: $0, depth: depth + 1) }
    case .mapping: return node.resolved.entries.flatMap { scalars(below: $0.value, depth: depth + 1) }
    default: return [node]
    }
  }
}
