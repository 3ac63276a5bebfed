import Repair
import Supervisor
import Testing

/// `results:` in pipeline.yaml.
struct ResultReaderConfigurationTests {
  private static let publications = "publications: {adhd: {urls: [{period: nov25, url: 'https://example.org'}]}}\n"

  private func folder(_ results: String) throws -> ConfiguredFolder {
    let pipeline = "stages:\n- name: load\n  command: [x]\n  results:\n\(results)\n"
    return try ConfiguredFolder(["publications.yaml": Self.publications, "pipeline.yaml": pipeline])
  }

  @Test("Each of the five readers is read with its keys")
  func kinds() throws {
    let folder = try folder(
      #"""
          - {read: events, path: "out/{period}.jsonl"}
          - read: log
            patterns:
              - 'Loading: (?<source>\S+)'
              - {pattern: 'Loaded (?<rows>\d+)', status: success}
            statuses: {already_loaded: [SKIPPED]}
            untold: failed
          - {read: sql, query: "SELECT source, status FROM t WHERE p = {period} AND at > {started_at}", database_env: WAREHOUSE}
          - {read: dbt, path: dbt/target, target: prod}
          - {read: json, path: out.json, records: "run.tables[0]", fields: {source: name}}
      """#)
    let configuration = try Configuration.load(folder.workspace)
    let readers = try #require(configuration.pipeline["load"]?.results)
    #expect(readers.map(\.name) == ["events", "log", "sql", "dbt", "json"])
    #expect(readers[0].kind == .events(path: "out/{period}.jsonl"))
    #expect(
      readers[1].kind
        == .log(
          path: nil,
          patterns: [
            LogResultPattern(#"Loading: (?<source>\S+)"#), LogResultPattern(#"Loaded (?<rows>\d+)"#, status: .success),
          ]))
    #expect(readers[1].words.status("skipped") == .alreadyLoaded && readers[1].silence == .failed)
    guard case .sql(let query) = readers[2].kind else { return #expect(Bool(false), "\(readers[2])") }
    #expect(query.addressVariable == "WAREHOUSE" && query.timeoutSeconds == ResultQuery.standardTimeoutSeconds)
    #expect(readers[3].kind == .dbt(folder: "dbt/target", project: "dbt", target: "prod"))
  }

  @Test(
    "What is wrong with a reader is told with its place",
    arguments: [
      ("{read: yaml}", "'read' of reader 1 of stage 'load' must be one of events, log, sql, dbt, json"),
      ("{path: x}", "has no 'read'"),
      ("{read: log}", "has no 'patterns'"),
      ("{read: log, patterns: []}", "has no patterns; give it at least one"),
      ("{read: log, patterns: ['(']}", "is not a regular expression"),
      ("{read: log, patterns: ['(?<souce>x)']}", "has a group 'souce', which nothing reads; there are column,"),
      ("{read: log, patterns: ['(?<rows>x)']}", "does not say how the source ended"),
      ("{read: log, patterns: ['Loaded']}", "tells nothing; name a group 'source' or 'status' in it"),
      ("{read: log, patterns: ['(?<status>x)'], query: y}", "has a key 'query', which the reader 'log' does not know"),
      ("{read: sql}", "has no 'query'"),
      ("{read: sql, query: x, database: a, database_env: B}", "has both 'database' and 'database_env'; keep one"),
      ("{read: sql, query: 'x {perod}'}", "unknown placeholder '{perod}' in 'results'"),
      ("{read: json}", "has no 'path'"),
      ("{read: json, path: x, fields: {name: y}}", "has a field 'name', which nothing reads"),
      ("{read: json, path: x, records: 'a[b'}", "must be a path such as results or run.tables[0]"),
      ("{read: json, path: x, untold: maybe}", "must be one of success, failed"),
    ])
  func mistakes(reader: String, message: String) throws {
    let errors = try folder("  - \(reader)").errors()
    #expect(errors.count == 1 && errors.first?.contains(message) == true, "\(errors)")
    #expect(errors.first?.hasPrefix("config/pipeline.yaml:5:") == true, "\(errors)")
  }

  @Test("What a stage reads and resumes with is read, and refused where it means nothing")
  func resume() throws {
    func folder(_ lines: String) throws -> ConfiguredFolder {
      try ConfiguredFolder([
        "publications.yaml": Self.publications, "pipeline.yaml": "stages:\n- name: load\n  command: [x]\n  \(lines)\n",
      ])
    }
    let good = try folder("resume: [x, '{sources}']\n  reads: ['models/**/*.sql']")
    let stage = try #require(try Configuration.load(good.workspace).pipeline["load"])
    #expect(stage.resume == ["x", "{sources}"] && stage.reads == ["models/**/*.sql"])
    let scope = try folder("scope: source\n  resume: [x, '{sources}']").errors()
    #expect(scope.first?.contains("'resume' of stage 'load' is never used") == true && scope.count == 1, "\(scope)")
    let outside = try folder("reads: ['../x']").errors()
    #expect(outside.first?.contains("must be a path within the workspace") == true && outside.count == 1)
    #expect(try folder("command2: ['{sources}']").errors().count == 1)
  }

  @Test("A manifest map and the project it is of are read; what is wrong with a place is told")
  func map() throws {
    func folder(_ map: String, command: String = "[x]") throws -> ConfiguredFolder {
      try ConfiguredFolder([
        "publications.yaml": Self.publications,
        "pipeline.yaml": "\(map)\nstages:\n- name: load\n  command: \(command)\n",
      ])
    }
    let good = try folder(
      "project: dbt\nmanifest_map: [{holds: column_type, files: dbt/*.yml, path: 'seeds.*.{source}.{column}'}]",
      command: "[x, '{project}']")
    let pipeline = try Configuration.load(good.workspace).pipeline
    #expect(pipeline.project == "dbt" && pipeline.manifestMap.places.map(\.holds) == [.columnType])
    let place = "manifest_map: [{holds: column_type, files: ../x.yml, path: 'a[0]'}]"
    let errors = try folder(place).errors()
    #expect(errors.count == 2, "\(errors)")
    #expect(errors.contains { $0.contains("'files' of place 1 must be a path within the workspace") }, "\(errors)")
    #expect(errors.contains { $0.contains("'path' of place 1 must be a path such as sources[*]") }, "\(errors)")
    #expect(try folder("", command: "[x, '{project}']").errors().first?.contains("'{project}'") == true)
  }
}
