internal import Journal
internal import ManifestYAML

/// Finds what a fix edits again after its source was renamed or split.
enum MovedPlace {
  /// The change where its value stands now: in the one new source that is, or is a part of, the one it was made for.
  ///
  /// - Parameters:
  ///   - before: The file with the place as the fix names it.
  ///   - now: The file without it.
  /// - Returns: Nil where no new source could be meant, or several.
  static func followed(_ change: FixChange, from before: YAMLFile, to now: YAMLFile) -> FixChange? {
    guard let selector = try? YAMLSelector(change.selector), let old = before.root, let new = now.root,
      selector.path(in: old) != nil, selector.path(in: new) == nil,
      let position = selector.steps.firstIndex(where: { if case .item = $0 { true } else { false } }),
      case .item(let key, _, _) = selector.steps[position]
    else { return nil }
    let list = YAMLSelector(steps: Array(selector.steps.prefix(position)))
    let source = YAMLSelector(steps: Array(selector.steps.prefix(position + 1)))
    guard let oldItems = items(list, in: old), let newItems = items(list, in: new),
      let origin = source.path(in: old).flatMap({ old.node(at: $0) })
    else { return nil }
    let known = Set(oldItems.compactMap { $0[key]?.text })
    var found: [FixChange] = []
    for item in newItems {
      guard let name = item[key]?.text, !known.contains(name), isPart(item, of: origin) else { continue }
      let steps =
        list.steps + [.item(key: key, value: name, occurrence: 1)] + selector.steps.dropFirst(position + 1)
      let moved = YAMLSelector(steps: steps)
      guard let path = moved.path(in: new) ?? moved.renamed(to: change.new?.string)?.path(in: new) else { continue }
      found.append(
        FixChange(
          file: change.file, path: path.dotted, selector: moved.description, old: change.old, new: change.new))
    }
    return found.count == 1 ? found[0] : nil
  }

  /// The code of the source that a change is made in.
  static func source(of change: FixChange) -> String? {
    guard let steps = (try? YAMLSelector(change.selector))?.steps, steps.count > 1, steps[0] == .key("sources"),
      case .item("code", let code, let occurrence) = steps[1]
    else { return nil }
    return occurrence > 1 ? "\(code)#\(occurrence)" : code
  }

  private static func items(_ list: YAMLSelector, in root: YAMLNode) -> [YAMLNode]? {
    list.path(in: root).flatMap { root.node(at: $0) }?.items
  }

  /// Whether a source comes from another: it loads the same table, reads the same file, or most of its columns are the other's.
  private static func isPart(_ source: YAMLNode, of other: YAMLNode) -> Bool {
    if let table = source["table"]?.text, table == other["table"]?.text { return true }
    let addresses = names("url", in: source["files"])
    if !addresses.isDisjoint(with: names("url", in: other["files"])) { return true }
    let columns = names("original_name", in: source["columns"])
    let shared = columns.intersection(names("original_name", in: other["columns"]))
    return !columns.isEmpty && shared.count * 2 > columns.count
  }

  private static func names(_ key: String, in list: YAMLNode?) -> Set<String> {
    Set((list?.items ?? []).compactMap { $0[key]?.text })
  }
}
