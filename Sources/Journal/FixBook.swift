public import Foundation

/// A ref that was about to move when the journal last spoke of it: a kill may have struck before or after.
public struct FixIntent: Hashable, Sendable {
  /// The full name of the ref.
  public var ref: String
  /// Its commit before; nil when it was to be created.
  public var old: String?
  /// Its commit after; nil when it was to be deleted.
  public var new: String?
  /// The fix it was for.
  public var fix: FixRecord

  /// Creates an intent.
  public init(ref: String, old: String?, new: String?, fix: FixRecord) {
    self.ref = ref
    self.old = old
    self.new = new
    self.fix = fix
  }
}

/// All fixes that the journal knows, as a fold over `fix_intended`, `fix_published`, `fix_status` and `reconciled`.
public struct FixBook: Equatable, Sendable {
  private var order: [String] = []
  private var records: [String: FixRecord] = [:]
  private var pending: [String: FixIntent] = [:]
  private var pendingOrder: [String] = []
  private var ownTips: [String: Set<String>] = [:]
  private var since: [String: Date] = [:]
  /// The commit that every fix but the unreconciled was last compared with.
  public private(set) var reconciled: String?
  /// The fixes that were published since.
  public private(set) var unreconciled: Set<String> = []
  private var places: [String: [String: String]] = [:]
  private var publishedHere: [String: String] = [:]
  private var hearsay: Set<String> = []

  /// An empty book.
  public init() {}

  /// Folds the events in the order given.
  public init(replaying events: some Sequence<Event>) { for event in events { apply(event) } }

  /// The published fixes in the order of their first publication.
  public var fixes: [FixRecord] { order.compactMap { records[$0] } }

  /// The fix of that id, if it was published.
  public subscript(id: String) -> FixRecord? { records[id] }

  /// Intents without a publication: a run was killed around the move of a ref.
  public var unfinished: [FixIntent] { pendingOrder.compactMap { pending[$0] } }

  /// The commits that Errata itself put at a ref (or was about to); any other tip belongs to a person.
  public func tips(of ref: String) -> Set<String> { ownTips[ref] ?? [] }

  /// The commit of a fix that was last published at a place, such as the remote `origin`; nil when it never was.
  public func published(_ id: String, at place: String) -> String? { places[id]?[place] }

  /// Whether this machine put the fix forward itself, so that it would know of its branch being gone.
  public func isPublishedHere(_ id: String) -> Bool { publishedHere[id] != nil }

  /// Whether only the ledger tells what became of the fix.
  public func isHearsay(_ id: String) -> Bool { hearsay.contains(id) }

  /// The fixes that wait for a person.
  public var open: [FixRecord] { fixes.filter { $0.status == .open } }

  /// When the fix was put forward; rebuilding its branch starts no new wait.
  public func waitingSince(_ id: String) -> Date? { since[id] }

  /// The open fixes of a URL key, and of one source in it when it is given.
  public func open(urlKey: String, source: String? = nil) -> [FixRecord] {
    open.filter { $0.urlKey == urlKey && (source == nil || $0.source == source) }
  }

  /// Takes one event in; events of other types change nothing.
  public mutating func apply(_ event: Event) {
    switch event.type {
    case .fixIntended: intend(event)
    case .fixPublished: publish(event)
    case .fixStatus: changeStatus(event)
    case .reconciled:
      reconciled = event.data["head"]?.string
      unreconciled = []
    default: break
    }
  }

  private mutating func intend(_ event: Event) {
    guard let fix = try? event.data["fix"]?.decode(FixRecord.self), let ref = event.data["ref"]?.string else { return }
    let intent = FixIntent(ref: ref, old: event.data["old"]?.string, new: event.data["new"]?.string, fix: fix)
    for tip in [intent.old, intent.new].compactMap(\.self) { ownTips[ref, default: []].insert(tip) }
    settle(fix.id)
    pending[fix.id] = intent
    pendingOrder.append(fix.id)
  }

  private mutating func publish(_ event: Event) {
    let identifier = event.data["fix"]?["id"]?.string ?? event.data["fix_id"]?.string ?? event.data["fix"]?.string
    guard let identifier else { return }
    let written = try? event.data["fix"]?.decode(FixRecord.self)
    guard var fix = written ?? pending[identifier]?.fix ?? records[identifier] else { return }
    fix.status = .open
    settle(identifier)
    if let place = event.data["place"]?.string, let commit = fix.commit { places[fix.id, default: [:]][place] = commit }
    if let commit = fix.commit, !fix.branch.isEmpty { ownTips["refs/heads/\(fix.branch)", default: []].insert(commit) }
    if event.isLearned {
      // What this machine built itself from the same evidence stands here; the other's commit is Errata's as well.
      if publishedHere[fix.id] == fix.evidenceHash { return }
      if let known = records[fix.id], known.evidenceHash == fix.evidenceHash { fix.takeRefusal(of: known) }
    } else {
      publishedHere[fix.id] = fix.evidenceHash
    }
    let before = records.updateValue(fix, forKey: fix.id)
    if before == nil { order.append(fix.id) }
    if before?.status != .open { since[fix.id] = event.timestamp }
    unreconciled.insert(fix.id)
  }

  private mutating func changeStatus(_ event: Event) {
    guard let identifier = event.data["fix_id"]?.string,
      let status = event.data["status"]?.string.flatMap(FixStatus.init(rawValue:))
    else { return }
    settle(identifier)
    guard var fix = records[identifier] else { return }
    fix.status = status
    fix.statusReason = event.data["reason"]?.string
    fix.statusCommit = event.data["commit"]?.string
    fix.statusValue = event.data["value"]
    fix.mergedAutomatically = event.data["automatic"]?.bool
    fix.supersededBy = event.data["superseded_by"]?.string
    // What it edits is found elsewhere now.
    if let changes = try? event.data["changes"]?.decode([FixChange].self) {
      fix.changes = changes
      fix.source = event.data["source"]?.string ?? fix.source
    }
    records[identifier] = fix
    if event.isLearned { hearsay.insert(identifier) } else { hearsay.remove(identifier) }
  }

  private mutating func settle(_ identifier: String) {
    guard pending.removeValue(forKey: identifier) != nil else { return }
    pendingOrder.removeAll { $0 == identifier }
  }
}

extension FixRecord {
  /// Who put a fix forward elsewhere may not have known that it was turned down.
  fileprivate mutating func takeRefusal(of known: FixRecord) {
    guard known.status.isRefusal else { return }
    status = known.status
    statusReason = known.statusReason
    statusCommit = known.statusCommit
    statusValue = known.statusValue
  }
}
