public import Foundation
public import Journal

/// A workspace opened for changes: its lock, its history, and the journal of the run that begins.
public struct RunSession: Sendable {
  /// The workspace's lock; it is given back when it is released, or when the session and its recorder are gone.
  public let lock: WorkspaceLock
  /// Every event of the journal so far.
  public private(set) var history: [Event]
  /// Lines of the journal that cannot be read, for people.
  public let warnings: [JournalWarning]
  /// The run's journal.
  public let recorder: RunRecorder

  /// The run's name.
  public var runID: String { recorder.runID }

  /// Takes the lock, reads the journal and opens the next run's file.
  ///
  /// - Throws: `WorkspaceLockError` when another errata is at work, `JournalError` when the journal cannot be read or written.
  public init(workspace: Workspace, now: Date = Date()) throws {
    lock = try WorkspaceLock(path: workspace.state + "/errata.lock")
    if lock.interrupted != nil { HalfWrittenFiles.remove(in: workspace) }
    let contents = try JournalReader.read(in: workspace.logs)
    try JournalWriter.mend(contents.warnings)
    history = contents.events
    warnings = contents.warnings
    let run = RunID.next(after: contents.runs + Set(contents.events.map(\.runID)), now: now)
    recorder = RunRecorder(
      writer: try JournalWriter(directory: workspace.logs, runID: run), history: contents.events, lock: lock)
  }

  /// Adds what happened elsewhere to the journal, as a part of its history.
  mutating func learn(_ events: [Event]) async throws {
    try await recorder.learn(events, asHistory: true)
    history += events
  }
}
