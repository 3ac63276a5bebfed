internal import Foundation
internal import Journal
internal import ManifestYAML

/// A place that somebody else's backfill names and this workspace does not have, in one sentence.
public struct ForeignPlaceError: Error, CustomStringConvertible, Sendable {
  /// What is not there, and what is.
  public let description: String
}

/// What the names in somebody else's events and commands mean in this workspace.
struct ForeignPlaces: Sendable {
  let workspace: Workspace
  let configuration: Configuration

  /// The context that `PUB/PERIOD[/SOURCE]` and a stage name.
  func context(of place: String, stage: String?) throws(ForeignPlaceError) -> EventContext {
    let parts = place.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 2, parts.allSatisfy({ !$0.isEmpty }) else {
      throw ForeignPlaceError(
        description: "'\(place)' names no period; give one as adhd/nov25 or adhd/nov25/SOURCE")
    }
    return try context(
      EventContext(
        publication: parts[0], period: parts[1], sourceCode: parts.count > 2 ? parts[2] : nil, stage: stage),
      isFailure: true)
  }

  /// The context with the names that this workspace has for it.
  ///
  /// - Parameter isFailure: Whether the source must be in the manifest: what cannot be found there cannot be mended.
  func context(_ told: EventContext, isFailure: Bool) throws(ForeignPlaceError) -> EventContext {
    var context = told
    context.url = try key(told).period.url
    if let name = told.stage {
      context.stage = try stage(name).name
    } else if told.sourceCode != nil {
      context.stage = configuration.pipeline.stages.first { $0.loadsSources(in: configuration.pipeline) }?.name
    }
    if isFailure, let source = told.sourceCode, let path = manifest(for: context), let root = root(path),
      SourceEntry(identity: source, in: root) == nil
    {
      let names = (root["sources"]?.items ?? []).compactMap { $0["code"]?.text }
      throw ForeignPlaceError(
        description: "the manifest \(path) has no source '\(source)'; it has \(names.joined(separator: ", "))")
    }
    return context
  }

  /// The manifest that the stage reads, relative to the workspace.
  func manifest(for context: EventContext) -> String? {
    guard let key = try? key(context), let stage = configuration.pipeline[context.stage ?? ""] else { return nil }
    return StageInputs(workspace: workspace, pipeline: configuration.pipeline).manifestPath(for: stage, key: key)
  }

  /// The one enabled source that an output without a source can mean: by its table, its file, or its column.
  func source(meantBy error: EventError, in text: String, context: EventContext) -> String? {
    guard let path = manifest(for: context), let root = root(path) else { return nil }
    let sources = ManifestReading(bytes: ProductKeeper.bytes(at: "\(workspace.root)/\(path)"), name: path).list
      .filter(\.enabled).compactMap { source in
        SourceEntry(identity: source.identity, in: root).map { (source.identity, $0) }
      }
    let tests: [(SourceEntry) -> Bool] = [
      { entry in entry.table != nil && entry.table == error.table?.split(separator: ".").last.map(String.init) },
      { entry in entry.fileNames.contains { text.contains($0) } },
      { entry in error.column.map { entry.column($0) != nil } ?? false },
    ]
    for test in tests {
      let found = sources.filter { test($0.1) }
      if found.count == 1 { return found[0].0 }
    }
    return nil
  }

  private func root(_ path: String) -> YAMLNode? { (try? YAMLFile.load("\(workspace.root)/\(path)"))?.root }

  private func key(_ context: EventContext) throws(ForeignPlaceError) -> URLKey {
    let name = context.publication ?? ""
    let file = configuration.files["publications"] ?? "config/publications.yaml"
    guard let publication = configuration.publications[name] else {
      let names = configuration.publications.publications.map(\.key).joined(separator: ", ")
      throw ForeignPlaceError(description: "\(file) has no publication '\(name)'; it has \(names)")
    }
    guard let period = publication.urls.first(where: { $0.period == context.period }) else {
      let names = publication.urls.map(\.period).joined(separator: ", ")
      throw ForeignPlaceError(
        description: "the publication \(name) has no period '\(context.period ?? "")'; it has \(names)")
    }
    return URLKey(publication: publication, period: period)
  }

  /// The stage of that name, else the one whose state is called so (`INGEST`).
  private func stage(_ name: String) throws(ForeignPlaceError) -> Stage {
    let stages = configuration.pipeline.stages
    if let stage = configuration.pipeline[name] ?? stages.first(where: { $0.state == name.uppercased() }) {
      return stage
    }
    let file = configuration.files["pipeline"] ?? "config/pipeline.yaml"
    let names = stages.map(\.name).joined(separator: ", ")
    throw ForeignPlaceError(description: "there is no stage '\(name)'; \(file) has \(names)")
  }
}

extension SourceEntry {
  /// What the source's files are called: the last parts of their addresses and of what is taken out of them.
  var fileNames: [String] {
    (node["files"]?.items ?? []).flatMap { file in
      [file["url"]?.text, file["filename"]?.text, file["extract"]?.text].compactMap { path in
        path?.split(separator: "/").last.map(String.init)
      }
    }
  }
}
