internal import ManifestYAML

/// What was found wrong so far, while all files are read.
final class ConfigurationFindings {
  private(set) var errors: [ConfigurationError] = []
  /// What is doubtful but does not keep a run from starting.
  private(set) var warnings: [ConfigurationError] = []
  /// Files in which a key that stands twice is told and its last value taken, as their other readers take it.
  private var tolerant: Set<String> = []

  func tolerateRepeatedKeys(in file: String) { tolerant.insert(file) }

  func addRepeatedKey(_ key: YAMLNode, first line: Int, title: String, file: String) {
    let name = key.text ?? ""
    let message = "the key '\(name)' stands twice in \(title), on lines \(line) and \(key.line)"
    guard tolerant.contains(file) else { return add(file, key, message + "; keep one of them") }
    let warning = ConfigurationError(
      file: file, line: key.line, column: key.column, message: message + "; the last one counts, keep only that")
    if !warnings.contains(warning) { warnings.append(warning) }
  }

  func add(_ file: String, _ node: YAMLNode?, _ message: String) {
    add(ConfigurationError(file: file, line: node?.line, column: node?.column, message: message))
  }

  /// The errors file by file as they were read, each file's in the order of its lines.
  var sorted: [ConfigurationError] {
    var order: [String: Int] = [:]
    for error in errors where order[error.file] == nil { order[error.file] = order.count }
    return errors.sorted {
      (order[$0.file] ?? 0, $0.line ?? 0, $0.column ?? 0) < (order[$1.file] ?? 0, $1.line ?? 0, $1.column ?? 0)
    }
  }

  /// Notes an error once: a value that is asked for twice is wrong only once.
  func add(_ error: ConfigurationError) {
    if !errors.contains(error) { errors.append(error) }
  }
}

/// A mapping of a configuration file: hands out values of the wanted type and notes what is wrong with them.
///
/// It remembers the keys it was asked for; `finish` notes all others.
final class ConfigurationSection {
  let node: YAMLNode
  /// How messages call it, such as `stage 'load'`.
  var title: String
  let file: String
  let findings: ConfigurationFindings
  private var asked: Set<String> = []
  private let values: [(key: YAMLNode, value: YAMLNode)]

  /// Takes a mapping; anything else is noted and gives nil.
  init?(_ node: YAMLNode, title: String, file: String, findings: ConfigurationFindings) {
    self.node = node
    self.title = title
    self.file = file
    self.findings = findings
    values = ConfigurationSection.merged(node, depth: 0)
    guard node.resolved.kind == .mapping else {
      findings.add(file, node, "\(title) must be a mapping of keys to values, not \(node.spoken)")
      return nil
    }
    for key in node.resolved.duplicateKeys {
      let first = node.entries.first { $0.key.text == key.text }?.key.line ?? node.line
      findings.addRepeatedKey(key, first: first, title: title, file: file)
    }
  }

  func note(_ message: String, at node: YAMLNode? = nil) { findings.add(file, node ?? self.node, message) }

  /// The value's node; a null counts as absent.
  func value(_ key: String) -> YAMLNode? {
    asked.insert(key)
    guard let found = values.last(where: { $0.key.text == key })?.value, !found.isNull else { return nil }
    return found
  }

  /// All keys with their values, for mappings whose keys are the user's own.
  var members: [(key: YAMLNode, value: YAMLNode)] { values }

  /// Notes every key that was not asked for.
  func finish() {
    for (key, _) in values where !asked.contains(key.text ?? "") {
      let known = asked.sorted().joined(separator: ", ")
      note("unknown key '\(key.text ?? "")' in \(title); known here: \(known)", at: key)
    }
  }

  /// A mapping below this one.
  func section(_ key: String) -> ConfigurationSection? {
    guard let node = value(key) else { return nil }
    return ConfigurationSection(node, title: "'\(key)' of \(title)", file: file, findings: findings)
  }

  /// The mappings of a list below this one, `title` made from their number.
  func sections(_ key: String, title: (Int) -> String) -> [ConfigurationSection] {
    guard let node = value(key) else { return [] }
    guard node.resolved.kind == .sequence else {
      note("'\(key)' of \(self.title) must be a list, not \(node.spoken); begin each item with '-'", at: node)
      return []
    }
    return node.items.enumerated().compactMap {
      ConfigurationSection($1, title: title($0 + 1), file: file, findings: findings)
    }
  }

  /// Own keys after those that `<<` brings in; of a key that stands twice the last.
  private static func merged(_ node: YAMLNode, depth: Int) -> [(key: YAMLNode, value: YAMLNode)] {
    guard depth < 8 else { return [] }
    let entries = node.resolved.entries
    let brought = entries.filter { $0.key.text == "<<" }.flatMap { entry in
      entry.value.resolved.kind == .sequence ? entry.value.items.reversed() : [entry.value]
    }
    var last: [String: Int] = [:]
    for (index, entry) in entries.enumerated() { last[entry.key.text ?? ""] = index }
    let own = entries.enumerated().filter { index, entry in
      entry.key.text != "<<" && last[entry.key.text ?? ""] == index
    }.map(\.element)
    let names = Set(own.compactMap(\.key.text))
    return brought.flatMap { merged($0, depth: depth + 1) }.filter { !names.contains($0.key.text ?? "") } + own
  }
}

extension YAMLNode {
  /// What the node is, for people.
  var spoken: String {
    switch resolved.kind {
    case .mapping: "a mapping"
    case .sequence: "a list"
    default: isNull ? "nothing" : "'\((text ?? "").prefix(40))'"
    }
  }

  /// Whether it is a null; no text, list or mapping is.
  var isNull: Bool { resolved.kind == .scalar && resolved.value.isNull }
}
