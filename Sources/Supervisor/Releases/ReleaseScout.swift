internal import DataFiles
internal import Foundation
internal import Journal
internal import ManifestYAML

/// Looks whether the addresses of loaded files have other bytes by now: a revised release, which is told, and loaded again where
/// that is wanted.
struct ReleaseScout: Sendable {
  let workspace: Workspace
  let configuration: Configuration
  /// Whether revised releases are loaded, or only told of.
  let isReload: Bool
  var rules = ReleaseRules()

  /// What a look found: events for the journal, and sentences for people.
  struct News: Sendable {
    var events: [Event] = []
    var notes: [String] = []
  }

  /// Looks at the addresses of the files of some URL keys.
  func look(at keys: [URLKey], state: BackfillState, book: ReleaseBook) async throws -> News {
    let names = Set(keys.map(\.description))
    guard book.files.contains(where: { names.contains($0.urlKey) }) else { return News() }
    let known = Dictionary(keys.map { ($0.description, addresses(of: $0)) }, uniquingKeysWith: { first, _ in first })
    let questions = ReleaseQuestion.all(
      book, state: state, keys: names, known: known, root: workspace.root, isReload: isReload)
    // Where nothing can be written, the stages will say so.
    guard !questions.isEmpty, let folder = try? ScratchPlace(workspace: workspace) else { return News() }
    defer { folder.remove() }
    let answers = await ReleaseRound(rules: rules, folder: folder.path).answers(to: questions)
    // An interrupted look has found nothing.
    try Task.checkCancellation()
    var report = ReleaseReport(state: state, isReload: isReload)
    for (question, answer) in zip(questions, answers) {
      report.take(question, answer) { file, path, digest in
        ReleaseCopies(workspace: workspace).replace(file, by: path, sha256: digest)
      }
    }
    return report.news(before: book.troubles)
  }

  /// The addresses that configuration and manifests name for a URL key, with their secrets.
  private func addresses(of key: URLKey) -> [String] {
    let values = StageValues(workspace: workspace, pipeline: configuration.pipeline, key: key)
    var addresses = [key.period.url]
    for path in Set(configuration.pipeline.stages.flatMap(\.orderedProducts).map { values.fill($0.path) }).sorted() {
      guard ProductKeeper.isManifest(path), let absolute = try? workspace.absolute(path),
        let root = (try? YAMLFile.load(absolute))?.root
      else { continue }
      for source in root["sources"]?.items ?? [] {
        addresses += (source["files"]?.items ?? []).compactMap { $0["url"]?.text }
      }
    }
    return addresses
  }
}
