import DataFiles
import Foundation
import Journal
import ManifestYAML
import Patterns
import PostgreSQL
import Repair

extension StageResults {
  /// How much of a log is read: its end is where a stage says how it came out.
  private static let mostLog = 64 << 20

  /// What one reader finds.
  func reading(_ reader: ResultReader, log: String?) async -> ResultReading {
    switch reader.kind {
    case .events: ResultReading()
    case .log(let path, let patterns): self.log(path ?? "", patterns, reader, own: path == nil ? log : nil)
    case .json(let path, let records, let fields): json(path, records, fields, reader)
    case .dbt(let folder, let project, let target): dbt(folder, project, target)
    case .sql(let query): await sql(query, reader)
    }
  }

  private func log(
    _ path: String, _ patterns: [LogResultPattern], _ reader: ResultReader, own: String?
  ) -> ResultReading {
    guard var results = try? LogResults(patterns, words: reader.words, source: step.source) else {
      return ResultReading(problem: "one of its patterns is no regular expression")
    }
    if let own {
      // Each attempt's output is a file of its own.
      guard LogLines.each(in: own, last: Self.mostLog, limit: StageValidation.longestLine, { results.read($0) }) else {
        return ResultReading(problem: "the output was not kept")
      }
      return results.reading
    }
    switch content(path, appended: true) {
    case .problem(let problem): return ResultReading(problem: problem)
    case .written(let bytes):
      for line in bytes.suffix(Self.mostLog).split(separator: UInt8(ascii: "\n")) {
        results.read(tools.redact(String(decoding: line.prefix(StageValidation.longestLine), as: UTF8.self)))
      }
      return results.reading
    }
  }

  private func json(
    _ path: String, _ records: YAMLPath?, _ fields: RecordFields, _ reader: ResultReader
  ) -> ResultReading {
    let name = values.fill(path)
    switch content(path) {
    case .problem(let problem): return ResultReading(problem: problem)
    case .written(let bytes):
      guard let document = try? JSONDecoder().decode(JSONValue.self, from: bytes) else {
        return ResultReading(problem: "\(name) is no JSON, or is cut off")
      }
      guard let list = RecordResults.records(in: document, at: records) else {
        return ResultReading(problem: "\(name) has no list at \(records?.dotted ?? "its root")")
      }
      return RecordResults.reading(list, fields: fields, words: reader.words, place: name, source: step.source)
    }
  }

  private func dbt(_ folder: String, _ project: String, _ target: String?) -> ResultReading {
    var artifacts = DBTResults.Artifacts()
    var problem: String?
    switch content("\(folder)/run_results.json") {
    case .written(let bytes): artifacts.runResults = [UInt8](bytes)
    case .problem(let words): problem = "\(words); dbt did not come as far as running anything"
    }
    if case .written(let bytes) = content("\(folder)/sources.json") { artifacts.sources = [UInt8](bytes) }
    artifacts.manifest = Self.bytes(at: Self.place(values.fill("\(folder)/manifest.json"), workspace))
    let root = Self.place(values.fill(project), workspace)
    let results = DBTResults(
      attempt: attempt, started: started, target: target.map { values.fill($0) },
      project: workspace.relative(root),
      text: { path in
        guard !path.split(separator: "/").contains("..") else { return nil }
        return Self.bytes(at: "\(root)/\(path)").map { String(decoding: $0, as: UTF8.self) }
      })
    var reading = results.reading(artifacts)
    if artifacts.runResults == nil, artifacts.sources == nil { reading.problem = problem ?? reading.problem }
    return reading
  }

  /// The nodes of the dbt project as this attempt found them; nil when it did not come as far.
  func nodes(in folder: String) -> Set<String>? {
    guard case .written(let bytes) = content("\(folder)/manifest.json") else { return nil }
    return DBTNames(manifest: [UInt8](bytes))?.all
  }

  static func bytes(at path: String) -> [UInt8]? {
    guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int,
      size <= ArtifactMark.largest
    else { return nil }
    return FileManager.default.contents(atPath: path).map { [UInt8]($0) }
  }

  private func sql(_ query: ResultQuery, _ reader: ResultReader) async -> ResultReading {
    let database: String
    if let variable = query.addressVariable {
      guard let address = ProcessInfo.processInfo.environment[variable], !address.isEmpty else {
        return ResultReading(problem: "the variable \(variable), which names the database, is not set")
      }
      database = address
    } else {
      database = values.fill(query.database)
    }
    let limit = Duration.seconds(query.timeoutSeconds)
    do throws(ResultQueryError) {
      let asked = ResultStatement(query.query, values: values.values)
      let records =
        PostgreSQLAddress.isAddress(database)
        ? try await asked.rows(server: database, within: limit)
        : try await asked.rows(file: Self.place(database, workspace), within: limit)
      return RecordResults.reading(
        records.map { (nil, $0) }, fields: RecordFields(), words: reader.words, place: "the query",
        source: step.source)
    } catch {
      return ResultReading(problem: error.sentence)
    }
  }
}
