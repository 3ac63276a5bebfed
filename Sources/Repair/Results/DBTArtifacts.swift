internal import Foundation
internal import Journal

/// What Errata reads of dbt's `run_results.json` (also `sources.json`, which has the same frame).
struct DBTRunResults: Decodable {
  struct Metadata: Decodable {
    let generatedAt: String?
    let invocationID: String?
    let env: [String: String]?
    enum CodingKeys: String, CodingKey {
      case env
      case generatedAt = "generated_at"
      case invocationID = "invocation_id"
    }
  }

  struct Arguments: Decodable {
    let target: String?
    let which: String?
  }

  struct Result: Decodable {
    let uniqueID: String
    let status: String
    let message: String?
    let failures: Int?
    let adapterResponse: [String: JSONValue]?
    /// How old a source's newest row is, in seconds; freshness alone has it.
    let age: Double?
    let criteria: [String: JSONValue]?
    enum CodingKeys: String, CodingKey {
      case status, message, failures, criteria
      case uniqueID = "unique_id"
      case adapterResponse = "adapter_response"
      case age = "max_loaded_at_time_ago_in_s"
    }
  }

  let metadata: Metadata
  let results: [Result]
  let args: Arguments?
}

/// What Errata reads of dbt's `manifest.json`.
struct DBTManifest: Decodable {
  struct Metadata: Decodable {
    let projectName: String?
    enum CodingKeys: String, CodingKey { case projectName = "project_name" }
  }

  struct TestMetadata: Decodable {
    let name: String
  }

  struct Node: Decodable {
    let name: String
    let sourceName: String?
    let packageName: String?
    let file: String?
    let rawCode: String?
    let columnName: String?
    let attachedNode: String?
    let test: TestMetadata?
    enum CodingKeys: String, CodingKey {
      case name
      case sourceName = "source_name"
      case packageName = "package_name"
      case file = "original_file_path"
      case rawCode = "raw_code"
      case columnName = "column_name"
      case attachedNode = "attached_node"
      case test = "test_metadata"
    }

    /// What a test is about, by its own name.
    var attachedName: String? { attachedNode?.split(separator: ".").last.map(String.init) }
  }

  let metadata: Metadata
  let nodes: [String: Node]
  let sources: [String: Node]?
  let unitTests: [String: Node]?
  enum CodingKeys: String, CodingKey {
    case metadata, nodes, sources
    case unitTests = "unit_tests"
  }

  func node(_ id: String) -> Node? { nodes[id] ?? sources?[id] ?? unitTests?[id] }

  /// Every node by its identity.
  var all: [String: Node] {
    nodes.merging(sources ?? [:]) { first, _ in first }.merging(unitTests ?? [:]) { first, _ in first }
  }
}

/// What dbt's nodes are called as sources: by their own names, a generic test by what it is about, which stays when its arguments
/// change (`stg_orders.status.accepted_values`).
public struct DBTNames {
  private let manifest: DBTManifest?
  private let names: [String: String]

  init(_ manifest: DBTManifest?) {
    self.manifest = manifest
    guard let manifest else {
      names = [:]
      return
    }
    var names: [String: String] = [:]
    var bearers: [String: [String]] = [:]
    for (id, node) in manifest.all {
      let name = Self.own(node, root: manifest.metadata.projectName)
      names[id] = name
      bearers[name, default: []].append(id)
    }
    // Two that would be called alike are called as dbt calls them.
    for id in bearers.values.filter({ $0.count > 1 }).joined() { names[id] = Self.guessed(id) }
    self.names = names
  }

  /// Reads the names out of a `manifest.json`; nil when it is none.
  public init?(manifest bytes: [UInt8]) {
    guard let manifest = try? JSONDecoder().decode(DBTManifest.self, from: Data(bytes)) else { return nil }
    self.init(manifest)
  }

  /// The names of all nodes of the project.
  public var all: Set<String> { Set(names.values) }

  /// The name of a node: `stg_orders`, `raw.customers`, `package.model`.
  func name(of id: String) -> String { names[id] ?? Self.guessed(id) }

  /// What dbt's `--select` takes for a source and what depends on it; nil for one that the project does not have.
  public func selector(of name: String) -> String? {
    guard let id = names.first(where: { $0.value == name })?.key, let node = manifest?.node(id) else { return nil }
    if let test = node.test, let about = node.attachedName { return "\(about),test_name:\(test.name)" }
    if let source = node.sourceName { return "source:\(source).\(node.name)+" }
    return "\(node.name)+"
  }

  private static func own(_ node: DBTManifest.Node, root: String?) -> String {
    if let test = node.test, let about = node.attachedName {
      return [about, node.columnName, test.name].compactMap(\.self).joined(separator: ".")
    }
    let name = [node.sourceName, node.name].compactMap(\.self).joined(separator: ".")
    guard let package = node.packageName, let root, package != root else { return name }
    return "\(package).\(name)"
  }

  /// Without a manifest the identity says it: `model.shop.stg_orders`, `test.shop.not_null_x.1a2b3c`.
  private static func guessed(_ id: String) -> String {
    let parts = id.split(separator: ".").map(String.init)
    guard parts.count > 2 else { return id }
    return parts[0] == "test" ? parts[2] : parts[2...].joined(separator: ".")
  }
}
