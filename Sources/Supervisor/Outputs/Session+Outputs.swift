internal import Foundation
internal import Journal

extension Session {
  /// Brings the journal's events where `outputs.yaml` wants them. Trouble with that is told and noted, and fails nothing.
  ///
  /// - Returns: What people should know, a sentence each.
  func settleOutputs() async throws -> [String] {
    guard let settings = configuration.outputs.mirror else { return [] }
    let sentence = await mirror(settings)
    try await recordOperations()
    // What was just written goes there too, so that the table is no event behind.
    if sentence == nil { return [await mirror(settings)].compactMap(\.self) }
    return [sentence].compactMap(\.self)
  }

  private func mirror(_ settings: MirrorSettings) async -> String? {
    do throws(MirrorError) {
      let target = try EventMirror.Target(settings, environment: ProcessInfo.processInfo.environment)
      let mirror = try EventMirror(workspace, to: target, within: .seconds(configuration.outputs.timeLimitSeconds))
      return await mirror.run().sentence.map(tools.redact)
    } catch {
      return tools.redact(EventMirror.Report(trouble: error).sentence ?? error.description)
    }
  }
}

extension EventMirror.Report {
  /// What people should know; nil when all is well.
  public var sentence: String? {
    let refusals =
      refused == 0
      ? nil : "\(Self.events(refused)) could not be mirrored, since the database refused: \(refusal ?? "")."
    guard let trouble else { return refusals }
    let some = events == 0 ? "The events were not mirrored" : "\(Self.events(events)) went to the mirror and no more"
    return [refusals, "\(some), since \(trouble.description): the next run goes on from there."]
      .compactMap(\.self).joined(separator: " ")
  }

  /// A number of events in words.
  static func events(_ count: Int) -> String { count == 1 ? "1 event" : "\(count) events" }
}
