/// A run event of OpenLineage (spec 2-0-2), as the JSON that is sent.
struct LineageDocument {
  enum Kind: String { case start = "START", complete = "COMPLETE", fail = "FAIL", abort = "ABORT" }

  /// A run of a job: the whole backfill, or one stage of it.
  struct Run {
    let id: String
    let job: String
    let kind: String
    var parent: (id: String, job: String)?
    /// What the run is about, in words that can be looked for.
    var tags: [(key: String, value: String)] = []
  }

  let kind: Kind
  let event: Event
  let run: Run
  let places: LineagePlaces
  var inputs: [JSONValue] = []
  var outputs: [JSONValue] = []
  var error: EventError?
  /// When it happened; nil is the event's moment.
  var moment: String?

  var json: JSONValue {
    var facets: [String: JSONValue] = [:]
    if let parent = run.parent {
      facets["parent"] = Self.facet(
        "1-2-0/ParentRunFacet", ["run": ["runId": .string(parent.id)], "job": job(parent.job)])
    }
    if !run.tags.isEmpty {
      let tags = run.tags.map { tag -> JSONValue in
        ["key": .string(tag.key), "value": .string(tag.value), "source": "ERRATA"]
      }
      facets["tags"] = Self.facet("1-0-0/TagsRunFacet", ["tags": .array(tags)])
    }
    if let error {
      var members: [String: JSONValue] = [
        "message": .string("\(error.type): \(error.message)"), "programmingLanguage": "unknown",
      ]
      if let trace = error.stacktrace { members["stackTrace"] = .string(trace) }
      facets["errorMessage"] = Self.facet("1-0-1/ErrorMessageRunFacet", members)
    }
    var named = job(run.job).object ?? [:]
    let type: [String: JSONValue] = ["processingType": "BATCH", "integration": "ERRATA", "jobType": .string(run.kind)]
    named["facets"] = ["jobType": Self.facet("2-0-4/JobTypeJobFacet", type)]
    return [
      "eventType": .string(kind.rawValue), "eventTime": .string(moment ?? Event.text(from: event.timestamp)),
      "producer": .string(Self.producer),
      "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
      "run": ["runId": .string(run.id), "facets": .object(facets)], "job": .object(named), "inputs": .array(inputs),
      "outputs": .array(outputs),
    ]
  }

  private func job(_ name: String) -> JSONValue {
    ["namespace": .string(places.namespace), "name": .string(name)]
  }

  private static let producer = "urn:errata"

  /// A facet as the specification defines it under a name and version, such as `1-2-0/ParentRunFacet`.
  static func facet(_ definition: String, _ members: [String: JSONValue]) -> JSONValue {
    let name = definition.split(separator: "/").last.map(String.init) ?? definition
    return .object(
      members.merging([
        "_producer": .string(producer),
        "_schemaURL": .string("https://openlineage.io/spec/facets/\(definition).json#/$defs/\(name)"),
      ]) { $1 })
  }
}
