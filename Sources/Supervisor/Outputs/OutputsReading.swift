internal import ManifestYAML

extension OutputSettings {
  /// Reads the file.
  init?(_ file: ConfigurationFile) {
    guard let document = file.decode(OutputsDocument.self) else { return nil }
    self.init(timeLimitSeconds: document.timeoutSeconds?.value ?? OutputSettings.standardTimeLimit)
    guard let mirror = document.mirror, let node = file.root.member("mirror") else { return }
    let written = ["url_env", "duckdb"].count { node.member($0) != nil }
    guard written == 1 else {
      file.note("'mirror' needs one of 'url_env' and 'duckdb', and has \(written == 0 ? "none" : "both")", at: node)
      return
    }
    // What is wrong with it has been told.
    guard let target = mirror.target else { return }
    self.mirror = target
  }
}

private struct OutputsDocument: Decodable {
  let mirror: MirrorDocument?
  let timeoutSeconds: Number<AlertSeconds>?

  enum CodingKeys: String, CodingKey {
    case mirror
    case timeoutSeconds = "timeout_seconds"
  }
}

private struct MirrorDocument: YAMLDescribed {
  let urlEnv: Text<VariableName>?
  let duckdb: Text<OneLine>?

  var target: MirrorSettings? {
    urlEnv.map { .postgreSQL(addressVariable: $0.value) } ?? duckdb.map { .duckDB(path: $0.value) }
  }

  enum CodingKeys: String, CodingKey {
    case duckdb
    case urlEnv = "url_env"
  }
}
