import Foundation
import Journal
import Testing

/// A workspace with one publication, a hand-written manifest and two small CSV files, of which `one` has a `*` among its
/// numbers: enough for a real failure and a real fix in a second or two.
struct SmallWorkspace: Sendable {
  let bench: Workbench
  let root: String

  /// Writes the workspace; it is in no git repository yet.
  ///
  /// - Parameters:
  ///   - folder: Where in the bench it is.
  ///   - periods: The periods, each with a manifest of its own.
  init(_ name: String, folder: String = "work", periods: [String] = ["jan25"]) throws {
    bench = try Workbench(name)
    root = bench.root + "/" + folder
    let numbers = (1...30).map { "A\($0),\([7, 19].contains($0) ? "*" : "\($0 * 3)")\n" }.joined()
    try write("code,patients\n" + numbers, to: "input/one.csv")
    try write("code,patients\n" + (1...9).map { "B\($0),\($0)\n" }.joined(), to: "input/two.csv")
    for period in periods { try write(manifest(), to: "manifests/pub_\(period).yaml") }
    let urls = periods.map { "      - {period: \($0), url: \"http://127.0.0.1:9/\($0)\"}\n" }.joined()
    try write("publications:\n  pub:\n    name: A publication\n    urls:\n\(urls)", to: "config/publications.yaml")
    try write(Self.pipeline, to: "config/pipeline.yaml")
    try write("retry: {max_retries: 0}\n", to: "config/execution_mode.yaml")
    try write("logs/\nstate/\ndata/\npatches/\n", to: ".gitignore")
  }

  private func manifest() -> String {
    let address = URL(fileURLWithPath: root + "/input/").absoluteString
    return ["one", "two"].reduce("# written by hand\nsources:\n") { text, code in
      text + """
          - code: \(code)
            name: Source \(code)
            table: tbl_\(code)
            enabled: true
            files:
              - url: \(address)\(code).csv
                period: 2025-01
            columns:
              - original_name: code
                semantic_name: code
                data_type: varchar(10)
              - original_name: patients
                semantic_name: patients
                data_type: integer   # people

        """
    }
  }

  private static let pipeline = """
    schema_version: 1
    database: data/warehouse.duckdb
    stages:
      - name: manifest
        state: EXTRACT
        command: ["true"]
        produces: {manifest: "manifests/{publication}_{period}.yaml"}
        existing: keep
      - name: load
        state: INGEST
        scope: source
        exclusive: "{database}"
        command: [backfill, load, --manifest, "{manifest}", --source, "{source}", --database, "{database}"]
        verify: [backfill, load, --manifest, "{manifest}", --source, "{source}", --database, "{scratch_database}"]
        timeout_seconds: 120

    """

  /// Replaces the pipeline by one stage that runs a command.
  func replacePipeline(command: [String], timeoutSeconds: Int = 120) throws {
    let words = String(decoding: try JSONEncoder().encode(command), as: UTF8.self)
    try write(
      "schema_version: 1\nstages:\n  - name: go\n    command: \(words)\n    timeout_seconds: \(timeoutSeconds)\n",
      to: "config/pipeline.yaml")
  }

  func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

  func write(_ data: Data, to path: String) throws {
    let place = URL(fileURLWithPath: root + "/" + path)
    try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: place)
  }

  func text(_ path: String) throws -> String { try String(contentsOfFile: root + "/" + path, encoding: .utf8) }

  /// Changes a file's text; that nothing was replaced is the test's failure.
  func edit(_ path: String, _ old: String, _ new: String) throws {
    let before = try text(path)
    #expect(before.contains(old), "\(path) holds no \(old)")
    try write(before.replacingOccurrences(of: old, with: new), to: path)
  }

  /// Makes the workspace, or a folder above it, a repository with one commit.
  func commit(in folder: String? = nil) async throws {
    let folder = folder ?? root
    try await bench.git("init", "--quiet", "--initial-branch", "main", in: folder)
    try await bench.git("add", "--all", in: folder)
    try await bench.git("commit", "--quiet", "--message", "Start", in: folder)
  }

  func errata(_ arguments: String..., in directory: String? = nil) async throws -> Ended {
    try await bench.run(Workbench.programs + "/errata", arguments, in: directory ?? root)
  }

  @discardableResult
  func git(_ arguments: String..., in directory: String? = nil) async throws -> String {
    let ended = try await bench.run("git", arguments, in: directory ?? root)
    #expect(ended.code == 0, "git \(arguments.joined(separator: " ")): \(ended.errors)")
    return ended.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func events() throws -> [Event] { try JournalReader.events(in: root + "/logs") }

  /// The patches that were written, relative to the workspace.
  func patches(in folder: String? = nil) -> [String] {
    let files = FileManager.default.enumerator(atPath: (folder ?? root) + "/patches")?.compactMap { $0 as? String }
    return (files ?? []).filter { $0.hasSuffix(".patch") }.map { "patches/" + $0 }.sorted()
  }

  /// The branches that hold fixes.
  func fixBranches(in folder: String? = nil) async throws -> [String] {
    try await git("for-each-ref", "--format=%(refname:short)", "refs/heads/errata/", in: folder)
      .split(separator: "\n").map(String.init)
  }
}
