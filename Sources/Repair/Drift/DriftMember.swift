internal import Journal
internal import ManifestYAML

/// A source of a drift with what became of it.
public struct DriftMember: Sendable {
  /// What came of its trials.
  public enum Outcome: Sendable {
    /// An edit that held, as the fix of that id.
    case fix(id: String, Ranked)
    /// No edit held, or none may be tried: a person has to look.
    case escalated(reason: String)
    /// Its trials did not come to their end: the next run tries again.
    case postponed(reason: String)
  }

  /// What changed in it.
  public let sign: DriftSign
  /// What came of it.
  public let outcome: Outcome
  /// What earlier fixes had changed in vain and is put back first.
  public let rolledBack: [FixEdit]

  /// Puts a source together with what became of it.
  public init(sign: DriftSign, outcome: Outcome, rolledBack: [FixEdit] = []) {
    self.sign = sign
    self.outcome = outcome
    self.rolledBack = rolledBack
  }
}

/// What one edit does to a column.
struct ColumnEdit: Hashable {
  let column: String
  let key: String
  let old: String
  let new: String

  /// Nil where the edit is not about a column.
  init?(_ edit: FixEdit) {
    guard case .key(let key)? = edit.selector.steps.last,
      let columns = edit.selector.steps.firstIndex(of: .key("columns")),
      edit.selector.steps.indices.contains(columns + 1),
      case .item(_, let column, _) = edit.selector.steps[columns + 1]
    else { return nil }
    self.column = column
    self.key = key
    old = edit.old.map(ValueText.plain) ?? "not there"
    new = edit.new.map(ValueText.plain) ?? "removed"
  }
}

extension DriftMember {
  /// The edits of its columns, as they were proven.
  var edits: [ColumnEdit] {
    guard case .fix(_, let chosen) = outcome else { return [] }
    return chosen.candidate.edits.compactMap(ColumnEdit.init)
  }

  /// Its columns that are read from another header.
  var renamed: [ColumnEdit] { edits.filter { $0.key == "original_name" } }
  /// Its columns with another type.
  var retyped: [ColumnEdit] { edits.filter { $0.key == "data_type" } }
  /// Its columns that may be missing.
  var optional: [ColumnEdit] { edits.filter { $0.key == "optional" } }
  /// What else is read in another way: dates, markers.
  var others: [ColumnEdit] { edits.filter { !["original_name", "data_type", "optional"].contains($0.key) } }
  /// Whether the source is left out as a whole.
  var isDisabled: Bool {
    guard case .fix(_, let chosen) = outcome else { return false }
    return chosen.candidate.action == .disableSource
  }

  /// Whether an edit of it holds.
  var isProven: Bool {
    guard case .fix(_, let chosen) = outcome else { return false }
    return chosen.verdict?.passed == true
  }

  /// Its fix.
  var fix: String? { if case .fix(let id, _) = outcome { id } else { nil } }
}
