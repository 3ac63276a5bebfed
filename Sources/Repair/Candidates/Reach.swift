public import Journal
public import ManifestYAML

/// How far a fix reaches.
///
/// A fix is for *this and future* periods when what it edits came from the reference manifest, so that the next period would
/// come to the same failure: the reference has the same source and column, says there what the manifest said before the edit,
/// and the edited key is one that a period takes from it. What is the period's own (addresses, sheets, header rows, switches)
/// reaches this period only.
public enum Reach {
  /// The keys that a period's manifest takes from the reference.
  static let inherited: Set = [
    "data_type", "null_values", "date_format", "decimal", "encoding", "delimiter", "original_name", "optional",
    "columns",
  ]

  /// The edits by which a candidate spares future periods the failure.
  ///
  /// - Parameters:
  ///   - manifest: The manifest that failed.
  ///   - reference: The publication's reference manifest, named as edits name it; it may be the failed one itself.
  /// - Returns: None where the candidate is about this period only; ``FixReach`` says which it is.
  public static func edits(
    of candidate: Candidate, source identity: String?, manifest: YAMLFile, reference: YAMLFile
  ) -> (reach: FixReach, edits: [FixEdit]) {
    guard let identity, let source = ManifestSource(identity: identity, in: manifest, file: manifest.name) else {
      return (.thisPeriod, [])
    }
    let own = candidate.edits.filter { edit in edit.file == manifest.name && isInherited(edit, of: source) }
    if manifest.name == reference.name { return (own.isEmpty ? .thisPeriod : .thisAndFuture, []) }
    guard let other = counterpart(of: source, identity: identity, in: reference) else { return (.thisPeriod, []) }
    let edits = own.compactMap { edit in counterpart(of: edit, from: source, in: other) }
      .filter { (try? $0.operations(in: reference)) != nil }
    return (edits.isEmpty ? .thisPeriod : .thisAndFuture, edits)
  }

  /// Whether an edit is of the source and of a key that the reference decides.
  private static func isInherited(_ edit: FixEdit, of source: ManifestSource) -> Bool {
    let isOwn = Array(edit.selector.steps.prefix(source.steps.count)) == source.steps
    switch edit.selector.steps.last {
    case .key(let key)?: return isOwn && inherited.contains(key)
    case .item?: return isOwn && edit.old == nil
    case .value?, nil: return false
    }
  }

  /// The same source in the reference: of the same code, else of one that differs by its period only.
  private static func counterpart(
    of source: ManifestSource, identity: String, in reference: YAMLFile
  ) -> ManifestSource? {
    if let same = ManifestSource(identity: identity, in: reference, file: reference.name) { return same }
    let codes = (reference.root?["sources"]?.items ?? []).compactMap { $0["code"]?.text }
    let wanted = subject(identity)
    let alike = codes.filter { subject($0) == wanted }
    guard !wanted.isEmpty, alike.count == 1 else { return nil }
    return ManifestSource(identity: alike[0], in: reference, file: reference.name)
  }

  private static func subject(_ code: String) -> [String] {
    PeriodWords.pieces(of: code).filter { !PeriodWords.isPeriod($0) }
  }

  /// The same edit in the reference's source; nil where the reference says something else there, or has it already.
  private static func counterpart(
    of edit: FixEdit, from source: ManifestSource, in other: ManifestSource
  ) -> FixEdit? {
    if case .item? = edit.selector.steps.last { return added(edit, to: other) }
    guard case .key(let key)? = edit.selector.steps.last, let root = source.root.node(of: edit.selector, parent: true)
    else { return nil }
    let inSource = edit.selector.steps.count == source.steps.count + 1
    let found: FixEdit?
    if inSource {
      found = other.edit(key, to: edit.new)
    } else if edit.selector.steps.dropFirst(source.steps.count).first == .key("columns") {
      found = column(edit, root, key: key, in: other)
    } else {
      found = other.settings(key).first?.setting(edit.new ?? .null)
    }
    guard let found, found.old == edit.old, found.new == edit.new else { return nil }
    return found
  }

  /// The edit of the reference's column, if it is declared alike there.
  private static func column(_ edit: FixEdit, _ node: YAMLNode, key: String, in other: ManifestSource) -> FixEdit? {
    guard
      let column = other.column(
        named: node["semantic_name"]?.text ?? node["original_name"]?.text ?? "",
        originalName: node["original_name"]?.text),
      column.node["data_type"]?.text == node["data_type"]?.text
    else { return nil }
    return column.edit(key, in: other.file, to: edit.new)
  }

  /// A column that a candidate adds to the source, added to the reference's as well.
  private static func added(_ edit: FixEdit, to other: ManifestSource) -> FixEdit? {
    guard let item = edit.selector.steps.last, other.node["columns"]?.kind == .sequence else { return nil }
    let selector = YAMLSelector(steps: other.steps + [.key("columns"), item])
    return FixEdit(file: other.file, selector: selector, old: nil, new: edit.new)
  }
}

extension YAMLNode {
  /// What a selector names, or what its last step stands in; nil where there is nothing.
  fileprivate func node(of selector: YAMLSelector, parent: Bool) -> YAMLNode? {
    let steps = parent ? Array(selector.steps.dropLast()) : selector.steps
    return YAMLSelector(steps: steps).path(in: self).flatMap { node(at: $0) }
  }
}
