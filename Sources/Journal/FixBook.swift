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

extension FixIntent {
  /// Reads a `fix_intended` event.
  fileprivate init?(_ event: Event) {
    guard let fix = try? event.data["fix"]?.decode(FixRecord.self), let ref = event.data["ref"]?.string else {
      return nil
    }
    self.init(ref: ref, old: event.data["old"]?.string, new: event.data["new"]?.string, fix: fix)
  }
}

/// All fixes that the journal knows, as a fold over `fix_intended`, `fix_published`, `fix_status` and `reconciled`.
public struct FixBook: Equatable, Sendable {
  private var order: [String] = []
  private var records: [String: FixRecord] = [:]
  /// Events, since of a thousand intents hardly one stays unfinished and has to be read.
  private var pending: [String: Event] = [:]
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
  private var editors: [String: Set<String>] = [:]
  private var builtHere: Set<String> = []

  /// An empty book.
  public init() {}

  /// Folds the events in the order given.
  public init(replaying events: some Sequence<Event>) { for event in events { apply(event) } }

  /// The published fixes in the order of their first publication.
  public var fixes: [FixRecord] { order.compactMap { records[$0] } }

  /// The fix of that id, if it was published.
  public subscript(id: String) -> FixRecord? { records[id] }

  /// Intents without a publication: a run was killed around the move of a ref.
  public var unfinished: [FixIntent] { pendingOrder.compactMap { pending[$0].flatMap(FixIntent.init) } }

  /// The commits that Errata itself put at a ref (or was about to); any other tip belongs to a person.
  public func tips(of ref: String) -> Set<String> { ownTips[ref] ?? [] }

  /// Whether this machine itself has put the commit on a branch; others' commits are known through the ledger.
  public func isBuiltHere(_ commit: String) -> Bool { builtHere.contains(commit) }

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

  /// The fixes that edit any of these files, in the order of their first publication.
  public func fixes(editing files: some Sequence<String>) -> [FixRecord] {
    let identifiers = Set(files.flatMap { editors[$0] ?? [] })
    return order.filter(identifiers.contains).compactMap { records[$0] }
  }

  /// Takes one event in; events of other types change nothing.
  public mutating func apply(_ event: Event) {
    switch event.type {
    case .fixIntended: intend(event)
    case .fixPublished: publish(event)
    case .fixStatus: changeStatus(event)
    case .reconciled:
      // What another machine compared, this one has not: it may know of fixes that the other did not.
      if !event.isLearned { unreconciled = [] } else if reconciled != nil { return }
      reconciled = event.data["head"]?.string
    default: break
    }
  }

  private mutating func intend(_ event: Event) {
    guard let identifier = event.data["fix"]?["id"]?.string, let ref = event.data["ref"]?.string else { return }
    for tip in ["old", "new"].compactMap({ event.data[$0]?.string }) { ownTips[ref, default: []].insert(tip) }
    if !event.isLearned, let tip = event.data["new"]?.string { builtHere.insert(tip) }
    settle(identifier)
    pending[identifier] = event.kept
    pendingOrder.append(identifier)
  }

  private mutating func publish(_ event: Event) {
    let identifier = event.data["fix"]?["id"]?.string ?? event.data["fix_id"]?.string ?? event.data["fix"]?.string
    guard let identifier else { return }
    let written = try? event.data["fix"]?.decode(FixRecord.self)
    guard var fix = written ?? pending[identifier].flatMap(FixIntent.init)?.fix ?? records[identifier] else { return }
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
      if let commit = fix.commit { builtHere.insert(commit) }
    }
    let before = records.updateValue(fix, forKey: fix.id)
    if before == nil { order.append(fix.id) }
    note(fix)
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
      note(fix)
    }
    records[identifier] = fix
    guard event.isLearned else {
      hearsay.remove(identifier)
      return
    }
    // The other may have looked at an older base than this machine: history is asked again.
    hearsay.insert(identifier)
    unreconciled.insert(identifier)
  }

  private mutating func note(_ fix: FixRecord) {
    for change in fix.changes { editors[change.file, default: []].insert(fix.id) }
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
