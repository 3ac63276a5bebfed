internal import Foundation
internal import Journal

/// What has to be known to repeat a fix's verification, beside its commit: the edit is the commit's change, and the files
/// and commands as they were are its parent's.
///
/// It stands in the report as lines of `name: JSON`, and is read back from there.
public struct VerificationRecord: Codable, Hashable, Sendable {
  /// How the stage failed without the edit.
  public struct Control: Codable, Hashable, Sendable {
    /// The error's type.
    public var type: String
    /// The column that it named.
    public var column: String?
    /// The sheet that it named.
    public var sheet: String?

    /// Creates what a control showed.
    public init(type: String, column: String? = nil, sheet: String? = nil) {
      self.type = type
      self.column = column
      self.sheet = sheet
    }
  }

  /// How it passed with the edit.
  public struct Treatment: Codable, Hashable, Sendable {
    /// The rows that loaded.
    public var rows: Int?
    /// How many nulls the edited columns have.
    public var nulls: [String: Int]

    /// Creates what a treatment showed.
    public init(rows: Int? = nil, nulls: [String: Int] = [:]) {
      self.rows = rows
      self.nulls = nulls
    }
  }

  /// The stage that failed.
  public var stage: String
  /// The manifest that it reads, relative to the workspace.
  public var manifest: String?
  /// The command, its placeholders not filled in, as `pipeline.yaml` has it.
  public var command: [String]
  /// The table whose definition and rows the scratch database starts with; nil where it starts empty.
  public var table: String?
  /// The digest of the bytes that were read.
  public var input: String?
  /// Without the edit.
  public var control: Control
  /// With it.
  public var treatment: Treatment

  /// Notes down a verification; nil for one that did not pass.
  ///
  /// - Parameter columns: The columns whose nulls are noted.
  public init?(
    _ verdict: Verdict, stage: String, manifest: String?, command: [String], table: String?, columns: [String]
  ) {
    guard verdict.passed, let error = verdict.control.error else { return nil }
    self.stage = stage
    self.manifest = manifest
    self.command = command
    self.table = table
    input = verdict.treatment.inputHash
    control = Control(type: error.type, column: error.column, sheet: error.sheet)
    treatment = Treatment(
      rows: verdict.treatment.rows, nulls: verdict.treatment.nullCounts.filter { columns.contains($0.key) })
  }

  /// The heading of the part of a report that it stands in.
  static let heading = "How to repeat it"

  /// Its lines, without indent.
  var lines: [String] {
    let coder = JSONEncoder()
    coder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func line(_ name: String, _ value: (some Encodable)?) -> String? {
      guard let value, let data = try? coder.encode(value) else { return nil }
      return "\(name): " + TextLayout.flattened(String(decoding: data, as: UTF8.self), longest: 10_000)
    }
    return [
      line("stage", stage), line("manifest", manifest), line("command", command), line("table", table),
      line("input", input), line("without", control), line("with", treatment),
    ].compactMap { $0 }
  }

  /// Reads it back from a report or a commit message; nil where there is none, or it was altered.
  public init?(report: String) {
    let lines = report.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).trimmed }
    let heading = VerificationRecord.heading
    let underline = String(repeating: "=", count: heading.count)
    let start = lines.indices.first { index in
      lines[index] == "### " + heading
        || (lines[index] == heading && index + 1 < lines.count && lines[index + 1] == underline)
    }
    guard let start else { return nil }
    var values: [String: Data] = [:]
    for line in lines[start...].dropFirst() {
      guard let colon = line.firstRange(of: ": ") else { continue }
      let name = String(line[..<colon.lowerBound])
      // The first counts: what a report quotes further down is data.
      if values[name] == nil { values[name] = Data(line[colon.upperBound...].utf8) }
    }
    func value<Value: Decodable>(_ name: String) -> Value? {
      values[name].flatMap { try? JSONDecoder().decode(Value.self, from: $0) }
    }
    guard let stage: String = value("stage"), let command: [String] = value("command"),
      let control: Control = value("without"), let treatment: Treatment = value("with")
    else { return nil }
    self.stage = stage
    manifest = value("manifest")
    self.command = command
    table = value("table")
    input = value("input")
    self.control = control
    self.treatment = treatment
  }

  /// What came out otherwise in a verdict on the same edit, a sentence each; empty when it is the same.
  public func differences(from verdict: Verdict) -> [String] {
    var found: [String] = []
    let error = verdict.control.error
    if error?.type != control.type {
      found.append(
        "Without the edit the stage \(error.map { "failed with \($0.type)" } ?? "passed") now, and failed with \(control.type) then."
      )
    } else if let column = control.column, let other = error?.column, column != other {
      found.append("Without the edit the stage failed at column \(other) now, and at \(column) then.")
    }
    if !verdict.passed, error?.type == control.type { found.append(verdict.reason) }
    if let rows = treatment.rows, let now = verdict.treatment.rows, rows != now {
      found.append("With the edit \(Numbers.grouped(now)) rows loaded now, and \(Numbers.grouped(rows)) then.")
    }
    for (column, nulls) in treatment.nulls.sorted(by: { $0.key < $1.key }) {
      guard let now = verdict.treatment.nullCounts[column], now != nulls else { continue }
      found.append("\(column) is null in \(Numbers.grouped(now)) rows now, and in \(Numbers.grouped(nulls)) then.")
    }
    return found
  }
}
