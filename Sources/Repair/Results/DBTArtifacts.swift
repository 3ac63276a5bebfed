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
}

/// What dbt's nodes are called as sources: by their own names, with more before them where two would be called alike.
struct DBTNames {
  private let manifest: DBTManifest?
  private let taken: Set<String>

  init(_ manifest: DBTManifest?) {
    self.manifest = manifest
    guard let manifest else {
      taken = []
      return
    }
    var seen: Set<String> = []
    var twice: Set<String> = []
    for (id, node) in manifest.nodes.merging(manifest.sources ?? [:], uniquingKeysWith: { first, _ in first }) {
      let name = Self.own(id, node, root: manifest.metadata.projectName)
      if !seen.insert(name).inserted { twice.insert(name) }
    }
    taken = twice
  }

  /// The name of a node: `stg_orders`, `raw.customers`, `package.model`.
  func name(of id: String) -> String {
    guard let manifest, let node = manifest.node(id) else { return Self.guessed(id) }
    let name = Self.own(id, node, root: manifest.metadata.projectName)
    guard taken.contains(name), let kind = id.split(separator: ".").first else { return name }
    return "\(kind).\(name)"
  }

  private static func own(_ id: String, _ node: DBTManifest.Node, root: String?) -> String {
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
