public import Foundation
internal import Journal
internal import ManifestYAML

/// Reads dbt's artifacts: what became of each model, seed, snapshot, test and source.
public struct DBTResults {
  /// What dbt left in its target folder; nil for a file that is not there or not of this attempt.
  public struct Artifacts: Sendable {
    /// `run_results.json`.
    public var runResults: [UInt8]?
    /// `sources.json`, which `dbt source freshness` writes.
    public var sources: [UInt8]?
    /// `manifest.json`, of whatever attempt: it says what the nodes are called and where they stand.
    public var manifest: [UInt8]?

    /// Gathers artifacts.
    public init(runResults: [UInt8]? = nil, sources: [UInt8]? = nil, manifest: [UInt8]? = nil) {
      self.runResults = runResults
      self.sources = sources
      self.manifest = manifest
    }
  }

  /// The variable that dbt copies into its artifacts, and that names the attempt which they are of.
  public static let attemptVariable = "DBT_ENV_CUSTOM_ENV_ERRATA_ATTEMPT"

  private let attempt: String
  private let started: Date
  private let target: String?
  private let project: String
  private let text: (String) -> String?

  /// Prepares the reading of one attempt's artifacts.
  ///
  /// - Parameters:
  ///   - attempt: What the attempt was given as `attemptVariable`.
  ///   - started: When it began.
  ///   - target: The dbt target that is meant; nil for any.
  ///   - project: Where the dbt project is in the workspace; empty for the workspace itself.
  ///   - text: A file of the dbt project by its path in it; nil when there is none.
  public init(
    attempt: String, started: Date, target: String? = nil, project: String = "", text: @escaping (String) -> String?
  ) {
    self.attempt = attempt
    self.started = started
    self.target = target
    self.project = project
    self.text = text
  }

  /// Reads the artifacts.
  public func reading(_ artifacts: Artifacts) -> ResultReading {
    var reading = ResultReading()
    let manifest = artifacts.manifest.flatMap { try? JSONDecoder().decode(DBTManifest.self, from: Data($0)) }
    if artifacts.manifest != nil, manifest == nil {
      reading.notes.append("manifest.json cannot be read, so that nodes are called by their identities")
    }
    let names = DBTNames(manifest)
    var problems: [String] = []
    for (name, bytes) in [("sources.json", artifacts.sources), ("run_results.json", artifacts.runResults)] {
      guard let bytes else { continue }
      do throws(ReadingProblem) {
        let document = try Self.document(bytes, name)
        try check(document, name)
        for result in document.results.prefix(ResultReading.mostOutcomes) {
          reading.outcomes.append(outcome(result, names, manifest))
        }
      } catch {
        problems.append(error.sentence)
      }
    }
    if reading.outcomes.isEmpty {
      reading.problem =
        problems.first ?? "dbt left no run_results.json in this attempt: it did not come as far as running anything"
    } else {
      reading.notes += problems
    }
    return reading
  }

  private struct ReadingProblem: Error { let sentence: String }

  private static func document(_ bytes: [UInt8], _ name: String) throws(ReadingProblem) -> DBTRunResults {
    do {
      return try JSONDecoder().decode(DBTRunResults.self, from: Data(bytes))
    } catch {
      throw ReadingProblem(sentence: "\(name) is not what dbt writes: it is cut off, or of a version that is not known")
    }
  }

  /// Refuses what another invocation or target left there.
  private func check(_ document: DBTRunResults, _ name: String) throws(ReadingProblem) {
    if let other = document.metadata.env?["ERRATA_ATTEMPT"] {
      guard other == attempt else {
        throw ReadingProblem(sentence: "\(name) is of another invocation of dbt and was not read")
      }
    } else if let made = document.metadata.generatedAt.flatMap(Self.date), made < started {
      throw ReadingProblem(sentence: "\(name) is older than this attempt and was not read")
    }
    if let target, let other = document.args?.target, other != target {
      throw ReadingProblem(sentence: "\(name) is of the target '\(other)', and '\(target)' is meant: it was not read")
    }
  }

  private static func date(_ text: String) -> Date? {
    let plain = text.split(separator: ".").first.map(String.init) ?? text
    let zoned = plain.hasSuffix("Z") ? plain : plain + "Z"
    // The fraction is left out, so that a file of the same second counts as later.
    return (try? Date(zoned, strategy: .iso8601))?.addingTimeInterval(1)
  }

  private func outcome(
    _ result: DBTRunResults.Result, _ names: DBTNames, _ manifest: DBTManifest?
  ) -> SourceOutcome {
    let node = manifest?.node(result.uniqueID)
    var outcome = SourceOutcome(names.name(of: result.uniqueID), .success)
    outcome.facts["node"] = .string(result.uniqueID)
    if let file = node?.file { outcome.facts["path"] = .string(project.isEmpty ? file : "\(project)/\(file)") }
    switch result.status {
    case "success", "pass", "no-op", "reused":
      outcome.rows = result.adapterResponse?["rows_affected"]?.int
    case "warn":
      outcome.facts["warning"] = .string(result.message ?? "it is due for a new load")
    case "skipped":
      outcome.status = .skipped
      outcome.message = result.message ?? "a node before it failed"
      outcome.facts["waits"] = true
    default:
      fail(&outcome, result, node)
    }
    return outcome
  }

