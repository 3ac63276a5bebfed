internal import ManifestYAML
internal import Repair

/// A place of the manifest map as the file has it.
struct MapPlaceDocument: YAMLDescribed {
  let holds: ManifestMap.Holding
  let files: Text<InnerPath>
  let path: MapPathText

  static let noun: String? = "place"
  static let examples = [
    "holds": "column_type", "files": "dbt/dbt_project.yml", "path": "seeds.*.{source}.+column_types.{column}",
  ]

  /// What it means.
  var place: ManifestMap.Place { ManifestMap.Place(holds, files: files.value, path: path.path) }
}

/// A path of the manifest map.
struct MapPathText: YAMLScalar {
  let path: MapPath
  static let expectation =
    "a path such as sources[*].tables[*].identifier, in which {source}, {table} and {column} stand for what failed"
  static let placeholder = MapPathText(path: MapPath())

  private init(path: MapPath) { self.path = path }

  init?(_ node: YAMLNode) {
    guard let path = node.text.flatMap({ MapPath($0) }) else { return nil }
    self.path = path
  }
}
