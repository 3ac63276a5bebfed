internal import ManifestYAML

/// A stage as the file has it.
struct StageDocument: YAMLDescribed {
  let name: Text<PlainName>
  let command: Command
  let state: String?
  let scope: Stage.Scope?
  let existing: Stage.Existing?
  let produces: [String: String]?
  let timeoutSeconds: Number<StageSeconds>?
  let env: [String: String]?
  let undo: Command?
  let receipts: Command?
  let exclusive: String?
  let workingDirectory: String?
  let retry: RetryDocument?
  let validate: YAMLItems<CheckDocument>?
  let results: YAMLItems<ResultReaderDocument>?
  let resume: Command?
  let reads: [Text<InnerPath>]?
  let verify: VerifyDocument?
  let verifyEnv: [String: String]?
  let verifyTimeoutSeconds: Number<StageSeconds>?

  static let noun: String? = "stage"
  static let nameKey: String? = "name"
  static let examples = ["name": "load", "command": "[backfill, load]"]
  enum CodingKeys: String, CodingKey {
    case name, command, state, scope, existing, produces, env, undo, receipts, exclusive, retry, validate, results,
      verify
    case resume, reads
    case timeoutSeconds = "timeout_seconds"
    case workingDirectory = "working_directory"
    case verifyEnv = "verify_env"
    case verifyTimeoutSeconds = "verify_timeout_seconds"
  }
}

/// `verify` is a command, or a mapping with its own `env` and `timeout_seconds`.
struct VerifyDocument: YAMLDescribed {
  let command: Command
  let env: [String: String]?
  let timeoutSeconds: Number<StageSeconds>?

  static let examples = ["command": "[backfill, load]"]
  enum CodingKeys: String, CodingKey {
    case command, env
    case timeoutSeconds = "timeout_seconds"
  }

  init(from decoder: any Decoder) throws {
    guard decoder.yamlNode?.kind == .mapping else {
      command = try Command(from: decoder)
      env = nil
      timeoutSeconds = nil
      return
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    command = try container.decode(Command.self, forKey: .command)
    env = try container.decodeIfPresent([String: String].self, forKey: .env)
    timeoutSeconds = try container.decodeIfPresent(Number<StageSeconds>.self, forKey: .timeoutSeconds)
  }
}

extension Stage {
  /// A stage as written; it retries by `retry` where it does not say.
  init(_ document: StageDocument, retry standard: RetryRules) {
    self.init(name: document.name.value, command: document.command.words)
    state = document.state
    scope = document.scope ?? scope
    existing = document.existing ?? existing
    produces = document.produces ?? [:]
    timeoutSeconds = document.timeoutSeconds?.value ?? timeoutSeconds
    env = document.env ?? [:]
    undo = document.undo?.words
    receipts = document.receipts?.words
    exclusive = document.exclusive
    workingDirectory = document.workingDirectory
    retry = document.retry.map { RetryRules($0, over: standard) }
    validate = document.validate?.items.compactMap(\.value?.check) ?? []
    results = document.results?.items.compactMap(\.value?.reader) ?? []
    resume = document.resume?.words
    reads = document.reads?.map(\.value) ?? []
    verify = document.verify?.command.words
    verifyEnv = (document.verifyEnv ?? [:]).merging(document.verify?.env ?? [:]) { $1 }
    verifyTimeoutSeconds =
      document.verify?.timeoutSeconds?.value ?? document.verifyTimeoutSeconds?.value ?? timeoutSeconds
  }
}

/// A check as the file has it.
struct CheckDocument: YAMLDescribed {
  let check: Check

  private enum Kind: String, CaseIterable, Decodable {
    case fileExists = "file_exists"
    case fileSizeMin = "file_size_min"
    case minSize = "min_size"
    case fileCount = "file_count"
    case logRegexAbsent = "log_regex_absent"
    case logRegexPresent = "log_regex_present"
  }

  private enum CodingKeys: String, CodingKey { case check, path, bytes, pattern, glob, min, max }

  static let noun: String? = "check"
  static let examples = [
    "check": "file_exists", "path": "\"{manifest}\"", "bytes": "1024", "pattern": "\"CRITICAL\"",
  ]

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try values.decode(Kind.self, forKey: .check)
    // What else it needs depends on what it is.
    if decoder.isIncomplete { throw YAMLIncomplete() }
    switch kind {
    case .fileExists: check = .fileExists(path: try values.decode(Text<Filled>.self, forKey: .path).value)
    case .fileSizeMin, .minSize:
      let path = try values.decode(Text<Filled>.self, forKey: .path).value
      check = .fileSizeMin(path: path, bytes: try values.decode(Count.self, forKey: .bytes).value)
    case .fileCount:
      let glob = try values.decodeIfPresent(Text<Filled>.self, forKey: .glob)
      let pattern = try glob ?? values.decode(Text<Filled>.self, forKey: .pattern)
      let low = try values.decodeIfPresent(Count.self, forKey: .min)?.value
      let high = try values.decodeIfPresent(Count.self, forKey: .max)?.value
      if low == nil, high == nil { throw decoder.fault("gives neither 'min' nor 'max'; give one of them") }
      check = .fileCount(pattern: pattern.value, min: low, max: high)
    case .logRegexAbsent:
      check = .logRegexAbsent(pattern: try values.decode(RegexText.self, forKey: .pattern).value)
    case .logRegexPresent:
      check = .logRegexPresent(pattern: try values.decode(RegexText.self, forKey: .pattern).value)
    }
  }
}
