import Foundation
import Journal
import Repair
import Testing

@testable import Supervisor

struct ConfigurationTests {
  static let publications = """
    publications:
      adhd:   # real files carry keys that Errata does not know
        name: "ADHD Management Information"
        owner: somebody
        landing_page: https://example.org/mi-adhd
        reference_manifest: manifests/production/adhd.yaml
        urls:
          - {period: 2025-05, url: "https://example.org/may", note: x}
          - period: nov25
            url: https://example.org/nov
            enabled: false
    """
  static let pipeline = """
    schema_version: 1
    database: data/nhs.duckdb
    variables: {region: england}
    services:
      - name: site
        command: [python3, serve.py, --root, "{workspace}/site"]
        ready: {http: "http://127.0.0.1:8123/"}
        timeout_seconds: 5
    stages:
      - name: manifest
        state: EXTRACT
        command: [backfill, manifest, --url, "{url}", --output, "{manifest}"]
        produces: {manifest: "manifests/backfill/{publication}/{publication}_{period}.yaml"}
        existing: keep
        timeout_seconds: 600
        retry: {max_retries: 1}
        validate:
          - {check: file_exists, path: "{manifest}"}
          - {check: min_size, path: "{manifest}", bytes: 1024}
      - name: load
        scope: source
        command: [backfill, load, --manifest, "{manifest}", --source, "{source}", --database, "{database}"]
        verify:
          command: [backfill, load, --source, "{source}", --database, "{scratch_database}"]
          env: {REGION: "{region}"}
          timeout_seconds: 60
        undo: [backfill, unload, --source, "{source}"]
        exclusive: "{database}"
        validate:
          - {check: log_regex_absent, pattern: "ConnectionError|CRITICAL"}
          - {check: file_count, glob: "data/*.parquet", min: 1}
    """

  @Test("A configuration is read with its defaults")
  func whole() throws {
    let folder = try ConfiguredFolder([
      "publications.yaml": Self.publications, "pipeline.yml": Self.pipeline,
      "execution_mode.json":
        #"{"execution": {"mode": "autonomous"}, "retry": {"max_retries": 2}, "base": "main", "schema_drift": {"min_sources": 4, "min_share": 0.7}}"#,
      "patterns.yaml": "patterns:\n- {type: type_mismatch, pattern: 'bad (?<value>\\w+)', transient: false}\n",
    ])
    let configuration = try Configuration.load(folder.workspace)
    let adhd = try #require(configuration.publications["adhd"])
    #expect(adhd.urls.map(\.period) == ["2025-05", "nov25"])
    #expect(configuration.publications.enabledPeriods.map(\.period.period) == ["2025-05"])
    let manifest = try #require(configuration.pipeline["manifest"])
    #expect(manifest.existing == .keep)
    #expect(manifest.scope == .url)
    #expect(manifest.validate == [.fileExists(path: "{manifest}"), .fileSizeMin(path: "{manifest}", bytes: 1024)])
    #expect(manifest.retry?.maxRetries == 1)
    #expect(manifest.retry?.baseDelaySeconds == 5)
    let load = try #require(configuration.pipeline["load"])
    #expect(load.scope == .source)
    #expect(load.verify?.last == "{scratch_database}")
    #expect(load.verifyEnv == ["REGION": "{region}"])
    #expect(load.verifyTimeoutSeconds == 60)
    #expect(load.timeoutSeconds == Stage.standardTimeoutSeconds)
    #expect(configuration.pipeline.services.first?.ready == .http("http://127.0.0.1:8123/"))
    #expect(configuration.pipeline.database == "data/nhs.duckdb")
    #expect(configuration.execution.mode == .autonomous)
    #expect(configuration.execution.retry.maxRetries == 2)
    #expect(configuration.execution.base == "main")
    #expect(configuration.execution.autonomous.minConfidence == 0.8)
    #expect(configuration.execution.schemaDrift == DriftRule(minSources: 4, minShare: 0.7))
    #expect(configuration.constraints == Constraints())
    #expect(configuration.patterns.map(\.type) == [.typeMismatch])
    #expect(configuration.files["execution_mode"] == "config/execution_mode.json")
    #expect(configuration.files["constraints"] == nil)
  }

