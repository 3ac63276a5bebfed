internal import ManifestYAML
internal import Repair

extension ExecutionMode {
  /// Reads the file.
  init?(_ file: ConfigurationFile) {
    guard let document = file.decode(ModeDocument.self) else { return nil }
    self.init()
    mode = document.execution?.mode ?? mode
    if let rules = document.retry { retry = RetryRules(rules, over: retry) }
    autonomous.minConfidence = document.autonomous?.minConfidence?.value ?? autonomous.minConfidence
    autonomous.createBackups = document.autonomous?.createBackups ?? autonomous.createBackups
    base = document.base?.value
    baseline = document.baseline ?? baseline
    rebuild = document.rebuild ?? rebuild
    merge = document.merge ?? merge
    newPeriods = document.newPeriods ?? newPeriods
    revisions = document.revisions ?? revisions
    schemaDrift.minSources = document.schemaDrift?.minSources?.value ?? schemaDrift.minSources
    schemaDrift.minShare = document.schemaDrift?.minShare?.value ?? schemaDrift.minShare
    remote = document.remote.map {
      RemoteSettings(
        name: $0.value, pushOptions: document.pushOptions?.map(\.value) ?? [],
        tokenVariable: document.remoteTokenEnv?.value,
        timeLimitSeconds: document.remoteTimeoutSeconds?.value ?? RemoteSettings.standardTimeLimit)
    }
    forge = document.forge?.settings
    if forge != nil, remote == nil {
      file.note(
        "'forge' needs 'remote', since a pull request is for a branch that was pushed; add 'remote: origin'",
        at: file.root["forge"])
    }
    adviser = document.adviser?.settings
    author.name = document.author?.name?.value ?? author.name
    author.email = document.author?.email?.value ?? author.email
    reportValues = document.report?.values ?? reportValues
    stepDecider = document.stepDecider ?? stepDecider
  }
}

private struct ModeDocument: Decodable {
  struct Execution: Decodable { let mode: ExecutionMode.Mode? }
  struct Report: Decodable { let values: ExecutionMode.ReportValues? }
  struct AuthorDocument: Decodable {
    let name: Text<AuthorPart>?
    let email: Text<AuthorPart>?
  }
  struct Autonomous: Decodable {
    let minConfidence: Number<Share>?
    let createBackups: Bool?

    enum CodingKeys: String, CodingKey {
      case minConfidence = "min_confidence"
      case createBackups = "create_backups"
    }
  }

  struct SchemaDriftDocument: Decodable {
    let minSources: WholeNumber<DriftSources>?
    let minShare: Number<Share>?

    enum CodingKeys: String, CodingKey {
      case minSources = "min_sources"
      case minShare = "min_share"
    }
  }

  let execution: Execution?
  let retry: RetryDocument?
  let autonomous: Autonomous?
  let base: Text<Filled>?
  let baseline: ExecutionMode.Baseline?
  let rebuild: ExecutionMode.Rebuild?
  let merge: ExecutionMode.Merge?
  let newPeriods: ExecutionMode.NewPeriodsRule?
  let revisions: ExecutionMode.RevisionsRule?
  let schemaDrift: SchemaDriftDocument?
  let remote: Text<RemoteName>?
  let pushOptions: [Text<OneLine>]?
  let remoteTokenEnv: Text<VariableName>?
  let remoteTimeoutSeconds: Number<RemoteSeconds>?
  let forge: ForgeDocument?
  let adviser: AdviserDocument?
  let author: AuthorDocument?
  let report: Report?
  let stepDecider: ExecutionMode.StepDeciderName?

  enum CodingKeys: String, CodingKey {
    case execution, retry, autonomous, base, baseline, rebuild, merge, remote, forge, adviser, author, report, revisions
    case pushOptions = "push_options"
    case remoteTokenEnv = "remote_token_env"
    case remoteTimeoutSeconds = "remote_timeout_seconds"
    case stepDecider = "step_decider"
    case newPeriods = "new_periods"
    case schemaDrift = "schema_drift"
  }
}

/// `retry:` of the execution mode and of a stage.
struct RetryDocument: Decodable {
  let maxRetries: WholeNumber<Retries>?
  let baseDelaySeconds: Number<PauseSeconds>?
  let backoffMultiplier: Number<Multiplier>?
  let maxDelaySeconds: Number<PauseSeconds>?

  enum CodingKeys: String, CodingKey {
    case maxRetries = "max_retries"
    case baseDelaySeconds = "base_delay_seconds"
    case backoffMultiplier = "backoff_multiplier"
    case maxDelaySeconds = "max_delay_seconds"
  }
}

extension RetryRules {
  /// Rules as written; what is missing stays as it is in `standard`.
  init(_ document: RetryDocument, over standard: RetryRules) {
    self.init(
      maxRetries: document.maxRetries?.value ?? standard.maxRetries,
      baseDelaySeconds: document.baseDelaySeconds?.value ?? standard.baseDelaySeconds,
      backoffMultiplier: document.backoffMultiplier?.value ?? standard.backoffMultiplier,
      maxDelaySeconds: document.maxDelaySeconds?.value ?? standard.maxDelaySeconds)
  }
}

extension ErrorPattern {
  /// Reads the file's patterns.
  static func list(_ file: ConfigurationFile) -> [ErrorPattern] {
    let items = file.decode(PatternsDocument.self)?.patterns?.items ?? []
    for item in items {
      for problem in item.value?.patterns.compactMap(problem) ?? [] {
        file.note("'pattern' of \(item.subject): \(problem)", at: item.node.member("pattern"))
      }
    }
    return items.compactMap(\.value)
  }
}

private struct PatternsDocument: Decodable { let patterns: YAMLItems<ErrorPattern>? }
