internal import Foundation
public import Journal
internal import ManifestYAML

extension Session {
  /// Sends what a receiver of run events has not had yet, run by run, and notes in the journal how far it is.
  ///
  /// - Returns: What people should know, in a sentence; nil when all is well.
  public func settleLineage(to target: LineageTarget, within limit: Duration) async throws -> String? {
    let events = await journal()
    let sent = LineageSent(to: target.name, replaying: events)
    let fold = LineageFold.replaying(events, workspace, configuration, done: sent.done)
    let delivery = LineageDelivery(
      workspace: workspace, target: target, deadline: .now + limit, redact: tools.redact)
    for run in fold.runs {
      let due = Array(run.documents.dropFirst(sent.count(of: run.id)))
      var arrived = 0
      var trouble: LineageError?
      do throws(LineageError) {
        if !due.isEmpty { try await delivery.send(due, arrived: &arrived) }
      } catch {
        trouble = error
      }
      if arrived > 0 || run.isOver && due.isEmpty {
        let count = sent.count(of: run.id) + arrived
        let isOver = run.isOver && count == run.documents.count
        try await running.recorder.append([
          LineageSent.event(to: target.name, run: run.id, events: count, isOver: isOver)
        ])
      }
      if let trouble {
        return tools.redact(
          "OpenLineage's run events were not all sent, since \(trouble.description): the next run sends the rest.")
      }
    }
    return nil
  }

  /// What a receiver is that the configuration names; nil where it names none.
  public func lineageTarget() throws(LineageError) -> LineageTarget? {
    try configuration.outputs.lineage?.target(in: ProcessInfo.processInfo.environment)
  }
}

extension LineageFold {
  /// The run events of a journal.
  ///
  /// - Parameter done: Runs of which nothing is to be made.
  public static func replaying(
    _ events: some Sequence<Event>, _ workspace: Workspace, _ configuration: Configuration, done: Set<String> = []
  ) -> LineageFold {
    let namespace = configuration.outputs.lineage?.namespace ?? LineageSettings.standardNamespace
    let places = LineagePlaces(namespace: namespace, database: configuration.pipeline.database)
    var fold = LineageFold(places, done: done) { manifest, source, hash in
      guard let path = try? workspace.absolute(manifest),
        let file = try? YAMLFile(AtomicFile.read(path), name: manifest)
      else { return [] }
      return ManifestReading.columns(of: source, entryHash: hash, in: file)
    }
    for event in events where !event.isLearned { fold.apply(event) }
    return fold
  }
}

extension ManifestReading {
  /// The columns of a source whose entry still means what it meant when it had that hash; none otherwise.
  static func columns(of source: String, entryHash: String, in file: YAMLFile) -> [LineageFold.Column] {
    let sources = ManifestReading(bytes: file.bytes, name: file.name).list
    guard let index = sources.firstIndex(where: { $0.identity == source && $0.entryHash == entryHash }),
      let columns = file.root?["sources"]?[index]?["columns"]
    else { return [] }
    return columns.resolved.items.compactMap { column in
      let name = column["semantic_name"]?.text ?? column["original_name"]?.text
      return name.map { LineageFold.Column(name: $0, type: column["data_type"]?.text) }
    }
  }
}