  private func fail(_ outcome: inout SourceOutcome, _ result: DBTRunResults.Result, _ node: DBTManifest.Node?) {
    outcome.status = .failed
    outcome.message = result.message
    if let test = node?.test, result.status == "fail" {
      outcome.fields["error_type"] = Self.type(ofTest: test.name).rawValue
    } else if result.status == "fail" {
      outcome.fields["error_type"] = ErrorType.constraintViolation.rawValue
    }
    if let age = result.age {
      outcome.fields["error_type"] = ErrorType.constraintViolation.rawValue
      outcome.message = Self.freshness(age, result.criteria)
    } else if outcome.message == nil, outcome.facts["node"]?.string?.hasPrefix("source.") == true {
      outcome.message = "how fresh it is could not be found out"
    }
    if let column = node?.columnName { outcome.fields["column"] = column }
    if let about = node?.attachedName { outcome.fields["table"] = about }
    guard let node, let file = node.file else { return }
    let line = DBTLines(text: text(file)).line(of: node, message: result.message)
    if let line { outcome.facts["line"] = .int(line) }
    // What resume compares with the files that changed.
    outcome.fields["file"] = outcome.facts["path"]?.string
    outcome.message = outcome.message ?? "dbt says that it failed, and not why"
  }

  private static func type(ofTest name: String) -> ErrorType {
    switch name {
    case "not_null": .nullViolation
    case "unique": .duplicateKey
    default: .constraintViolation
    }
  }

  private static func freshness(_ age: Double, _ criteria: [String: JSONValue]?) -> String {
    var sentence = "its newest row is \(Self.words(seconds: age)) old"
    if let limit = criteria?["error_after"], let count = limit["count"]?.int, let period = limit["period"]?.string {
      sentence += ", and \(count) \(period)\(count == 1 ? "" : "s") are allowed"
    }
    return sentence
  }

  private static func words(seconds: Double) -> String {
    let (count, unit): (Int, String) =
      seconds >= 172_800
      ? (Int(seconds / 86_400), "days")
      : seconds >= 7200 ? (Int(seconds / 3600), "hours") : (Int(seconds / 60), "minutes")
    return "\(count) \(unit)"
  }
}

/// Finds the line of a dbt project's file that a failure is about.
struct DBTLines {
  /// The file's text; nil when it cannot be read.
  let text: String?

  /// The line, 1-based; nil where it is not certain.
  func line(of node: DBTManifest.Node, message: String?) -> Int? {
    guard let text, let file = node.file else { return nil }
    if file.hasSuffix(".sql") { return statementLine(in: text, message) }
    if file.hasSuffix(".yml") || file.hasSuffix(".yaml") { return propertyLine(in: text, node) }
    return nil
  }

  /// A database shows the line of the compiled statement; in the model it is the one line that reads the same.
  private func statementLine(in text: String, _ message: String?) -> Int? {
    let shown = (message ?? "").split(separator: "\n").lazy.compactMap { line -> String? in
      let words = line.drop(while: \.isWhitespace)
      guard words.hasPrefix("LINE "), let colon = words.firstIndex(of: ":") else { return nil }
      return String(words[words.index(after: colon)...]).trimmingCharacters(in: .whitespaces)
    }.first
    guard let shown, !shown.isEmpty else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let found = lines.indices.filter { lines[$0].trimmingCharacters(in: .whitespaces) == shown }
    return found.count == 1 ? found[0] + 1 : nil
  }

  /// Where a schema file has a test, or a source's table.
  private func propertyLine(in text: String, _ node: DBTManifest.Node) -> Int? {
    guard let root = (try? YAMLFile(Array(text.utf8), name: ""))?.root else { return nil }
    if let source = node.sourceName {
      let own = root["sources"]?.items.first { $0["name"]?.text == source }
      return own?["tables"]?.items.first { $0["name"]?.text == node.name }?.line ?? own?.line
    }
    guard let test = node.test, let about = node.attachedName else {
      return nil
    }
    let kinds = ["models", "seeds", "snapshots"]
    guard
      let owner = kinds.lazy.flatMap({ root[$0]?.items ?? [] }).first(where: { $0["name"]?.text == about })
    else { return nil }
    var place = owner
    if let column = node.columnName {
      guard let found = owner["columns"]?.items.first(where: { $0["name"]?.text == column }) else { return nil }
      place = found
    }
    let tests = ["data_tests", "tests"].flatMap { place[$0]?.items ?? [] }
    let own = tests.first { $0.text == test.name || $0[test.name] != nil || $0["test_name"]?.text == test.name }
    return (own ?? place).line
  }
}
