import DataFiles
import Foundation

/// Lays out the drift demo's workspace: eight publications of one table each, a web site to publish them on, a git repository.
struct DriftWorkspace {
  let product: ProductFiles
  let directory: String

  /// The one period of each publication.
  static let period = "live"

  /// The folder that the web site serves.
  var site: String { directory + "/site/site" }

  /// Whether a drift demo stands there already.
  var exists: Bool {
    FileManager.default.fileExists(atPath: directory + "/site/serve.py")
      && FileManager.default.fileExists(atPath: manifest(of: ProducedTable.all[0]))
  }

  private func manifest(of table: ProducedTable) -> String {
    "\(directory)/manifests/\(table.name)_\(Self.period).yaml"
  }

  /// Writes the files and commits them.
  func create(port: Int) async throws {
    let files = FileManager.default
    if files.fileExists(atPath: directory), !(try files.contentsOfDirectory(atPath: directory)).isEmpty {
      throw CommandFailure(
        .usage, "\(directory) is not empty; name another folder with --into DIR, or start this one over with --fresh")
    }
    for folder in ["config", "manifests", "site/site"] {
      try files.createDirectory(atPath: "\(directory)/\(folder)", withIntermediateDirectories: true)
    }
    try files.copyItem(atPath: product.root + "/sample/serve.py", toPath: directory + "/site/serve.py")
    for name in ["goals.yaml", "constraints.yaml"] {
      try files.copyItem(atPath: "\(product.root)/config/\(name)", toPath: "\(directory)/config/\(name)")
    }
    let address = "http://127.0.0.1:\(port)"
    let keys = ProducedTable.all.map { table in
      "  \(table.name): {name: The shop's \(table.name), urls: [{period: \(Self.period), url: \"\(address)/\"}]}\n"
    }
    try write("config/publications.yaml", "publications:\n" + keys.joined())
    try write("config/pipeline.yaml", Self.pipeline(port: port))
    try write("config/execution_mode.yaml", Self.mode)
    for table in ProducedTable.all {
      try write("manifests/\(table.name)_\(Self.period).yaml", text(of: table, address))
    }
    try write(".gitignore", StartFiles.gitIgnore + "site/site/\n")
    try await DemoRepository(directory: directory).commitEverything("Start the drift demo: eight tables of a shop")
  }

  /// Serves the site for as long as the work takes: once for all runs, where each would start its own.
  func serving<Result: Sendable>(port: Int, _ work: () async throws -> Result) async throws -> Result {
    let arguments = ["site/serve.py", "--port", "\(port)", "--root", "site/site", "--until-closed"]
    return try await ToolCommand.alongside("python3", arguments, in: directory) {
      let page = URL(fileURLWithPath: directory).appending(path: "site/ready.html").path
      for _ in 0..<200 {
        if (try? await Fetcher().fetch("http://127.0.0.1:\(port)/", to: page)) != nil { break }
        try await Task.sleep(for: .milliseconds(50))
      }
      try? FileManager.default.removeItem(atPath: page)
      return try await work()
    }
  }

  private func text(of table: ProducedTable, _ address: String) -> String {
    var text = """
      manifest: {name: \(table.name)_\(Self.period), period: \(Self.period)}
      sources:
        - code: \(table.name)
          enabled: true
          table: tbl_\(table.name)
          files:
            - {url: "\(address)/\(table.name).csv", period: "2026"}
          columns:

      """
    for column in table.columns {
      text += """
              - original_name: \(column.header)
                semantic_name: \(column.header)
                data_type: \(column.type)

        """
    }
    return text
  }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: directory + "/" + name))
  }

  private static let mode = """
    # A person merges, and what is published anew is loaded again.
    execution: {mode: human-in-loop}
    retry: {max_retries: 1, base_delay_seconds: 0.2}
    new_periods: ignore
    revisions: reload

    """

  private static func pipeline(port: Int) -> String {
    let arguments = #"--manifest, "{manifest}", --source, "{source}", --database"#
    return """
      schema_version: 1
      database: data/warehouse.duckdb
      services:
        - name: site
          command: [python3, site/serve.py, --port, "\(port)", --root, site/site]
          ready: {http: "http://127.0.0.1:\(port)/"}
          timeout_seconds: 20
      stages:
        - name: manifest          # written by hand: used as it is
          state: EXTRACT
          command: ["true"]
          produces: {manifest: "manifests/{publication}_{period}.yaml"}
          existing: keep
        - name: load
          state: INGEST
          scope: source
          exclusive: "{database}"
          command: [backfill, load, \(arguments), "{database}"]
          verify: [backfill, load, \(arguments), "{scratch_database}"]
          undo: [backfill, unload, \(arguments), "{database}"]
          timeout_seconds: 120

      """
  }
}
