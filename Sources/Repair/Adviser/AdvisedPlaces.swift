public import ManifestYAML

/// What an adviser may edit: the files, the entries in them that concern the failure, and under which action which key.
public struct AdvisedPlaces: Sendable {
  /// The entry of a file that concerns the failure.
  struct Entry: Sendable {
    let file: YAMLFile
    let root: YAMLNode
    /// The way to it, such as `sources[3]`.
    let path: YAMLPath
    let node: YAMLNode
  }

  /// The failed source in its manifest.
  let manifest: Entry?
  /// The period in the publications.
  let publication: Entry?
  private let forbidden: Set<String>

  /// Finds the entries.
  ///
  /// - Parameter forbidden: Names of actions that may not be used.
  public init(failure: Failure, manifest: YAMLFile?, publications: YAMLFile?, forbidden: Set<String> = []) {
    self.forbidden = forbidden
    self.manifest = AdvisedPlaces.source(failure, manifest)
    publication = AdvisedPlaces.period(failure, publications)
  }

  private static func source(_ failure: Failure, _ file: YAMLFile?) -> Entry? {
    guard let file, let root = file.root, let code = failure.source,
      let source = ManifestSource(identity: code, in: file, file: file.name)
    else { return nil }
    return Entry(
      file: file, root: root, path: YAMLPath(steps: [.key("sources"), .index(source.index)]), node: source.node)
  }

  private static func period(_ failure: Failure, _ file: YAMLFile?) -> Entry? {
    guard let file, let root = file.root else { return nil }
    let urls = root["publications"]?[failure.publication]?["urls"]?.items ?? []
    guard let index = urls.firstIndex(where: { $0["period"]?.text == failure.period }) else { return nil }
    let path = YAMLPath(steps: [.key("publications"), .key(failure.publication), .key("urls"), .index(index)])
    return Entry(file: file, root: root, path: path, node: urls[index])
  }

  /// The keys that an action may set, each as the way from the source's entry; `*` stands for any item of a list.
  private static let keys: [(action: FixAction, ways: [String])] = [
    (.fixManifestType, ["columns.*.data_type"]),
    (.addNullValues, ["null_values", "files.*.null_values", "columns.*.null_values"]),
    (.fixManifestURL, ["files.*.url", "files.*.extract", "extract"]),
    (.fixSheetName, ["sheet", "files.*.sheet"]),
    (.fixColumnName, ["columns.*.original_name"]),
    (.fixDateFormat, ["date_format", "files.*.date_format", "columns.*.date_format"]),
    (
      .fixEncoding,
      ["encoding", "delimiter", "decimal", "files.*.encoding", "files.*.delimiter", "files.*.decimal"]
    ),
    (.fixHeaderRow, ["header_row", "range", "files.*.header_row", "files.*.range"]),
    (.fixLoadMode, ["mode", "files.*.mode"]),
    (.markColumnOptional, ["columns.*.optional"]),
    (.disableSource, ["enabled"]),
  ]

  /// The actions that there is a place for, in the order in which they are offered; none where nothing may be edited.
  public var actions: [FixAction] {
    let all: [FixAction] =
      manifest != nil ? AdvisedPlaces.keys.map(\.action) : publication == nil ? [] : [.fixManifestURL]
    return all.filter { !forbidden.contains($0.rawValue) }
  }

  /// The entry that a path lies in, where the action may set the path's key.
  func entry(of path: YAMLPath, in file: String, for action: FixAction) -> Entry? {
    if let manifest, manifest.file.name == file, let way = AdvisedPlaces.way(path, below: manifest.path) {
      let ways = AdvisedPlaces.keys.first { $0.action == action }?.ways ?? []
      return ways.contains(way) ? manifest : nil
    }
    if let publication, publication.file.name == file, action == .fixManifestURL,
      AdvisedPlaces.way(path, below: publication.path) == "url"
    {
      return publication
    }
    return nil
  }

  /// The rest of a path with `*` for its positions; nil when it does not lie below the entry.
  private static func way(_ path: YAMLPath, below entry: YAMLPath) -> String? {
    guard path.steps.count > entry.steps.count, path.steps.starts(with: entry.steps) else { return nil }
    return path.steps.dropFirst(entry.steps.count).map { step in
      switch step {
      case .key(let key): key
      case .index: "*"
      case .end: "-"
      }
    }.joined(separator: ".")
  }
}
