internal import ManifestYAML

extension Pipeline {
  /// Reads the file's top mapping; stages retry by `retry` where they do not say.
  init(_ root: ConfigurationSection, retry: RetryRules) {
    self.init(stages: [])
    if let version = root.integer("schema_version"), version != 1 {
      root.note("'schema_version' is \(version), but this Errata reads version 1", at: root.value("schema_version"))
    }
    database = root.text("database") ?? database
    readVariables(root)
    let sections = root.sections("stages", title: { "stage \($0)" })
    if root.value("stages") == nil {
      root.note("the pipeline has no 'stages'; list at least one with a name and a command")
    } else if sections.isEmpty, root.value("stages")?.items.isEmpty ?? true {
      root.note("'stages' is empty; list at least one with a name and a command", at: root.value("stages"))
    }
    var lines: [String: Int] = [:]
    var makers: [String: String] = [:]
    for section in sections {
      let names = Set(makers.keys).union(variables.keys)
      let stage = Stage(section, retry: retry, names: names)
      // A stage that is wrong elsewhere still makes what it names: later stages are not wrong for using it.
      for product in (stage?.produces ?? section.textMap("produces")).keys.sorted() {
        if let maker = makers[product] {
          section.note(
            "the product '\(product)' of \(section.title) is made by stage '\(maker)' too; give it another name",
            at: section.value("produces"))
        }
        makers[product] = stage?.name ?? section.title
      }
      guard let stage else { continue }
      once(stage.name, "stage", section, &lines)
      stages.append(stage)
    }
    readServices(root)
    root.finish()
  }

  private mutating func readVariables(_ root: ConfigurationSection) {
    variables = root.textMap("variables")
    for (key, _) in root.section("variables")?.members ?? [] {
      let name = key.text ?? ""
      guard PlaceholderRules.reserved.contains(name) || Template("{\(name)}").placeholders != [name] else { continue }
      root.note("the variable '\(name)' cannot be a placeholder; take another small_letter_name", at: key)
    }
  }

  private mutating func readServices(_ root: ConfigurationSection) {
    var lines: [String: Int] = [:]
    let known = PlaceholderRules.always.union(variables.keys)
    let rules = PlaceholderRules(known: known, elsewhere: Set(products.keys))
    for section in root.sections("services", title: { "service \($0)" }) {
      let name = section.requiredText("name", example: "site")
      if let name { section.title = "service '\(name)'" }
      let command =
        section.value("command") == nil
        ? section.missing("command", "[python3, serve.py]") : section.command("command")
      let timeout = section.number("timeout_seconds", from: 0.1, to: 3600) ?? 30
      let env = section.textMap("env")
      let ready = section.section("ready").flatMap(Service.Readiness.init)
      for key in ["command", "env", "ready"] { rules.check(key, in: section) }
      section.finish()
      guard let name, let command else { continue }
      once(name, "service", section, &lines)
      services.append(Service(name: name, command: command, ready: ready, timeoutSeconds: timeout, env: env))
    }
  }

  private func once(_ name: String, _ what: String, _ section: ConfigurationSection, _ lines: inout [String: Int]) {
    let place = section.value("name") ?? section.node
    if let first = lines[name] {
      section.note(
        "the \(what) '\(name)' stands twice, on lines \(first) and \(place.line); give one another name", at: place)
    }
    lines[name] = lines[name] ?? place.line
  }
}

extension Service.Readiness {
  fileprivate init?(_ section: ConfigurationSection) {
    let http = section.text("http")
    let tcp = section.text("tcp")
    let command = section.command("command")
    section.finish()
    guard [http != nil, tcp != nil, command != nil].count(where: \.self) == 1 else {
      section.note("\(section.title) must have exactly one of http, tcp and command")
      return nil
    }
    if let http {
      self = .http(http)
    } else if let command {
      self = .command(command)
    } else {
      let parts = (tcp ?? "").split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard let port = parts.last.flatMap(Int.init), (1...65_535).contains(port) else {
        section.note(
          "'tcp' of \(section.title) must be host:port, such as 127.0.0.1:5432, not '\(tcp ?? "")'",
          at: section.value("tcp"))
        return nil
      }
      let host = parts.dropLast().joined(separator: ":")
      self = .tcp(host: host.isEmpty ? "127.0.0.1" : host, port: port)
    }
  }
}
