internal import ManifestYAML
internal import Repair

extension ExecutionMode {
  /// Reads the file's top mapping.
  init(_ root: ConfigurationSection) {
    self.init()
    if let execution = root.section("execution") {
      mode = execution.choice("mode", Mode.self) ?? mode
      execution.finish()
    }
    if let section = root.section("retry") { retry = RetryRules(section, over: retry) }
    if let section = root.section("autonomous") {
      autonomous.minConfidence = section.number("min_confidence", from: 0, to: 1) ?? autonomous.minConfidence
      autonomous.createBackups = section.truth("create_backups") ?? autonomous.createBackups
      section.finish()
    }
    if root.value("base") != nil { base = root.requiredText("base", example: "main") }
    baseline = root.choice("baseline", Baseline.self) ?? baseline
    rebuild = root.choice("rebuild", Rebuild.self) ?? rebuild
    if let section = root.section("author") {
      author = Author(section)
      section.finish()
    }
    if let report = root.section("report") {
      reportValues = report.choice("values", ReportValues.self) ?? reportValues
      report.finish()
    }
    stepDecider = root.choice("step_decider", StepDeciderName.self) ?? stepDecider
    root.finish()
  }
}

extension Author {
  fileprivate init(_ section: ConfigurationSection) {
    self.init()
    for (key, path) in [("name", \Author.name), ("email", \Author.email)] {
      guard section.value(key) != nil, let text = section.requiredText(key, example: self[keyPath: path]) else {
        continue
      }
      guard !text.contains(where: { "<>\n\0".contains($0) }) else {
        section.note("'\(key)' of \(section.title) may not hold '<', '>' or a line break", at: section.value(key))
        continue
      }
      self[keyPath: path] = text
    }
  }
}

extension RetryRules {
  /// Reads rules; what is missing stays as it is in `standard`.
  init(_ section: ConfigurationSection, over standard: RetryRules) {
    self = standard
    maxRetries = section.integer("max_retries", in: 0...100) ?? maxRetries
    baseDelaySeconds = section.number("base_delay_seconds", to: 86_400) ?? baseDelaySeconds
    backoffMultiplier = section.number("backoff_multiplier", from: 1, to: 100) ?? backoffMultiplier
    maxDelaySeconds = section.number("max_delay_seconds", to: 86_400) ?? maxDelaySeconds
    section.finish()
  }
}

extension Constraints {
  /// Reads the file's top mapping.
  init(_ root: ConfigurationSection) {
    self.init()
    maxFixAttempts = root.integer("max_fix_attempts", in: 0...100_000) ?? maxFixAttempts
    forbiddenActions = root.texts("forbidden_actions") ?? forbiddenActions
    allowedPaths = root.texts("allowed_paths") ?? allowedPaths
    for item in root.value("forbidden_actions")?.items ?? [] where FixAction(rawValue: item.text ?? "") == nil {
      let known = FixAction.allCases.map(\.rawValue).joined(separator: ", ")
      root.note("'forbidden_actions' names no action with \(item.spoken); the actions are \(known)", at: item)
    }
    for path in allowedPaths where path.hasPrefix("/") || path.split(separator: "/").contains("..") {
      root.note(
        "'allowed_paths' may only name paths within the workspace, not '\(path)'", at: root.value("allowed_paths"))
    }
    root.finish()
  }
}

extension UserPattern {
  /// Reads the patterns of the file's top mapping.
  static func list(_ root: ConfigurationSection) -> [UserPattern] {
    let patterns = root.sections("patterns", title: { "pattern \($0)" }).enumerated().compactMap { index, section in
      let name = section.text("name") ?? "pattern \(index + 1)"
      let type = section.requiredText("type", example: "type_mismatch")
      let pattern = section.requiredText("pattern", example: "'invalid input syntax for (?<expected_type>\\w+)'")
      let transient = section.truth("transient")
      let stage = section.text("stage")
      section.finish()
      guard let type, let pattern, isRegex(pattern, key: "pattern", in: section) else { return nil as UserPattern? }
      return UserPattern(name: name, type: type, pattern: pattern, transient: transient, stage: stage)
    }
    root.finish()
    return patterns
  }
}

/// Whether the text is a regular expression; what is wrong with it is noted.
func isRegex(_ pattern: String, key: String, in section: ConfigurationSection) -> Bool {
  do {
    _ = try Regex(pattern)
    return true
  } catch {
    section.note(
      "'\(key)' of \(section.title) is not a regular expression: \(error)", at: section.value(key))
    return false
  }
}
