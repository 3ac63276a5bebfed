import Foundation
import Journal

/// Gathers what the planner has to know about the world, from the work tree.
struct StageInputs: Sendable {
  let workspace: Workspace
  let pipeline: Pipeline

  /// The facts for a stage of a URL key, or of the run.
  func facts(for stage: Stage, key: URLKey?) -> StageFacts {
    let values = StageValues(workspace: workspace, pipeline: pipeline, key: key)
    let missing = stage.orderedProducts.map { values.fill($0.path) }.filter {
      !FileManager.default.fileExists(atPath: place($0))
    }
    let manifest = manifestPath(for: stage, values).map { path in
      ManifestReading(bytes: ProductKeeper.bytes(at: place(path)), name: path)
    }
    let reads = StageReads(workspace: workspace, stage: stage, key: key, values: values)
    let digests = reads.digests()
    var facts = StageFacts(
      inputHash: inputHash(stage, values, digests), missingProducts: missing, manifest: manifest ?? .absent,
      targetStands: targetStands)
    facts.reads = digests
    if stage.resume != nil { facts.changedFiles = stage.reads.isEmpty ? [] : reads.changes(in: digests) }
    return facts
  }

  /// The manifest that the stage reads: the product of an earlier stage that its command names, else the last one made.
  func manifestPath(for stage: Stage, key: URLKey?) -> String? {
    manifestPath(for: stage, StageValues(workspace: workspace, pipeline: pipeline, key: key))
  }

  private func manifestPath(for stage: Stage, _ values: StageValues) -> String? {
    var made: [(name: String, path: String)] = []
    for earlier in pipeline.stages.prefix(while: { $0.name != stage.name }) {
      made += earlier.orderedProducts.filter { ProductKeeper.isManifest($0.path) }
    }
    let named = made.last { product in stage.command.contains { $0.contains("{\(product.name)}") } }
    guard let product = named ?? (stage.scope == .source || stage.loadsSources(in: pipeline) ? made.last : nil) else {
      return nil
    }
    return values.fill(product.path)
  }

  /// What the stage is run with: its arguments, and the text of the files that earlier stages made for it. The reference manifest's
  /// text is left out: a fix that reaches future periods must not run the past ones again.
  private func inputHash(_ stage: Stage, _ values: StageValues, _ reads: [String: String]) -> String {
    let fixed = values.replacing(["workspace": "."])
    var parts = fixed.fill(stage.command)
    for earlier in pipeline.stages.prefix(while: { $0.name != stage.name }) {
      for product in earlier.orderedProducts where stage.command.contains(where: { $0.contains("{\(product.name)}") }) {
        let bytes = ProductKeeper.bytes(at: place(values.fill(product.path)))
        parts.append(bytes.map { Digest.sha256(Data($0)) } ?? "absent")
      }
    }
    parts += reads.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return Digest.sha256(parts.joined(separator: "\u{1F}"))
  }

  /// Where the database is, absolute; nil when it is no file or no stage uses it.
  var databaseFile: String? {
    let values = StageValues(workspace: workspace, pipeline: pipeline)
    guard let database = values.values["database"], !database.isEmpty, !database.contains("://"),
      pipeline.stages.contains(where: { $0.command.contains { $0.contains("{database}") } })
    else { return nil }
    return place(database)
  }

  /// Only a database that is a file can be seen to be gone.
  private var targetStands: Bool { databaseFile.map(FileManager.default.fileExists(atPath:)) ?? true }

  private func place(_ path: String) -> String { path.hasPrefix("/") ? path : "\(workspace.root)/\(path)" }
}
