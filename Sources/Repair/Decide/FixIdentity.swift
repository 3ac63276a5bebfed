public import Journal
internal import ManifestYAML

/// The names of a fix: the same failure and edits have the same ones on every machine and in every run.
public enum FixIdentity {
  /// Eight hex digits over publication, period, error type and edits.
  ///
  /// The failed source is not among them: it is in the edits, and one edit for several sources is one fix.
  public static func id(of candidate: Candidate, for failure: Failure) -> String {
    var parts = [failure.publication, failure.period, failure.error.type]
    for edit in candidate.edits {
      parts += [edit.file, edit.selector.description, text(edit.old), text(edit.new)]
    }
    return String(Digest.sha256(parts.joined(separator: "\u{1F}")).prefix(8))
  }

  /// `errata/<publication>/<period>/<source>-<action>-<id>`, of letters that every git and file system takes.
  public static func branch(of candidate: Candidate, for failure: Failure) -> String {
    let id = id(of: candidate, for: failure)
    let name = "\(component(failure.source ?? failure.stage, longest: 80))-\(candidate.action.rawValue)-\(id)"
    return "errata/\(component(failure.publication, longest: 60))/\(component(failure.period, longest: 40))/\(name)"
  }

  /// What was known of a failure when a fix was put forward: type, column, distinct failing values, input.
  ///
  /// A fix that was turned down is offered again only when this is another.
  public static func evidenceHash(of failure: Failure, evidence: Evidence) -> String {
    var parts = [failure.error.type, failure.error.column ?? "", evidence.input?.sha256 ?? ""]
    for column in evidence.failingColumns.sorted(by: { $0.column < $1.column }) {
      parts.append(column.column)
      parts += column.values.map(\.value).sorted()
    }
    return Digest.sha256(parts.joined(separator: "\u{1F}"))
  }

  /// The earlier fix with the same edits that a person turned down on the same evidence.
  public static func refusal(of id: String, evidenceHash: String, in history: [FixRecord]) -> FixRecord? {
    history.last { record in
      record.id == id && (record.status == .rejected || record.status == .reverted)
        && record.evidenceHash == evidenceHash
    }
  }

  /// A part of a branch name: what git or a shell might trip over becomes a hyphen.
  static func component(_ text: String, longest: Int) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(longest) {
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      if isPlain || scalar == "_" || (scalar == "." && !result.isEmpty && result.last != ".") {
        result.unicodeScalars.append(scalar)
      } else if result.last != "-", !result.isEmpty {
        result.append("-")
      }
    }
    while let last = result.last, last == "." || last == "-" { result.removeLast() }
    if result.hasSuffix(".lock") { result = result.dropLast(5) + "-lock" }
    return result.isEmpty ? "unnamed" : result
  }

  static func text(_ value: JSONValue?) -> String { value.map { "=\(ValueText.plain($0))" } ?? "absent" }
}

/// Values as people read them, always the same for the same value.
public enum ValueText {
  /// A value on one line.
  public static func plain(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): String(value)
    case .int(let value): String(value)
    case .double(let value): String(value)
    case .string(let value): value
    case .array(let items): "[" + items.map(item).joined(separator: ", ") + "]"
    case .object(let members):
      "{" + members.sorted { $0.key < $1.key }.map { "\($0.key): \(item($0.value))" }.joined(separator: ", ") + "}"
    }
  }

  private static func item(_ value: JSONValue) -> String {
    if case .string(let text) = value { return "'\(text)'" }
    return plain(value)
  }
}
