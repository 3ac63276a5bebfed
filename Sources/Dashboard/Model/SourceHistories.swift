internal import Journal

/// What became of every source in every run that the dashboard shows: read by the page only when a run or source is opened.
public struct SourceHistories: Encodable, Sendable {
  /// The histories in the order of the model's sources.
  public internal(set) var sources: [History] = []

  /// One source's.
  public struct History: Encodable, Sendable {
    /// The runs' indexes in the model.
    public internal(set) var runs: [Int] = []
    /// A letter for each: `L` loaded, `F` failed, `U` taken out again, `K` loaded before and kept.
    public internal(set) var outcomes = ""
    /// The rows of each; 0 for what was not loaded.
    public internal(set) var rows: [Int] = []
    /// The error's type of each `F` in their order, by its index in the model's `strings`.
    public internal(set) var errors: [Int] = []
  }
}

extension SourceHistories.History {
  private enum CodingKeys: String, CodingKey { case spans, outcomes, rows, errors }

  /// Writes the runs as spans of a first index and a length: most sources are in every run for a long time.
  public func encode(to encoder: any Encoder) throws {
    var spans: [[Int]] = []
    for run in runs {
      if let last = spans.last, last[0] + last[1] == run {
        spans[spans.count - 1][1] += 1
      } else {
        spans.append([run, 1])
      }
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(spans, forKey: .spans)
    try container.encode(outcomes, forKey: .outcomes)
    try container.encode(rows, forKey: .rows)
    try container.encode(errors, forKey: .errors)
  }
}

/// Gathers the histories while the journal is folded.
struct HistoryFold {
  private struct Entry {
    var run: Int
    var outcome: Character
    var rows: Int
    var error: String?
  }

  private var entries: [[String]: [Entry]] = [:]

  /// Takes an event of a run in; the last word of a run counts.
  mutating func apply(_ event: Event, run: Int) {
    guard let key = event.stateKey, let source = event.stateSource, let outcome = outcome(of: event) else { return }
    let entry = Entry(
      run: run, outcome: outcome, rows: outcome == "L" ? event.data["rows"]?.int ?? 0 : 0,
      error: outcome == "F" ? event.error?.type ?? ErrorType.unknown.rawValue : nil)
    let place = [key, source]
    if let last = entries[place]?.indices.last, entries[place]?[last].run == run {
      entries[place]?[last] = entry
    } else {
      entries[place, default: []].append(entry)
    }
  }

  private func outcome(of event: Event) -> Character? {
    switch event.type {
    case .sourceLoaded: "L"
    case .sourceFailed, .stageFailed: "F"
    case .sourceUnloaded: "U"
    case .sourceSkipped: event.data["reason"]?.string?.hasPrefix("already loaded") == true ? "K" : nil
    default: nil
    }
  }

  /// A source's history from a run on, which becomes run 0.
  func history(of source: String, in key: String, from first: Int, _ strings: inout StringTable)
    -> SourceHistories.History
  {
    var history = SourceHistories.History()
    for entry in entries[[key, source]] ?? [] where entry.run >= first {
      history.runs.append(entry.run - first)
      history.outcomes.append(entry.outcome)
      history.rows.append(entry.rows)
      if let error = entry.error { history.errors.append(strings.index(of: error)) }
    }
    return history
  }
}

/// Texts by the order in which they were first used.
struct StringTable {
  private(set) var strings: [String] = []
  private var indexes: [String: Int] = [:]

  /// Where the text stands; it is added when it is new.
  mutating func index(of text: String) -> Int {
    if let index = indexes[text] { return index }
    indexes[text] = strings.count
    strings.append(text)
    return strings.count - 1
  }
}
