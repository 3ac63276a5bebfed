internal import ManifestYAML

extension OutputSettings {
  /// Reads the file.
  init?(_ file: ConfigurationFile) {
    guard let document = file.decode(OutputsDocument.self) else { return nil }
    self.init(timeLimitSeconds: document.timeoutSeconds?.value ?? OutputSettings.standardTimeLimit)
    if let mirror = document.mirror, Self.has(one: ["url_env", "duckdb"], of: "mirror", file) {
      // What is wrong with it has been told.
      self.mirror = mirror.target
    }
    if let lineage = document.openlineage, Self.has(one: ["url_env", "file"], of: "openlineage", file) {
      if lineage.file != nil, lineage.keyEnv != nil {
        file.note("'openlineage' has a 'key_env', and a file needs none", at: file.root.member("openlineage"))
      }
      self.lineage = lineage.receiver.map {
        LineageSettings($0, namespace: lineage.namespace?.value ?? LineageSettings.standardNamespace)
      }
    }
  }

  /// Whether a part has exactly one of these keys; it is told otherwise.
  private static func has(one keys: [String], of part: String, _ file: ConfigurationFile) -> Bool {
    guard let node = file.root.member(part) else { return false }
    let written = keys.count { node.member($0) != nil }
    if written != 1 {
      file.note(
        "'\(part)' needs one of '\(keys[0])' and '\(keys[1])', and has \(written == 0 ? "none" : "both")", at: node)
    }
    return written == 1
  }
}

private struct OutputsDocument: Decodable {
  let mirror: MirrorDocument?
  let openlineage: LineageDocument?
  let timeoutSeconds: Number<AlertSeconds>?

  enum CodingKeys: String, CodingKey {
    case mirror, openlineage
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

private struct LineageDocument: YAMLDescribed {
  let urlEnv: Text<VariableName>?
  let keyEnv: Text<VariableName>?
  let file: Text<OneLine>?
  let namespace: Text<OneLine>?

  var receiver: LineageSettings.Receiver? {
    urlEnv.map { .http(addressVariable: $0.value, keyVariable: keyEnv?.value) } ?? file.map { .file(path: $0.value) }
  }

  enum CodingKeys: String, CodingKey {
    case file, namespace
    case urlEnv = "url_env"
    case keyEnv = "key_env"
  }
}
