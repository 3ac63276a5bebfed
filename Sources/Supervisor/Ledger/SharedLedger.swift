public import Foundation
internal import Git
public import Journal
internal import Repair

/// Keeps a machine's journal and the ledger in step: what others did comes into the journal when a session begins, and what
/// happened here goes into the ledger when it ends.
///
/// It is written wherever git is usable, with or without a remote: work trees and clones on one machine share it through their
/// files alone, a lost journal is found again in it, and the first push to a remote then has all of it. It costs one commit for
/// a run in which something happened, and a look at one reference for a run in which nothing did.
public struct SharedLedger: Sendable {
  private let workspace: Workspace
  private let author: Author
  private let values: ValuePolicy
  private let now: @Sendable () -> Date

  /// Prepares the workspace's ledger.
  ///
  /// - Parameter values: How much of the data's values others may see.
  public init(
    workspace: Workspace, author: Author = Author(), values: ExecutionMode.ReportValues = .counts,
    now: @escaping @Sendable () -> Date = Date.init
  ) {
    self.workspace = workspace
    self.author = author
    self.values = ValuePolicy(rawValue: values.rawValue) ?? .counts
    self.now = now
  }

  /// What others did, as events that the journal does not have yet.
  ///
  /// A ledger that cannot be read in part gives what can be read of it: a fix that was turned down elsewhere stays so. That
  /// something is wrong is told where the ledger is to be written.
  public func news(for history: [Event]) -> [Event] {
    guard let store = store, let tips = try? tips(in: store), tips != Tips(history) else { return [] }
    var ledger = Ledger()
    for tip in [tips.own, tips.remote] {
      guard let reading = try? store.read(tip) else { continue }
      ledger = ledger.merged(with: reading.ledger)
    }
    return LedgerNews.events(
      in: ledger, own: LedgerDigest(replaying: history), fixes: FixBook(replaying: history))
  }

  /// Whether others may have done what the journal does not have yet.
  ///
  /// - Parameter mark: The journal's last `ledger_shared` event.
  public func hasNews(after mark: Event?) -> Bool {
    guard let store = store, let tips = try? tips(in: store) else { return false }
    return tips != Tips(mark.map { [$0] } ?? [])
  }

  /// The fixes as the ledger tells of them, others' included, and why it could not be read in full, in one sentence.
  func fixes() -> (fixes: [FixRecord], problem: String?) {
    guard let store = store else { return ([], nil) }
    do throws(GitError) {
      let tips = try tips(in: store)
      let (own, remote) = (try store.read(tips.own), try store.read(tips.remote))
      let problem = own.problem ?? remote.problem
      return (own.ledger.merged(with: remote.ledger).fixes, problem.map(Self.unreadable))
    } catch {
      return ([], Self.unreadable(error.message))
    }
  }

  /// What became of writing the ledger.
  public struct Saved: Sendable {
    /// For the journal: what others did meanwhile, and which ledger it is now in step with.
    public var events: [Event] = []
    /// Why nothing was written, in one sentence.
    public var problem: String?
  }

  /// Brings what the journal knows into the ledger. Nothing moves when nothing is new.
  ///
  /// - Parameter history: Every event of the journal.
  public func save(_ history: [Event]) async throws -> Saved {
    for attempt in 0..<Self.attempts {
      do throws(GitError) {
        return try write(history)
      } catch {
        guard error.isRace else { return Saved(problem: "The ledger could not be written: \(error.message).") }
        let pause = Int.random(in: 5...(40 << min(attempt, 4)))
        try await Task.sleep(for: .milliseconds(pause))
      }
    }
    return Saved(problem: "The ledger was not written, because others kept writing it: the next run does it.")
  }

  private static let attempts = 25

  var store: LedgerStore? { (try? WorkspaceRepository(workspace: workspace.root)).map(LedgerStore.init) }

  private func tips(in store: LedgerStore) throws(GitError) -> Tips {
    Tips(own: try store.tip(LedgerStore.reference), remote: try store.tip(LedgerStore.remoteReference))
  }

  /// One attempt: reads the ledger, merges, and moves the reference if nobody else did.
  private func write(_ history: [Event]) throws(GitError) -> Saved {
    guard let store = store else { return Saved() }
    let tips: Tips
    do throws(GitError) {
      tips = try self.tips(in: store)
    } catch {
      return Saved(problem: Self.unreadable(error.message))
    }
    // What stands before the mark is in the ledger that the mark names.
    let isInStep = tips == Tips(history)
    let start = isInStep ? history.lastIndex { $0.type == .ledgerShared } ?? 0 : 0
    let digest = LedgerDigest(replaying: history[start...], after: history[..<start])
    let paths = isInStep ? digest.paths : nil
    if let paths, paths.isEmpty { return Saved() }

    let base = try store.read(tips.own, only: paths)
    let remote = isInStep ? LedgerStore.Reading() : try store.read(tips.remote)
    if let problem = base.problem ?? remote.problem { return Saved(problem: Self.unreadable(problem)) }
    let own: Ledger
    do {
      own = try digest.ledger { error in self.shown(error) }
    } catch {
      return Saved(problem: "The ledger was not written, because an event cannot be written as JSON: \(error).")
    }
    let theirs = base.ledger.merged(with: remote.ledger)
    let merged = theirs.merged(with: own)
    let changes = merged.changes(since: base.ledger)
    var after = tips
    if !changes.isEmpty {
      let commit = try store.commit(changes, onto: tips.own, author: signature)
      try store.move(from: tips.own, to: commit)
      after.own = commit
    }
    if after == Tips(history) || after.own == nil { return Saved() }
    let news = isInStep ? [] : LedgerNews.events(in: theirs, own: digest, fixes: FixBook(replaying: history))
    return Saved(events: news + [after.event])
  }

  /// Who writes the ledger, now.
  var signature: Signature { Signature(name: author.name, email: author.email, date: now()) }

  private func shown(_ error: EventError) -> EventError {
    var shown = error
    let hidden = [error.value].compactMap(\.self)
    shown.message = values.masked(error.message, values: hidden)
    shown.value = hidden.first.flatMap { values == .full || Markers.mayBeShown($0) ? $0 : nil }
    return shown
  }

  static func unreadable(_ why: String) -> String {
    "The ledger \(LedgerStore.reference) cannot be read (\(why)), so it is left as it is and nothing is added to it: mend it, "
      + "or delete it with `git update-ref -d \(LedgerStore.reference)` to have it written anew from the journal."
  }
}

/// Which ledgers were seen.
private struct Tips: Equatable {
  var own: ObjectID?
  var remote: ObjectID?

  init(own: ObjectID?, remote: ObjectID?) {
    self.own = own
    self.remote = remote
  }

  /// The ledgers that the journal is in step with.
  init(_ history: [Event]) {
    let mark = history.last { $0.type == .ledgerShared }
    own = mark?.data["commit"]?.string.flatMap(ObjectID.init)
    remote = mark?.data["remote"]?.string.flatMap(ObjectID.init)
  }

  var event: Event {
    var data: [String: JSONValue] = [:]
    if let own { data["commit"] = .string(own.hex) }
    if let remote { data["remote"] = .string(remote.hex) }
    return Event(.ledgerShared, data: data)
  }
}
