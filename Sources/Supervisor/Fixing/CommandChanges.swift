internal import Foundation
internal import ManifestYAML
internal import Repair

/// What a candidate's edits make of the commands that a run would start.
enum CommandChanges {
  /// The commands of all stages that differ with the edits: `publications.yaml` has addresses that commands are given.
  static func of(
    _ candidate: Candidate, key: URLKey, source: String?, workspace: Workspace, configuration: Configuration
  ) -> [CommandChange] {
    guard let path = configuration.files["publications"], candidate.files.contains(path) else { return [] }
    let edits = candidate.edits.filter { $0.file == path }
    let edited = try? EditedFiles(edits) { path in
      FileManager.default.contents(atPath: try workspace.absolute(path)).map { [UInt8]($0) }
    }
    guard let bytes = edited?.after[path] else { return [] }
    let before = StageValues(workspace: workspace, pipeline: configuration.pipeline, key: key, source: source)
    let after = before.replacing(StageValues.addresses(of: key, in: bytes, name: path))
    return configuration.pipeline.stages.flatMap { stage in
      let commands = [
        ("stage \(stage.name)", stage.command), ("verify of stage \(stage.name)", stage.verify ?? []),
        ("undo of stage \(stage.name)", stage.undo ?? []),
      ]
      return commands.map { CommandChange(name: $0, before: before.fill($1), after: after.fill($1)) }
    }.filter { $0.before != $0.after }
  }
}

extension StageValues {
  /// The addresses that the text of a publications file gives a period, by placeholder.
  static func addresses(of key: URLKey, in bytes: [UInt8], name: String) -> [String: String] {
    guard let root = (try? YAMLFile(bytes, name: name))?.root,
      let publication = root["publications"]?[key.publication.key]
    else { return [:] }
    var found: [String: String] = [:]
    found["landing_page"] = publication["landing_page"]?.text
    let period = publication["urls"]?.items.first { $0["period"]?.text == key.period.period }
    found["url"] = period?["url"]?.text
    return found
  }
}
