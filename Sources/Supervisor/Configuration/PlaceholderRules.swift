internal import ManifestYAML

/// Which placeholders have a value where.
struct PlaceholderRules {
  /// Placeholders of a URL key.
  static let ofURL: Set<String> = ["publication", "period", "url", "landing_page", "reference_manifest"]
  /// Placeholders that always have a value.
  static let always: Set<String> = ["database", "workspace"]
  /// Names that products and variables may not take.
  static let reserved = ofURL.union(always).union(["source", "scratch_database", "project"])

  /// The names with a value here.
  var known: Set<String>
  /// All names that have a value somewhere, for a better message.
  var elsewhere: Set<String>

  /// Notes every placeholder in the texts under a key that has no value.
  func check(
    _ key: String, in node: YAMLNode, called subject: String, _ file: ConfigurationFile, allowing more: Set<String> = []
  ) {
    guard let value = node.member(key) else { return }
    for scalar in PlaceholderRules.scalars(below: value, depth: 0) {
      for name in Template(scalar.text ?? "").placeholders where !known.contains(name) && !more.contains(name) {
        let why =
          elsewhere.contains(name) || PlaceholderRules.reserved.contains(name)
          ? "the placeholder '{\(name)}' has no value in '\(key)' of \(subject)"
          : "unknown placeholder '{\(name)}' in '\(key)' of \(subject)"
        let names = known.union(more).sorted().map { "{\($0)}" }.joined(separator: " ")
        file.note("\(why); known here: \(names)", at: scalar)
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

/// What a stage's products and placeholders must be; also of a stage that is wrong elsewhere.
struct StageRules {
  private let entry: YAMLEntry<StageDocument>
  private let file: ConfigurationFile
  /// The placeholders that earlier stages and variables give.
  private let names: Set<String>
  private let produces: [(key: YAMLNode, value: YAMLNode)]

  init(_ entry: YAMLEntry<StageDocument>, file: ConfigurationFile, names: Set<String>) {
    self.entry = entry
    self.file = file
    self.names = names
    produces = entry.node.member("produces")?.members ?? []
  }

  var products: Set<String> { Set(produces.compactMap(\.key.text)) }

  func check() {
    checkProducts()
    let scope = entry.value?.scope ?? entry.node.member("scope")?.text.flatMap(Stage.Scope.init) ?? .url
    var known = names.union(PlaceholderRules.always)
    if scope != .run { known.formUnion(PlaceholderRules.ofURL) }
    if scope == .source { known.insert("source") }
    let all = names.union(PlaceholderRules.reserved).union(products)
    check(["produces"], PlaceholderRules(known: known, elsewhere: all))
    let rules = PlaceholderRules(known: known.union(products), elsewhere: all)
    check(["command", "env", "exclusive", "working_directory", "validate", "reads"], rules)
    check(["resume"], rules, allowing: ["sources"])
    check(["verify", "verify_env"], rules, allowing: ["scratch_database", "source", "sources"])
    check(["results"], rules, allowing: ["started_at"])
    check(["undo"], rules, allowing: ["source"])
    if let resume = entry.node.member("resume"), scope != .url {
      file.note(
        "'resume' of \(entry.subject) is never used: only a stage with 'scope: url' runs for several sources at once",
        at: resume)
    }
    // Asked once for a URL key, whatever the stage's own scope.
    check(["receipts"], PlaceholderRules(known: rules.known.subtracting(["source"]), elsewhere: all))
  }

  private func check(_ keys: [String], _ rules: PlaceholderRules, allowing more: Set<String> = []) {
    for key in keys { rules.check(key, in: entry.node, called: entry.subject, file, allowing: more) }
  }

  private func checkProducts() {
    for (key, node) in produces {
      let product = key.text ?? ""
      if PlaceholderRules.reserved.contains(product) || Template("{\(product)}").placeholders != [product] {
        file.note(
          "the product name '\(product)' of \(entry.subject) cannot be a placeholder; take another small_letter_name",
          at: key)
      }
      let path = node.text ?? ""
      if !InnerPath.accepts(path) {
        file.note("the product '\(product)' must be a path within the workspace, not '\(path)'", at: node)
      }
    }
  }
}
