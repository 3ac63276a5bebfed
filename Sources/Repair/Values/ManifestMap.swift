public import ManifestYAML
internal import Journal

/// Where a pipeline whose manifests have a shape of their own keeps what fixes edit (`manifest_map:`).
public struct ManifestMap: Hashable, Sendable {
  /// What a place holds.
  public enum Holding: String, CaseIterable, Decodable, Hashable, Sendable {
    /// The type that a source's column is read as.
    case columnType = "column_type"
    /// The name of the table that a source is read from.
    case sourceTable = "source_table"
  }

  /// One kind of place.
  public struct Place: Hashable, Sendable {
    /// What it holds.
    public var holds: Holding
    /// A glob of the files, relative to the workspace.
    public var files: String
    /// The way to it in each of them.
    public var path: MapPath

    /// Creates a place.
    public init(_ holds: Holding, files: String, path: MapPath) {
      self.holds = holds
      self.files = files
      self.path = path
    }
  }

  /// The places in their order.
  public var places: [Place]

  /// A map of places; none is known where the list is empty.
  public init(places: [Place] = []) { self.places = places }
}

/// A way through YAML files that stands for several: `seeds.*.{source}.+column_types.{column}`, `sources[*].tables[*].identifier`.
public struct MapPath: Hashable, Sendable, CustomStringConvertible {
  private enum Step: Hashable, Sendable {
    case key(String)
    case bound(String)
    case anyKey
    case anyItem
  }

  /// The names that a failure can give a value.
  public static let names: Set<String> = ["source", "table", "column"]

  /// The path as it was written.
  public let description: String
  private let steps: [Step]

  /// A path that leads to the root, which holds no scalar.
  public init() {
    description = ""
    steps = []
  }

  /// Reads a path; nil for a text that is none.
  public init?(_ text: String) {
    var steps: [Step] = []
    for part in text.split(separator: ".", omittingEmptySubsequences: false) {
      var word = part
      var lists = 0
      while word.hasSuffix("[*]") {
        word = word.dropLast(3)
        lists += 1
      }
      guard !word.isEmpty, !word.contains("["), !word.contains("]") else { return nil }
      if word == "*" {
        steps.append(.anyKey)
      } else if word.hasPrefix("{"), word.hasSuffix("}") {
        let name = String(word.dropFirst().dropLast())
        guard Self.names.contains(name) else { return nil }
        steps.append(.bound(name))
      } else {
        steps.append(.key(String(word)))
      }
      steps += Array(repeating: .anyItem, count: lists)
    }
    description = text
    self.steps = steps
  }

  /// Every place in a file that the path stands for and that holds a scalar.
  ///
  /// - Parameter values: What the failure is about, by name; a name without a value leads nowhere.
  func places(in root: YAMLNode, values: [String: String]) -> [(path: YAMLPath, node: YAMLNode)] {
    var found: [(path: YAMLPath, node: YAMLNode)] = [(YAMLPath(steps: []), root)]
    for step in steps {
      found = found.flatMap { place in
        Self.next(step, of: place.node, values).map { (place.path.appending($0), $1) }
      }
    }
    return found.filter { $0.node.kind == .scalar }
  }

  private static func next(
    _ step: Step, of node: YAMLNode, _ values: [String: String]
  ) -> [(YAMLPath.Step, YAMLNode)] {
    func member(_ key: String?) -> [(YAMLPath.Step, YAMLNode)] {
      guard node.kind == .mapping, let key, let value = node[key] else { return [] }
      return [(.key(key), value)]
    }
    switch step {
    case .key(let key): return member(key)
    case .bound(let name): return member(values[name])
    case .anyKey:
      guard node.kind == .mapping else { return [] }
      return node.entries.compactMap { entry in entry.key.text.map { (.key($0), entry.value) } }
    case .anyItem:
      guard node.kind == .sequence else { return [] }
      return node.items.enumerated().map { (.index($0.offset), $0.element) }
    }
  }
}

/// The files of a manifest map as they stand.
public struct MappedManifest: Sendable {
  /// The map.
  public let map: ManifestMap
  /// The files that it names, each by the path that edits have for it.
  public var files: [YAMLFile]

  /// A map without files.
  public init(map: ManifestMap = ManifestMap(), files: [YAMLFile] = []) {
    self.map = map
    self.files = files
  }

  /// The values in places that hold something, and how an edit names them.
  func values(_ holding: ManifestMap.Holding, of failure: Failure) -> [MappedValue] {
    var bound = ["source": failure.source, "column": failure.error.column, "table": failure.error.table]
      .compactMapValues(\.self)
    bound["table"] = bound["table"]?.split(separator: ".").last.map(String.init)
    return map.places.filter { $0.holds == holding }.flatMap { place in
      files.filter { Glob.matches($0.name, place.files) }.flatMap { file -> [MappedValue] in
        guard let root = file.root else { return [] }
        return place.path.places(in: root, values: bound).compactMap { found in
          YAMLSelector.selector(for: found.path, in: root).map {
            MappedValue(file: file.name, selector: $0, node: found.node)
          }
        }
      }
    }
  }
}

extension MappedManifest {
  private static let typeErrors: Set<ErrorType> = [.typeMismatch, .valueOutOfRange, .valueTooLong, .dateFormat]

  /// Why no place of the map can mend a failure, and who can; nil where there is one, or no map.
  public func gap(for failure: Failure) -> String? {
    guard !map.places.isEmpty else { return nil }
    let error = failure.error
    let source = failure.source ?? failure.stage
    if Self.typeErrors.contains(error.kind) {
      guard values(.columnType, of: failure).isEmpty else { return nil }
      let column = error.column.map { "'\($0)'" } ?? "the column"
      return "No place of the manifest map holds the type (column_type) of \(column) in \(source)."
    }
    if error.kind == .tableNotFound {
      let table = error.table?.split(separator: ".").last.map(String.init) ?? ""
      guard !values(.sourceTable, of: failure).contains(where: { $0.text == table }) else { return nil }
      return "No place of the manifest map holds the name (source_table) of the table '\(table)'."
    }
    if let file = error.file, [".sql", ".py"].contains(where: { file.hasSuffix($0) }) {
      // The message names the line, where that is certain.
      let place = error.message.split(separator: "(").last.map { $0.prefix { $0 != ")" } } ?? ""
      return
        "Only code could mend this, which Errata never edits: correct \(place.hasPrefix(file) ? String(place) : file)."
    }
    return "The manifest map has no place for what could mend a failure of the type \(error.type)."
  }
}

/// A value in a place of a manifest map.
struct MappedValue {
  let file: String
  let selector: YAMLSelector
  let node: YAMLNode

  var text: String { node.text ?? "" }

  func edit(to value: String) -> FixEdit {
    FixEdit(file: file, selector: selector, old: JSONValue(node.value), new: .string(value))
  }
}
