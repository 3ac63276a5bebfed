/// What a fix does: a list of edits to YAML files, nothing else.
public enum FixAction: String, Codable, CaseIterable, Sendable {
  case fixManifestType = "fix_manifest_type"
  case addNullValues = "add_null_values"
  case fixManifestURL = "fix_manifest_url"
  case fixSheetName = "fix_sheet_name"
  case fixColumnName = "fix_column_name"
  case fixDateFormat = "fix_date_format"
  case fixEncoding = "fix_encoding"
  case fixHeaderRow = "fix_header_row"
  case fixLoadMode = "fix_load_mode"
  case markColumnOptional = "mark_column_optional"
  case addColumn = "add_column"
  case disableSource = "disable_source"
  case addPeriod = "add_period"
  case removePeriod = "remove_period"
  case reviseGoal = "revise_goal"
  case addConstraint = "add_constraint"
}

/// What changes state and no file.
public enum StateAction: Codable, Hashable, Sendable {
  /// Wait until the day, `yyyy-mm-dd`; nil when no date is known.
  case markPending(until: String?)
  /// The same command may succeed by itself.
  case retry(reason: String)
  /// Leave the source out of this run.
  case skipAndContinue(reason: String)
  /// A person has to look.
  case escalateToHuman(reason: String)

  /// The seeds' name of the action.
  public var name: String {
    switch self {
    case .markPending: "mark_pending"
    case .retry: "retry"
    case .skipAndContinue: "skip_and_continue"
    case .escalateToHuman: "escalate_to_human"
    }
  }
}

/// What a fix gives up, least first. Of two fixes that work, the one that loses less wins.
public struct Loss: Codable, Hashable, Comparable, Sendable {
  /// The kinds of loss in their order.
  public enum Kind: Int, Codable, Comparable, Sendable {
    /// Every value keeps its meaning and type; what is read as null was a marker for "no value".
    case nothing
    /// The column's type becomes a wider one of the same sort.
    case widening
    /// Numbers or dates become text: no sums, no ranges.
    case arithmetic
    /// A column is empty from now on.
    case column
    /// The whole source is left out.
    case source

    /// By what is lost.
    public static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
  }

  /// What kind of thing is lost.
  public var kind: Kind
  /// How many values it touches.
  public var values: Int

  /// Creates a loss.
  public init(_ kind: Kind, values: Int = 0) {
    self.kind = kind
    self.values = values
  }

  /// First by kind, then by the values touched.
  public static func < (left: Loss, right: Loss) -> Bool {
    (left.kind, left.values) < (right.kind, right.values)
  }

  /// The larger of two losses, the values of both.
  public func joined(with other: Loss) -> Loss { Loss(max(kind, other.kind), values: values + other.values) }
}
