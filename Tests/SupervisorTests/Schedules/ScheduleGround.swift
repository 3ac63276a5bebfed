import Foundation
import Git
import Journal
import ManifestYAML
import Repair

@testable import Supervisor

/// A bare remote and a clone of it for each bot, with four sources in two manifests that fail until a `*` is read as null.
final class ScheduleGround: Sendable {
  let root: String
  var bare: String { root + "/origin.git" }

  struct Broken: Error { let what: String }

  init() throws {
    root = FileManager.default.temporaryDirectory.path + "/errata-schedule-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    let start = try Repository.initialize(at: root + "/start", branch: "main")
    let files = [0, 1].map { FileChange(path: Self.file($0 * 2), contents: Array(Self.text.utf8)) }
    let person = SchedulePerson.signature(0)
    let first = try start.createCommit(
      onto: nil, parents: [], changes: files + [FileChange(path: "README.md", contents: Array("A workspace.\n".utf8))],
      author: person, committer: person, message: "Start")
    try start.update("refs/heads/main", from: nil, to: first, reason: "start")
    try Self.git("clone", "--quiet", "--bare", "--template=", root + "/start", bare)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  /// A machine's clone, new.
  func clone(_ name: String) throws -> String {
    let place = root + "/" + name
    if FileManager.default.fileExists(atPath: place) { try FileManager.default.removeItem(atPath: place) }
    try Self.git("clone", "--quiet", "--template=", bare, place)
    return place
  }

  @discardableResult
  static func git(_ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["GIT_CONFIG_GLOBAL=/dev/null", "git"] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Broken(what: "git \(arguments.joined(separator: " ")): \(output)")
    }
    return output
  }

  // MARK: The four failures and their fixes

  static let failures = 0..<4

  static func file(_ failure: Int) -> String {
    "manifests/backfill/p\(failure / 2)/p\(failure / 2)_nov25_enriched.yaml"
  }

  static let text =
    "manifest: {name: m}   # the key\nsources:\n"
    + [0, 1].map { number in
      """
      - code: s\(number)
        table: tbl_s\(number)
        enabled: true
        columns:
        - original_name: Org
          semantic_name: org
          data_type: varchar
        - original_name: Count
          semantic_name: count
          data_type: integer
        - original_name: Note
          semantic_name: note
          data_type: varchar

      """
    }.joined()

  static func id(_ failure: Int) -> String { "0000000\(failure)" }

  static func branch(_ failure: Int) -> String {
    "errata/p\(failure / 2)/nov25/s\(failure % 2)-add_null_values-\(id(failure))"
  }

  /// The fix as a run of one machine proposes it: another machine's commit differs in the run's name alone.
  static func proposal(_ failure: Int, run: String) throws -> Proposal {
    let selector = try YAMLSelector("sources[code=s\(failure % 2)].columns[original_name=\"Count\"].null_values")
    let record = FixRecord(
      id: id(failure), branch: branch(failure), publication: "p\(failure / 2)", period: "nov25",
      source: "s\(failure % 2)", stage: "load", errorType: "type_mismatch", action: "add_null_values", confidence: 0.9,
      verified: true, files: [file(failure)], changes: [], run: run, summary: "read '*' as null")
    return Proposal(
      record: record, edits: [FixEdit(file: file(failure), selector: selector, old: nil, new: ["*"])],
      message: "fix(p\(failure / 2)/nov25): read '*' as null\n\nErrata-Fix: \(id(failure))\nErrata-Run: \(run)\n")
  }

  /// What a manifest has at the place of a fix, as it is written there; nil when the source fails.
  static func value(_ failure: Int, in text: String) -> String? {
    let lines = text.components(separatedBy: "\n")
    guard let place = place(failure, in: lines), lines[place].hasPrefix("    null_values: ") else { return nil }
    return String(lines[place].dropFirst("    null_values: ".count))
  }

  /// The manifest with another value there.
  static func setting(_ failure: Int, to value: String?, in text: String) throws -> String {
    var lines = text.components(separatedBy: "\n")
    guard let place = place(failure, in: lines) else {
      throw Broken(what: "no source for failure \(failure) in:\n\(text)")
    }
    if lines[place].hasPrefix("    null_values: ") { lines.remove(at: place) }
    if let value { lines.insert("    null_values: " + value, at: place) }
    return lines.joined(separator: "\n")
  }

  private static func place(_ failure: Int, in lines: [String]) -> Int? {
    guard let source = lines.firstIndex(of: "- code: s\(failure % 2)"),
      let column = lines[source...].firstIndex(of: "  - original_name: Count"),
      let type = lines[column...].firstIndex(where: { $0.hasPrefix("    data_type: ") })
    else { return nil }
    return type + 1
  }
}
