internal import Foundation
internal import Journal

extension Session {
  /// Brings the journal's events where `outputs.yaml` wants them. Trouble with that is told and noted, and fails nothing.
  ///
  /// - Returns: What people should know, a sentence each.
  func settleOutputs() async throws -> [String] {
    guard configuration.outputs.mirror != nil || configuration.outputs.lineage != nil else { return [] }
    var sentences = [try await sendLineage()]
    var trouble: String?
    if let settings = configuration.outputs.mirror {
      trouble = await mirror(settings)
      sentences.append(trouble)
    }
    try await recordOperations()
    // What was just written goes there too, so that the table is no event behind.
    if let settings = configuration.outputs.mirror, trouble == nil { sentences.append(await mirror(settings)) }
    return sentences.compactMap(\.self)
  }

  private func sendLineage() async throws -> String? {
    let target: LineageTarget?
    do throws(LineageError) {
      target = try lineageTarget()
    } catch {
      return "OpenLineage's run events were not sent, since \(error.description): the next run sends them."
    }
    guard let target else { return nil }
    return try await settleLineage(to: target, within: .seconds(configuration.outputs.timeLimitSeconds))
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
