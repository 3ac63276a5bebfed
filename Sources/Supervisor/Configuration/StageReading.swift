internal import ManifestYAML

extension Stage {
  /// Reads a stage; `names` are the placeholders that earlier stages and variables give.
  init?(_ section: ConfigurationSection, retry standard: RetryRules, names: Set<String>) {
    let name = section.requiredText("name", example: "load")
    if let name { section.title = "stage '\(name)'" }
    let command =
      section.value("command") == nil ? section.missing("command", "[backfill, load]") : section.command("command")
    self.init(name: name ?? "", command: command ?? [])
    state = section.text("state")
    scope = section.choice("scope", Scope.self) ?? scope
    existing = section.choice("existing", Existing.self) ?? existing
    produces = section.textMap("produces")
    timeoutSeconds = section.number("timeout_seconds", from: 0.1, to: 604_800) ?? timeoutSeconds
    verifyTimeoutSeconds = timeoutSeconds
    env = section.textMap("env")
    undo = section.command("undo")
    receipts = section.command("receipts")
    exclusive = section.text("exclusive")
    workingDirectory = section.text("working_directory")
    if let rules = section.section("retry") { retry = RetryRules(rules, over: standard) }
    validate = section.sections("validate") { "check \($0) of stage '\(name ?? "")'" }.compactMap(Check.init)
    readVerify(section)
    checkNames(section)
    checkPlaceholders(section, names: names)
    section.finish()
    guard name != nil, command != nil else { return nil }
  }

  /// `verify` is a command, or a mapping with its own `env` and `timeout_seconds`.
  private mutating func readVerify(_ section: ConfigurationSection) {
    verifyEnv = section.textMap("verify_env")
    verifyTimeoutSeconds = section.number("verify_timeout_seconds", from: 0.1, to: 604_800) ?? verifyTimeoutSeconds
    guard section.value("verify")?.resolved.kind == .mapping, let own = section.section("verify") else {
      verify = section.command("verify")
      return
    }
    verify = own.value("command") == nil ? own.missing("command", "[backfill, load]") : own.command("command")
    verifyEnv.merge(own.textMap("env")) { $1 }
    verifyTimeoutSeconds = own.number("timeout_seconds", from: 0.1, to: 604_800) ?? verifyTimeoutSeconds
    own.finish()
  }

  private func checkNames(_ section: ConfigurationSection) {
    if !name.isEmpty, !isPlainName(name) {
      section.note(
        "the stage name '\(name)' must be letters, digits, '_', '-' or '.', since files are named by it",
        at: section.value("name"))
    }
    guard let products = section.section("produces") else { return }
    for (key, node) in products.members {
      let product = key.text ?? ""
      if PlaceholderRules.reserved.contains(product) || Template("{\(product)}").placeholders != [product] {
        section.note(
          "the product name '\(product)' of \(section.title) cannot be a placeholder; take another small_letter_name",
          at: key)
      }
      let path = node.text ?? ""
      if path.hasPrefix("/") || path.split(separator: "/").contains("..") {
        section.note("the product '\(product)' must be a path within the workspace, not '\(path)'", at: node)
      }
    }
  }

  private func checkPlaceholders(_ section: ConfigurationSection, names: Set<String>) {
    var known = names.union(PlaceholderRules.always)
    if scope != .run { known.formUnion(PlaceholderRules.ofURL) }
    if scope == .source { known.insert("source") }
    let all = names.union(PlaceholderRules.reserved).union(produces.keys)
    PlaceholderRules(known: known, elsewhere: all).check("produces", in: section)
    let rules = PlaceholderRules(known: known.union(produces.keys), elsewhere: all)
    for key in ["command", "env", "exclusive", "working_directory", "validate"] { rules.check(key, in: section) }
    for key in ["verify", "verify_env"] { rules.check(key, in: section, allowing: ["scratch_database", "source"]) }
    rules.check("undo", in: section, allowing: ["source"])
    // Asked once for a URL key, whatever the stage's own scope.
    PlaceholderRules(known: rules.known.subtracting(["source"]), elsewhere: all).check("receipts", in: section)
  }
}

extension Check {
  fileprivate init?(_ section: ConfigurationSection) {
    defer { section.finish() }
    guard let kind = section.requiredText("check", example: "file_exists") else { return nil }
    switch kind {
    case "file_exists":
      guard let path = section.requiredText("path", example: "\"{manifest}\"") else { return nil }
      self = .fileExists(path: path)
    case "file_size_min", "min_size":
      let path = section.requiredText("path", example: "\"{manifest}\"")
      let bytes: Int? = section.value("bytes") == nil ? section.missing("bytes", "1024") : section.integer("bytes")
      guard let path, let bytes else { return nil }
      self = .fileSizeMin(path: path, bytes: bytes)
    case "file_count":
      let pattern = section.text("glob") ?? section.requiredText("pattern", example: "\"data/parquet/*.parquet\"")
      _ = section.value("pattern")
      let low = section.integer("min")
      let high = section.integer("max")
      if low == nil, high == nil { section.note("\(section.title) gives neither 'min' nor 'max'; give one of them") }
      guard let pattern else { return nil }
      self = .fileCount(pattern: pattern, min: low, max: high)
    case "log_regex_absent", "log_regex_present":
      guard let pattern = section.requiredText("pattern", example: "\"CRITICAL\""),
        isRegex(pattern, key: "pattern", in: section)
      else { return nil }
      self = kind == "log_regex_absent" ? .logRegexAbsent(pattern: pattern) : .logRegexPresent(pattern: pattern)
    default:
      let known = "file_exists, file_size_min, file_count, log_regex_absent, log_regex_present"
      section.note("unknown check '\(kind)' in \(section.title); known are \(known)", at: section.value("check"))
      for key in ["path", "bytes", "pattern", "glob", "min", "max"] { _ = section.value(key) }
      return nil
    }
  }
}
