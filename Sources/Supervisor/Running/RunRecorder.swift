internal import Foundation
public import Journal

/// The journal of a run together with what it means so far: every event is written first and folded then.
///
/// What is appended while a write is on its way to the disk goes there together with the next one (group commit): who appends
/// waits for one write and its fsync at most besides their own, however many others do.
public actor RunRecorder {
  /// What somebody waits for to be written.
  private struct Entry {
    let events: [Event]
    let lines: Data
    let isOwn: Bool
    let isHistory: Bool
    /// Who waits for it; nil for the one who writes it.
    let written: CheckedContinuation<Void, any Error>?
  }

  private let writer: JournalWriter
  private let lock: WorkspaceLock?
  private var waiting: [Entry] = []
  private var isWriting = false
  private var observers: [@Sendable ([Event]) async -> Void] = []
  /// The run.
  public nonisolated let runID: String
  /// Where the backfill stands.
  public private(set) var state: BackfillState
  /// The fixes.
  public private(set) var fixes: FixBook
  /// What resume has to know beyond the state.
  public private(set) var memory: RunMemory
  /// The schema drifts.
  public private(set) var drifts: DriftBook
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
    drifts = DriftBook(replaying: history)
  }

  /// Somebody who folds the events too, such as the owner of the branches.
  public func observe(_ observer: @escaping @Sendable ([Event]) async -> Void) { observers.append(observer) }

  /// Appends events and folds them: when it returns they survive this process, and the machine too unless they only say what is
  /// under way. For those who fold their own events themselves.
  public func append(_ events: [Event]) async throws {
    let named = events.map { event in
      var event = event
      if event.runID.isEmpty { event.runID = runID }
      // The address is the configuration's own, and may carry a password or a token.
      event.context.url = event.context.url.map(Redaction.redact)
      return event
    }
    try await commit(named, isOwn: true)
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
    try await commit(events, isOwn: false, isHistory: asHistory)
    for observer in observers { await observer(events) }
  }

  /// Looks at what is known by now, without a copy that the next event would have to be kept from.
  func look<Answer: Sendable>(_ at: @Sendable (BackfillState, RunMemory, FixBook) -> Answer) -> Answer {
    at(state, memory, fixes)
  }

  private func commit(_ events: [Event], isOwn: Bool, isHistory: Bool = false) async throws {
    guard !events.isEmpty else { return }
    // Here, so that what cannot be written at all is the trouble of nobody else.
    let lines = try writer.lines(of: events)
    func entry(_ written: CheckedContinuation<Void, any Error>?) -> Entry {
      Entry(events: events, lines: lines, isOwn: isOwn, isHistory: isHistory, written: written)
    }
    guard isWriting else {
      isWriting = true
      defer { writeWaiting() }
      return try await write([entry(nil)])
    }
    try await withCheckedThrowingContinuation { waiting.append(entry($0)) }
  }

  /// Sees to what came to wait while something was written.
  private func writeWaiting() {
    guard !waiting.isEmpty else { return isWriting = false }
    let group = waiting
    waiting = []
    Task {
      do {
        try await write(group)
        for entry in group { entry.written?.resume() }
      } catch {
        for entry in group { entry.written?.resume(throwing: error) }
      }
      writeWaiting()
    }
  }

  /// Writes a group; it is folded in the order of the file.
  private func write(_ group: [Entry]) async throws {
    let mustLast = group.contains { $0.events.contains { !$0.type.isOnlyUnderway } }
    try await writer.append(lines: group.reduce(into: Data()) { $0 += $1.lines }, mustLast: mustLast)
    for entry in group { fold(entry) }
  }

  private func fold(_ entry: Entry) {
    for event in entry.events { apply(event) }
    if entry.isOwn { written += entry.events } else if !entry.isHistory { learned += entry.events }
  }

  private func apply(_ event: Event) {
    state.apply(event)
    fixes.apply(event)
    memory.apply(event)
    drifts.apply(event)
  }
}
