/// The journal as run events of OpenLineage: a run of the backfill is a run of the job `backfill`, and each try of a stage a run of a
/// job of its own below it, `adhd.load.adhd_summary` for the source of that name.
///
/// What it makes of the same events is always the same, names included, so that what is sent again is known again.
public struct LineageFold: Sendable {
  /// A column of a table.
  public struct Column: Hashable, Sendable {
    /// Its name in the table.
    public let name: String
    /// Its type as the manifest says it.
    public let type: String?

    /// Describes a column.
    public init(name: String, type: String?) {
      self.name = name
      self.type = type
    }
  }

  /// A run's events.
  public struct Run: Sendable {
    /// The run's name in the journal.
    public let id: String
    /// What there is to send of it, in the order in which it happened.
    public var documents: [JSONValue] = []
    /// Whether nothing more comes.
    public var isOver = false
    let lineage: LineageDocument.Run
    /// The stages that have begun.
    var open: [Place: Stage] = [:]
    var last: Event
  }

  struct Place: Hashable {
    let publication, period, stage, source: String?
  }

  struct Stage: Sendable {
    let lineage: LineageDocument.Run
    let inputs: JSONValue?
    var files: [String] = []
    var loaded: [Event] = []
  }

  /// The runs in the order in which they began.
  public private(set) var runs: [Run] = []
  private let places: LineagePlaces
  private let done: Set<String>
  private let columns: @Sendable (_ manifest: String, _ source: String, _ entryHash: String) -> [Column]

  /// Begins a fold.
  ///
  /// - Parameters:
  ///   - done: Runs of which everything was sent: nothing is made of them.
  ///   - columns: What a manifest says of a source's columns, provided that its entry has that hash; none where it does not.
  public init(
    _ places: LineagePlaces, done: Set<String> = [],
    columns: @escaping @Sendable (_ manifest: String, _ source: String, _ entryHash: String) -> [Column] = { _, _, _ in
      []
    }
  ) {
    self.places = places
    self.done = done
    self.columns = columns
  }

  /// Takes an event in.
  public mutating func apply(_ event: Event) {
    guard !done.contains(event.runID) || event.type == .runStarted else { return }
    if event.type == .runStarted { return begin(event) }
    guard let index = runs.lastIndex(where: { $0.id == event.runID }), !runs[index].isOver else { return }
    switch event.type {
    case .stageStarted: begin(stage: event, in: index)
    case .fileFetched:
      if let address = event.data["url"]?.string { runs[index].open[place(event)]?.files.append(address) }
    case .sourceLoaded:
      let stage = runs[index].open[place(event)] == nil ? place(event, withoutSource: true) : place(event)
      runs[index].open[stage]?.loaded.append(event.kept)
    case .stageCompleted, .stageFailed: end(stage: event, in: index)
    case .runCompleted: end(event, in: index)
    default: break
    }
    runs[index].last = event
  }

  private func place(_ event: Event, withoutSource: Bool = false) -> Place {
    let context = event.context
    return Place(
      publication: context.publication, period: context.period, stage: context.stage,
      source: withoutSource ? nil : context.sourceCode)
  }

  /// A run begins; only one can be at work, so an earlier one that did not end was killed.
  private mutating func begin(_ event: Event) {
    for index in runs.indices where !runs[index].isOver { end(runs[index].last, in: index, killed: true) }
    guard !done.contains(event.runID) else { return }
    let lineage = LineageDocument.Run(
      id: LineageID.uuid("run \(event.eventID)"), job: "backfill", kind: "RUN", tags: [("run", event.runID)])
    var run = Run(id: event.runID, lineage: lineage, last: event)
    run.documents = [LineageDocument(kind: .start, event: event, run: lineage, places: places).json]
    runs.append(run)
  }

  /// A try of a stage begins. What only says that a stage's sources come now is no try.
  private mutating func begin(stage event: Event, in index: Int) {
    guard event.data["attempt"] != nil, let stage = event.context.stage else { return }
    let context = event.context
    let job = [context.publication, stage, context.sourceCode].compactMap(\.self).joined(separator: ".")
    let tags = [
      ("run", event.runID), ("publication", context.publication), ("period", context.period),
      ("source", context.sourceCode),
    ].compactMap { key, value in value.map { (key: key, value: $0) } }
    let parent = runs[index].lineage
    let lineage = LineageDocument.Run(
      id: LineageID.uuid("stage \(event.eventID)"), job: job, kind: "STAGE", parent: (parent.id, parent.job), tags: tags
    )
    runs[index].open[place(event)] = Stage(lineage: lineage, inputs: event.data["inputs"])
    runs[index].documents.append(LineageDocument(kind: .start, event: event, run: lineage, places: places).json)
  }

  private mutating func end(stage event: Event, in index: Int) {
    guard let stage = runs[index].open.removeValue(forKey: place(event)) else { return }
    var document = LineageDocument(
      kind: event.type == .stageFailed ? .fail : .complete, event: event, run: stage.lineage, places: places)
    document.error = event.type == .stageFailed ? event.error : nil
    document.inputs = unique(stage.files).map { .object(LineagePlaces.file($0)) }
    document.outputs = stage.loaded.compactMap { output(of: $0, stage) }
    runs[index].documents.append(document.json)
  }

  /// The table that a source was loaded into, with how many rows came.
  private func output(of event: Event, _ stage: Stage) -> JSONValue? {
    guard let table = event.data["table_name"]?.string else { return nil }
    var output = places.table(table)
    if let manifest = stage.inputs?["manifest"]?.string, let hash = event.data["entry_hash"]?.string,
      let source = event.context.sourceCode
    {
      let fields = columns(manifest, source, hash).map { column -> JSONValue in
        var field: [String: JSONValue] = ["name": .string(column.name)]
        if let type = column.type { field["type"] = .string(type) }
        return .object(field)
      }
      if !fields.isEmpty {
        output["facets"] = [
          "schema": LineageDocument.facet("1-2-0/SchemaDatasetFacet", ["fields": .array(fields)])
        ]
      }
    }
    if let rows = event.data["rows"]?.int, rows >= 0 {
      output["outputFacets"] = [
        "outputStatistics": LineageDocument.facet(
          "1-0-2/OutputStatisticsOutputDatasetFacet", ["rowCount": .int(rows)])
      ]
    }
    return .object(output)
  }

  /// A run ends: as its exit code says, or because it was killed. The stages that it had begun end with it.
  private mutating func end(_ event: Event, in index: Int, killed: Bool = false) {
    let open = runs[index].open.values.sorted { $0.lineage.id < $1.lineage.id }
    for stage in open {
      runs[index].documents.append(
        LineageDocument(kind: .abort, event: event, run: stage.lineage, places: places).json)
    }
    runs[index].open = [:]
    let code = event.data["exit_code"]?.int ?? 0
    let kind: LineageDocument.Kind = killed || code == 130 ? .abort : code == 0 ? .complete : .fail
    var document = LineageDocument(kind: kind, event: event, run: runs[index].lineage, places: places)
    if kind == .fail {
      let stats = event.data["stats"]
      let count = { (key: String) in stats?[key]?.int ?? 0 }
      document.error = EventError(
        type: "run",
        message:
          "\(count("urls_completed")) of \(count("urls_total")) periods are complete, \(count("urls_partial")) are in part, "
          + "\(count("urls_failed")) failed (exit code \(code))")
    }
    runs[index].documents.append(document.json)
    runs[index].isOver = true
  }

  private func unique(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }
}
