/// The files that were fetched, by URL key and address, with the revised releases that were found there: a fold.
public struct ReleaseBook: Equatable, Sendable {
  /// The files by address, by URL key.
  private var places: [String: [String: ReleaseFile]] = [:]
  /// The addresses that a source has told of since it last ended, by URL key and source.
  private var told: [[String]: Set<String>] = [:]
  /// What kept addresses from being checked the last time, by address or server: the error's type.
  public private(set) var troubles: [String: String] = [:]
  /// The address at which the last check stopped for want of time; the next one begins there.
  public private(set) var next: String?

  /// Folds the events in the order given.
  public init(replaying events: some Sequence<Event> = []) { for event in events { apply(event) } }

  /// The files in the order of their URL keys and addresses.
  public var files: [ReleaseFile] {
    places.values.flatMap(\.values).sorted { ($0.urlKey, $0.url) < ($1.urlKey, $1.url) }
  }

  /// The files of which a source waits to be loaded from a revised release.
  public func revised(of source: String, urlKey: String) -> [ReleaseFile] {
    (places[urlKey] ?? [:]).values.filter { $0.revision?.waiting.contains(source) == true }.sorted { $0.url < $1.url }
  }

  /// Takes one event in.
  public mutating func apply(_ event: Event) {
    switch event.type {
    case .fileFetched: fetch(event)
    case .sourceLoaded, .sourceFailed, .sourceSkipped: end(event)
    case .releaseRevised: revise(event)
    case .releasesChecked:
      troubles = (event.data["troubles"]?.object ?? [:]).compactMapValues(\.string)
      next = event.data["next"]?.string
    default: break
    }
  }

  private mutating func fetch(_ event: Event) {
    guard let publication = event.context.publication, let period = event.context.period,
      let url = event.data["url"]?.string, let digest = event.data["sha256"]?.string
    else { return }
    let key = "\(publication)/\(period)"
    var file = places[key]?[url] ?? ReleaseFile(publication: publication, period: period, url: url, sha256: digest)
    file.take(fetched: event)
    places[key, default: [:]][url] = file
    if let source = event.context.sourceCode { told[[key, source], default: []].insert(url) }
  }

  private mutating func revise(_ event: Event) {
    guard let key = event.context.urlKey else { return }
    if event.data["outcome"] == "loaded" {
      guard let source = event.context.sourceCode else { return }
      for url in (places[key] ?? [:]).keys { places[key]?[url]?.settle(source) }
    } else if let url = event.data["url"]?.string {
      places[key]?[url]?.take(revised: event)
    }
  }

  /// A source that ended has said from which files: it has no part any more in others, whose address a fix may have changed.
  private mutating func end(_ event: Event) {
    guard let key = event.context.urlKey, let source = event.stateSource else { return }
    let own = told.removeValue(forKey: [key, source]) ?? []
    let isGone = ["removed", "disabled"].contains(event.data["reason"]?.string)
    // A load that failed may not have come to all of its files.
    guard isGone || (event.type != .sourceFailed && !own.isEmpty) else { return }
    for url in (places[key] ?? [:]).keys where !own.contains(url) {
      places[key]?[url]?.sources.remove(source)
      places[key]?[url]?.settle(source)
    }
  }
}

extension ReleaseBook {
  /// The sources that stand loaded or failed with a file's bytes; the order is that of the alphabet.
  ///
  /// A program that tells of its files without naming sources is understood by the hash of what a source was loaded from.
  public func sources(of file: ReleaseFile, in state: BackfillState) -> [String] {
    guard let record = state[file.urlKey] else { return [] }
    var sources = file.sources
    if sources.isEmpty {
      let named = (places[file.urlKey] ?? [:]).values.reduce(into: Set<String>()) { $0.formUnion($1.sources) }
      for (code, source) in record.sources where source.inputHash == file.sha256 && !named.contains(code) {
        sources.insert(code)
      }
    }
    return sources.filter { [.loaded, .failed].contains(record.sources[$0]?.status) }.sorted()
  }

  /// What is to be told when a source is loaded that waited for a revised release; nil when it waited for none.
  public func completion(of load: Event) -> Event? {
    guard load.type == .sourceLoaded, let key = load.context.urlKey, let source = load.stateSource,
      let file = revised(of: source, urlKey: key).first, let revision = file.revision
    else { return nil }
    var data: [String: JSONValue] = [
      "outcome": "loaded", "url": .string(file.url), "before": .string(revision.before),
      "after": .string(revision.sha256), "sources": [.string(source)],
    ]
    data["rows_before"] = load.data["rows_before"] ?? revision.rows[source].map(JSONValue.int)
    for name in ["rows", "rows_added", "rows_removed"] { data[name] = load.data[name] }
    var context = load.context
    context.sourceCode = source
    let words = ReleaseWords.counts(
      rows: data["rows"]?.int, before: data["rows_before"]?.int, added: data["rows_added"]?.int,
      removed: data["rows_removed"]?.int)
    data["message"] = .string(
      "\(source) is loaded from the revised \(file.name)" + (words.isEmpty ? "" : ": \(words)"))
    return Event(.releaseRevised, context: context, data: data)
  }
}

/// How a release's numbers are said.
public enum ReleaseWords {
  /// `31 rows instead of 30, 2 added, 1 removed`, as far as the numbers are there.
  public static func counts(rows: Int?, before: Int?, added: Int?, removed: Int?) -> String {
    var parts: [String] = []
    if let rows {
      let change = before.map { $0 == rows ? " as before" : " instead of \($0)" } ?? ""
      parts.append("\(rows) \(rows == 1 ? "row" : "rows")\(change)")
    }
    if let added, let removed { parts.append("\(added) added, \(removed) removed") }
    return parts.joined(separator: ", ")
  }
}