  @Test("The seeds' execution mode is read as it is")
  func seedsMode() throws {
    let folder = try ConfiguredFolder([
      "publications.yaml": Self.publications, "pipeline.yaml": Self.pipeline,
      "execution_mode.yml": """
      execution:
        mode: human-in-loop  # or "autonomous"

      retry:
        max_retries: 3
        base_delay_seconds: 5
        backoff_multiplier: 2

      autonomous:
        min_confidence: 0.8
        create_backups: true
      """,
    ])
    #expect(try Configuration.load(folder.workspace).execution == ExecutionMode())
  }

  @Test("The folder may be given as the publications file in it")
  func byFile() throws {
    let folder = try ConfiguredFolder(["mine.yaml": Self.publications, "pipeline.yaml": Self.pipeline])
    let configuration = try Configuration.load(folder.workspace, directory: "config/mine.yaml")
    #expect(configuration.files["publications"] == "config/mine.yaml")
  }

  @Test("Missing and doubled files are named")
  func files() throws {
    let missing = try ConfiguredFolder([:]).errors()
    #expect(missing.count == 2)
    #expect(missing.first?.hasPrefix("config/publications.yaml: there is no such file") == true)
    let doubled = try ConfiguredFolder([
      "publications.yaml": Self.publications, "pipeline.yaml": Self.pipeline, "pipeline.json": "{}",
    ]).errors()
    #expect(
      doubled == ["config/pipeline.yaml: both config/pipeline.yaml and config/pipeline.json exist; keep one of them"])
  }

  @Test("Everything that is wrong in all files is told at once, with its place")
  func allAtOnce() throws {
    let errors = try ConfiguredFolder([
      "publications.yaml": """
      publications:
        adhd:
          urls:
            - {period: nov25, url: "ftp://example.org"}
            - {period: "../x", url: "https://example.org"}
            - {url: "https://example.org"}
      """,
      "pipeline.yaml": """
      stages:
        - name: load
          comand: [backfill]
          command: backfill load
          timeout_seconds: soon
          scope: table
          validate:
            - {check: file_size, path: x}
            - {check: log_regex_present, pattern: "("}
        - {name: load, command: [x]}
      """,
      "execution_mode.yaml": "execution: {mode: reckless}\nautonomous: {min_confidence: 80}\n",
      "constraints.yaml": "allowed_paths: ['../**']\n",
      "patterns.yaml": "patterns: [{type: x}\n",
    ]).errors()
    let expected = [
      "config/publications.yaml:4:30: 'url' of url 1 of publication 'adhd' must be an http, https or file address",
      "config/publications.yaml:5:18: 'period' of url 2 of publication 'adhd' must be of letters",
      "config/publications.yaml:6:9: url 3 of publication 'adhd' has no 'period'",
      "config/execution_mode.yaml:1:19: 'mode' of 'execution' of the file must be one of human-in-loop, autonomous",
      "config/execution_mode.yaml:2:30: 'min_confidence' of 'autonomous' of the file must be a number from 0.0 to 1.0",
      "config/pipeline.yaml:3:5: unknown key 'comand' in stage 'load'; did you mean 'command'?",
      "config/pipeline.yaml:4:14: 'command' of stage 'load' must be a list of a program and its arguments",
      "config/pipeline.yaml:5:22: 'timeout_seconds' of stage 'load' must be a number from 0.1 to 604800.0, not 'soon'",
      "config/pipeline.yaml:6:12: 'scope' of stage 'load' must be one of url, source, run, not 'table'",
      "config/pipeline.yaml:8:17: 'check' of check 1 of stage 'load' must be one of file_exists, file_size_min,",
      "config/pipeline.yaml:9:45: 'pattern' of check 2 of stage 'load' is not a regular expression",
      "config/constraints.yaml:1:17: item 1 of 'allowed_paths' of the file must be a path within the workspace, not '../**'",
      "config/patterns.yaml:2:1:",
    ]
    #expect(errors.count == expected.count, "\(errors)")
    for line in expected { #expect(errors.contains { $0.hasPrefix(line) }, "missing: \(line)\nin \(errors)") }
  }

  @Test("A publication that stands twice is told, and its last entry counts: the others must be loaded all the same")
  func repeatedPublication() throws {
    let folder = try ConfiguredFolder([
      "publications.yaml": """
      publications:
        adhd:
          urls: [{period: a, url: "https://e.org/1"}]
        adhd:
          urls: [{period: b, url: "https://e.org/2"}]
      """,
      "pipeline.yaml": "stages:\n- {name: a, command: [x]}\n",
    ])
    let configuration = try Configuration.load(folder.workspace)
    #expect(configuration.publications.enabledPeriods.map(\.period.period) == ["b"])
    #expect(configuration.warnings.count == 1)
    #expect(
      configuration.warnings.first?.description.hasPrefix("config/publications.yaml:4:3: the key 'adhd' stands twice")
        == true)
    #expect(configuration.warnings.first?.message.contains("lines 2 and 4") == true)
  }

  @Test("A period and a stage that stand twice are told with both lines")
  func twice() throws {
    let errors = try ConfiguredFolder([
      "publications.yaml": """
      publications:
        adhd:
          urls: [{period: a, url: "https://e.org"}, {period: a, url: "https://e.org"}]
      """,
      "pipeline.yaml": "stages:\n- {name: a, command: [x]}\n- {name: a, command: [y]}\n",
    ]).errors()
    #expect(errors.contains { $0.contains("the period 'a' stands twice") })
    #expect(errors.contains { $0.hasPrefix("config/pipeline.yaml:3:10: the stage 'a' stands twice, on lines 2 and 3") })
  }

  @Test(
    "A placeholder without a value is told before anything runs",
    arguments: [
      ("command: [x, '{perod}']", "unknown placeholder '{perod}' in 'command'"),
      ("command: [x, '{source}']", "the placeholder '{source}' has no value in 'command'"),
      ("command: [x, '{scratch_database}']", "the placeholder '{scratch_database}' has no value in 'command'"),
      ("command: [x, '{later}']", "unknown placeholder '{later}' in 'command'"),
      ("command: [x]\n  scope: run\n  env: {A: '{period}'}", "the placeholder '{period}' has no value in 'env'"),
      ("command: [x]\n  produces: {a: 'm/{a}'}", "the placeholder '{a}' has no value in 'produces'"),
      ("command: [x]\n  produces: {url: 'm/a'}", "the product name 'url'"),
      ("command: [x]\n  produces: {a: '../a'}", "must be a path within the workspace"),
      ("command: [x]\n  validate: [{check: file_exists, path: '{a}'}]", "unknown placeholder '{a}' in 'validate'"),
    ])
  func placeholders(stage: String, message: String) throws {
    let errors = try ConfiguredFolder([
      "publications.yaml": Self.publications,
      "pipeline.yaml": "stages:\n- name: s\n  \(stage)\n- {name: t, command: [x], produces: {later: 'm/l'}}\n",
    ]).errors()
    #expect(errors.count == 1, "\(errors)")
    #expect(errors.first?.contains(message) == true, "\(errors)")
    #expect(errors.first?.hasPrefix("config/pipeline.yaml:") == true)
  }

  @Test("Braces around no name, and doubled braces, are text")
  func braces() throws {
    let values = ["a": "{b} x", "b": "B"]
    #expect(
      try Template("{a}-{{b}}-{1}-{ b }-{\"k\": 1}-{b").filled(with: values) == "{b} x-{b}-{1}-{ b }-{\"k\": 1}-{b")
    #expect(try Template.fill(["--x", "{a} {b}"], with: values) == ["--x", "{b} x B"])
    #expect(throws: TemplateError.self) { _ = try Template("{c}").filled(with: values) }
  }

  @Test("Merge keys and aliases are followed")
  func merges() throws {
    let folder = try ConfiguredFolder([
      "publications.yaml": Self.publications,
      "pipeline.yaml": """
      stages:
        - &base
          name: a
          command: [x]
          timeout_seconds: 7
        - <<: *base
          name: b
      """,
    ])
    let stages = try Configuration.load(folder.workspace).pipeline.stages
    #expect(stages.map(\.name) == ["a", "b"])
    #expect(stages.map(\.timeoutSeconds) == [7, 7])
  }
}
