public import Journal

/// The journal of a run together with what it means so far: every event is written first and folded then.
public actor RunRecorder {
  private let writer: JournalWriter
  private let lock: WorkspaceLock?
  private let queue = ExclusiveQueues()
  private var observers: [@Sendable ([Event]) async -> Void] = []
  /// The run.
  public nonisolated let runID: String
  /// Where the backfill stands.
  public private(set) var state: BackfillState
  /// The fixes.
  public private(set) var fixes: FixBook
  /// What resume has to know beyond the state.
  public private(set) var memory: RunMemory
  /// What was written in this run, for its summary.
  public private(set) var written: [Event] = []
  /// What was learned from other machines since the run began.
  private(set) var learned: [Event] = []

  /// Folds the history; what is appended goes to the writer.
  ///
  /// - Parameter lock: The workspace's lock, kept for as long as somebody can write.
  public init(writer: JournalWriter, history: [Event], lock: WorkspaceLock? = nil) {
    self.lock = lock
    self.writer = writer
    runID = writer.runID
    state = BackfillState(replaying: history)
    fixes = FixBook(replaying: history)
    memory = RunMemory(replaying: history)
  }

  /// Somebody who folds the events too, such as the owner of the branches.
  public func observe(_ observer: @escaping @Sendable ([Event]) async -> Void) { observers.append(observer) }

  /// Appends events, durable when it returns, and folds them. For those who fold their own events themselves.
  public func append(_ events: [Event]) async throws {
    let named = events.map { event in
      var event = event
      if event.runID.isEmpty { event.runID = runID }
      // The address is the configuration's own, and may carry a password or a token.
      event.context.url = event.context.url.map(Redaction.redact)
      return event
    }
    guard !named.isEmpty else { return }
    // In turn, so that what is folded is in the order of the file.
    try await queue.using("journal") {
      try await self.writer.append(named)
      await self.fold(named)
    }
  }

  /// Appends events and tells the observers: what the run itself has to say.
  func record(_ events: [Event]) async throws {
    try await append(events)
    for observer in observers { await observer(events) }
  }

  /// Takes in what happened elsewhere: it is written and folded, but is no deed of this run.
  ///
  /// - Parameter asHistory: Before anybody has looked at the history, of which it becomes a part.
  func learn(_ events: [Event], asHistory: Bool = false) async throws {
    guard !events.isEmpty else { return }
    try await queue.using("journal") {
      try await self.writer.append(events)
      await self.takeIn(events, asHistory: asHistory)
    }
    for observer in observers { await observer(events) }
  }

  private func takeIn(_ events: [Event], asHistory: Bool) {
    for event in events { apply(event) }
    if !asHistory { learned += events }
  }

  private func fold(_ events: [Event]) {
    for event in events { apply(event) }
    written += events
  }

  private func apply(_ event: Event) {
    state.apply(event)
    fixes.apply(event)
    memory.apply(event)
  }
}
