public import Journal
internal import Repair

/// What resume has to know beyond the state: in which order things happened, and from which inputs.
public struct RunMemory: Equatable, Sendable {
  /// The last time a stage succeeded.
  public struct Mark: Equatable, Sendable {
    /// Its place in the order of all events.
    var order: Int
    /// The hash of what it was run with.
    var inputHash: String?
  }

  private var count = 0
  private var stages: [String: Mark] = [:]
  private var changes: [String: Int] = [:]
  private var loads: [String: Set<String>] = [:]
  private var known: Set<String> = []
  private var writes: [String: String] = [:]
  private var hearsay: Set<String> = []
  /// The files that were fetched, and what is at their addresses now.
  public private(set) var releases = ReleaseBook()

  /// Folds the events in the order given.
  public init(replaying events: some Sequence<Event> = []) { for event in events { apply(event) } }

  /// Takes one event in.
  public mutating func apply(_ event: Event) {
    count += 1
    releases.apply(event)
    let key = event.context.urlKey ?? ""
    let source = event.context.sourceCode ?? event.data["source_code"]?.string
    switch event.type {
    case .stageCompleted:
      guard let stage = event.context.stage ?? event.data["stage_name"]?.string else { return }
      stages[Self.name(key, stage, event.context.sourceCode)] = Mark(
        order: count, inputHash: event.data["input_hash"]?.string)
    case .sourceLoaded:
      changes[key] = count
      guard let source else { return }
      loads["\(key)/\(source)", default: []].insert(event.data["entry_hash"]?.string ?? "")
      if let publication = event.context.publication { known.insert(Self.subject(source, of: publication)) }
      noteOrigin(event, "\(key)/\(source)")
    case .sourceSkipped:
      if let source { noteOrigin(event, "\(key)/\(source)") }
    case .sourceUnloaded:
      changes[key] = count
      guard let source else { return }
      loads["\(key)/\(source)"] = nil
      hearsay.remove("\(key)/\(source)")
    case .fileWritten:
      guard let path = event.data["path"]?.string else { return }
      writes[path] = event.data["sha256"]?.string
    default: break
    }
  }

  /// The last success of a stage of a URL key (empty for a stage that runs once per run), of one source when it is given.
  public func success(of stage: String, urlKey: String, source: String? = nil) -> Mark? {
    stages[Self.name(urlKey, stage, source)]
  }

  /// The place of the last load or unload of any source of the URL key.
  public func lastChange(urlKey: String) -> Int { changes[urlKey] ?? 0 }

  /// Whether the journal has a load of that source with that manifest entry that was not taken back since.
  public func hasLoad(of source: String, urlKey: String, entryHash: String?) -> Bool {
    guard let hashes = loads["\(urlKey)/\(source)"] else { return false }
    guard let entryHash else { return !hashes.isEmpty }
    return hashes.contains(entryHash)
  }

  /// Whether the source, of this period or another, was ever loaded, be it taken out since.
  func hasEverLoaded(_ source: String, of publication: String) -> Bool {
    known.contains(Self.subject(source, of: publication))
  }

  private static func subject(_ source: String, of publication: String) -> String {
    "\(publication)/\(DriftSign.subject(of: source))"
  }

  /// Whether only the ledger says that the source is loaded: into some target, which need not be this machine's.
  public func isHearsay(source: String, urlKey: String) -> Bool { hearsay.contains("\(urlKey)/\(source)") }

  private mutating func noteOrigin(_ event: Event, _ place: String) {
    if event.isLearned { hearsay.insert(place) } else { hearsay.remove(place) }
  }

  /// The hash of what a stage last left in a file.
  public func digest(ofWritten path: String) -> String? { writes[path] }

  private static func name(_ key: String, _ stage: String, _ source: String?) -> String {
    "\(key)\u{1F}\(stage)\u{1F}\(source ?? "")"
  }
}
