internal import ManifestYAML
internal import Repair

private struct PipelineDocument: YAMLDescribed {
  let schemaVersion: Int?
  let database: String?
  let project: Text<InnerPath>?
  let manifestMap: YAMLItems<MapPlaceDocument>?
  let variables: [String: String]?
  let services: YAMLItems<ServiceDocument>?
  let stages: YAMLItems<StageDocument>

  static let examples = ["stages": "[{name: load, command: [backfill, load]}]"]
  enum CodingKeys: String, CodingKey {
    case database, project, variables, services, stages
    case manifestMap = "manifest_map"
    case schemaVersion = "schema_version"
  }
}

private struct ServiceDocument: YAMLDescribed {
  let name: Text<Filled>
  let command: Command
  let ready: Service.Readiness?
  let timeoutSeconds: Number<ServiceSeconds>?
  let env: [String: String]?

  static let noun: String? = "service"
  static let nameKey: String? = "name"
  static let examples = ["name": "site", "command": "[python3, serve.py]"]
  enum CodingKeys: String, CodingKey {
    case name, command, ready, env
    case timeoutSeconds = "timeout_seconds"
  }
}

extension Pipeline {
  /// Reads the file; stages retry by `retry` where they do not say.
  init?(_ file: ConfigurationFile, retry: RetryRules) {
    guard let document = file.decode(PipelineDocument.self) else { return nil }
    self.init(stages: [])
    if let version = document.schemaVersion, version != 1 {
      file.note(
        "'schema_version' is \(version), but this Errata reads version 1", at: file.root.member("schema_version"))
    }
    database = document.database ?? database
    project = document.project?.value
    manifestMap = ManifestMap(places: document.manifestMap?.items.compactMap(\.value?.place) ?? [])
    variables = document.variables ?? [:]
    for (key, _) in file.root.member("variables")?.members ?? [] {
      let name = key.text ?? ""
      guard PlaceholderRules.reserved.contains(name) || Template("{\(name)}").placeholders != [name] else { continue }
      file.note("the variable '\(name)' cannot be a placeholder; take another small_letter_name", at: key)
    }
    readStages(document.stages.items, file, retry)
    readServices(document.services?.items ?? [], file)
  }

  private mutating func readStages(
    _ entries: [YAMLEntry<StageDocument>], _ file: ConfigurationFile, _ retry: RetryRules
  ) {
    if entries.isEmpty {
      file.note("'stages' is empty; list at least one with a name and a command", at: file.root.member("stages"))
    }
    var lines: [String: Int] = [:]
    var makers: [String: String] = [:]
    for entry in entries {
      // A stage that is wrong elsewhere still makes what it names: later stages are not wrong for using it.
      let rules = StageRules(
        entry, file: file, names: Set(makers.keys).union(variables.keys).union(project == nil ? [] : ["project"]))
      rules.check()
      for product in rules.products.sorted() {
        if let maker = makers[product] {
          file.note(
            "the product '\(product)' of \(entry.subject) is made by \(maker) too; give it another name",
            at: entry.node.member("produces"))
        }
        makers[product] = entry.subject
      }
      guard let document = entry.value else { continue }
      once(document.name.value, "stage", entry.node, file, &lines)
      stages.append(Stage(document, retry: retry))
    }
  }

  private mutating func readServices(_ entries: [YAMLEntry<ServiceDocument>], _ file: ConfigurationFile) {
    var lines: [String: Int] = [:]
    let known = PlaceholderRules.always.union(variables.keys)
    let rules = PlaceholderRules(known: known, elsewhere: Set(products.keys))
    for entry in entries {
      for key in ["command", "env", "ready"] { rules.check(key, in: entry.node, called: entry.subject, file) }
      guard let document = entry.value else { continue }
      once(document.name.value, "service", entry.node, file, &lines)
      services.append(
        Service(
          name: document.name.value, command: document.command.words, ready: document.ready,
          timeoutSeconds: document.timeoutSeconds?.value ?? 30, env: document.env ?? [:]))
    }
  }

  private func once(
    _ name: String, _ what: String, _ node: YAMLNode, _ file: ConfigurationFile, _ lines: inout [String: Int]
  ) {
    let place = node.member("name") ?? node
    if let first = lines[name] {
      file.note(
        "the \(what) '\(name)' stands twice, on lines \(first) and \(place.line); give one another name", at: place)
    }
    lines[name] = lines[name] ?? place.line
  }
}

extension Service.Readiness: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable { case http, tcp, command }

  /// Reads the one of `http`, `tcp` and `command` that the configuration has.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let http = try values.decodeIfPresent(String.self, forKey: .http)
    let tcp = try values.decodeIfPresent(HostAndPort.self, forKey: .tcp)
    let command = try values.decodeIfPresent(Command.self, forKey: .command)
    guard CodingKeys.allCases.count(where: { values.contains($0) }) == 1 else {
      throw decoder.fault("must have exactly one of http, tcp and command")
    }
    if let http {
      self = .http(http)
    } else if let command {
      self = .command(command.words)
    } else if let tcp {
      self = .tcp(host: tcp.host, port: tcp.port)
    } else {
      throw YAMLIncomplete()
    }
  }
}

/// `127.0.0.1:5432`; without a host this machine.
private struct HostAndPort: YAMLScalar {
  let host: String
  let port: Int
  static let expectation = "host:port, such as 127.0.0.1:5432"
  static let placeholder = HostAndPort(host: "", port: 1)

  private init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  init?(_ node: YAMLNode) {
    let parts = (node.text ?? "").split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard let port = parts.last.flatMap(Int.init), (1...65_535).contains(port) else { return nil }
    let host = parts.dropLast().joined(separator: ":")
    self.init(host: host.isEmpty ? "127.0.0.1" : host, port: port)
  }
}
