internal import Foundation
public import Journal

/// What a person asks with `errata acknowledge`: checked against the state, it becomes one event.
public struct AcknowledgeRequest: Sendable {
  /// `PUB/PERIOD` or `PUB/PERIOD/SOURCE`.
  public var place: String
  /// The day from which on the failures count again; nil to take an acknowledgement back.
  public var until: String?
  /// Why.
  public var reason: String

  /// Creates a request.
  public init(place: String, until: String?, reason: String = "") {
    self.place = place
    self.until = until
    self.reason = reason
  }

  /// The event that says so.
  ///
  /// - Parameter today: `yyyy-mm-dd`.
  /// - Throws: `AcknowledgeError` for a place without failures or acknowledgement, and for a day that is none or is past.
  public func event(in state: BackfillState, today: String) throws(AcknowledgeError) -> Event {
    let parts = place.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 2, parts.allSatisfy({ !$0.isEmpty }) else {
      throw AcknowledgeError("'\(place)' names no period; give one as adhd/nov25 or adhd/nov25/SOURCE")
    }
    let context = EventContext(
      publication: parts[0], period: parts[1], sourceCode: parts.count > 2 ? parts[2] : nil)
    guard let until else {
      guard state.acknowledgements[place] != nil else {
        throw AcknowledgeError(
          "nothing is acknowledged at \(place)" + Self.list(state.acknowledgements.keys, "acknowledged is"))
      }
      return Event(.failureAcknowledged, context: context, data: ["withdrawn": true])
    }
    try check(until, today)
    guard !reason.allSatisfy(\.isWhitespace) else { throw AcknowledgeError("the reason is empty; say why") }
    let failures = failures(in: state, context)
    guard !failures.isEmpty else {
      let failed = state.urls.filter { !$0.value.standingFailures.isEmpty }.keys
      throw AcknowledgeError("nothing fails at \(place)" + Self.list(failed, "failures stand in"))
    }
    return Event(
      .failureAcknowledged, context: context,
      data: [
        "until": .string(until), "reason": .string(Redaction.redact(reason)),
        "failures": .object(
          Dictionary(failures.map { ($0.name, .string($0.errorType)) }, uniquingKeysWith: { first, _ in first })),
      ])
  }

  private func check(_ until: String, _ today: String) throws(AcknowledgeError) {
    guard let date = Event.date(from: until + "T00:00:00Z"), RunID.day(date) == until else {
      throw AcknowledgeError("'\(until)' is no day; give one as 2026-12-24")
    }
    guard until > today else {
      throw AcknowledgeError(
        "\(until) is not after today, \(today): the failures would count at once; give a later day")
    }
  }

  private func failures(in state: BackfillState, _ context: EventContext) -> [StandingFailure] {
    let all = context.urlKey.flatMap { state[$0] }?.standingFailures ?? []
    return context.sourceCode.map { source in all.filter { $0.source == source } } ?? all
  }

  private static func list(_ names: some Collection<String>, _ words: String) -> String {
    guard !names.isEmpty else { return "" }
    let shown = names.sorted().prefix(10).joined(separator: ", ")
    return "; \(words) \(shown)" + (names.count > 10 ? " and \(names.count - 10) more" : "")
  }
}

/// Why failures cannot be acknowledged, in one sentence.
public struct AcknowledgeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  init(_ description: String) { self.description = description }
}

extension Session {
  /// Records what a person knows of, for every later run.
  ///
  /// - Returns: Sentences for people.
  public func acknowledge(_ request: AcknowledgeRequest) async throws -> [String] {
    let event = try request.event(in: await running.recorder.state, today: RunID.day(tools.now()))
    try await running.recorder.record([event])
    return try await finish()
  }
}
