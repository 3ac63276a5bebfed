internal import Git
internal import Journal
internal import ManifestYAML
internal import Repair

/// Reads what stands at a fix's edited paths, in a commit or in the work tree.
///
/// A history holds the same bytes many times, so what was read once is kept, by the bytes' name in git.
struct StandingValues {
  private struct Key: Hashable {
    let change: FixChange
    let blob: ObjectID
  }
  private var known: [Key: StandingValue?] = [:]
  private var files: [ObjectID: YAMLFile] = [:]

  /// What stands there; nil when a file that the fix edits is not YAML, so that nothing can be said.
  ///
  /// - Parameter contents: A file's bytes, nil when there is no such file.
  static func combined<E: Error>(
    _ changes: [FixChange], contents: (String) throws(E) -> [UInt8]?
  ) throws(E) -> StandingValue? {
    var values: [StandingValue] = []
    for change in changes {
      guard let bytes = try contents(change.file) else {
        values.append(RuleFile.mayCreate(change) ? .previous : .missing)
        continue
      }
      guard let value = read(change, in: bytes) else { return nil }
      values.append(value)
    }
    return .combined(values)
  }

  /// The same for files that git names.
  ///
  /// - Parameter blob: The name of a file's bytes, nil when there is no such file.
  mutating func combined(
    _ changes: [FixChange], in repository: Repository, blob: (String) throws(GitError) -> ObjectID?
  ) throws(GitError) -> StandingValue? {
    var values: [StandingValue] = []
    for change in changes {
      guard let id = try blob(change.file) else {
        values.append(RuleFile.mayCreate(change) ? .previous : .missing)
        continue
      }
      guard let value = try value(of: change, in: id, repository) else { return nil }
      values.append(value)
    }
    return .combined(values)
  }

  private mutating func value(
    of change: FixChange, in blob: ObjectID, _ repository: Repository
  ) throws(GitError) -> StandingValue? {
    let key = Key(change: change, blob: blob)
    if let value = known[key] { return value }
    if files[blob] == nil {
      if files.count >= 8 { files.removeAll() }
      files[blob] = try? YAMLFile(try repository.contents(ofBlob: blob), name: change.file)
    }
    let value = files[blob].flatMap { StandingValues.read(change, in: $0) }
    known[key] = .some(value)
    return value
  }

  /// The value itself at one change's path; nil when nothing is there.
  static func value(of change: FixChange, in bytes: [UInt8]) -> JSONValue? {
    guard let root = (try? YAMLFile(bytes, name: change.file))?.root, let selector = try? YAMLSelector(change.selector),
      let path = selector.path(in: root)
    else { return nil }
    return root.node(at: path).map { JSONValue($0.value) }
  }

  /// What stands at one change's path in a file's bytes; nil when they are not YAML.
  static func read(_ change: FixChange, in bytes: [UInt8]) -> StandingValue? {
    (try? YAMLFile(bytes, name: change.file)).flatMap { read(change, in: $0) }
  }

  private static func read(_ change: FixChange, in file: YAMLFile) -> StandingValue? {
    guard let root = file.root, let selector = try? YAMLSelector(change.selector) else { return nil }
    if let path = selector.path(in: root) {
      let value = root.node(at: path).map { JSONValue($0.value) } ?? .null
      if value == change.new ?? .null { return .proposed }
      return value == change.old ?? .null ? .previous : .other
    }
    // Where the mapping that it is to be in is gone, so is what it would have added.
    if change.old == nil, selector.missingMapping(in: root) != nil { return .previous }
    // A fix that renames what its own selector looks for is found under the new name.
    guard let renamed = selector.renamed(to: change.new?.string), let path = renamed.path(in: root),
      root.node(at: path) != nil
    else { return .missing }
    return .proposed
  }
}

extension YAMLSelector {
  /// For `columns[original_name="a"].original_name`: the same with `"b"`; nil where the last key is not the item's own.
  func renamed(to name: String?) -> YAMLSelector? {
    guard let name, case .key(let last) = steps.last, steps.count >= 2,
      case .item(let key, _, let occurrence) = steps[steps.count - 2], key == last
    else { return nil }
    return YAMLSelector(steps: steps.dropLast(2) + [.item(key: key, value: name, occurrence: occurrence), .key(last)])
  }
}
