internal import DataFiles
internal import Journal
internal import ManifestYAML

/// Why a source could not be loaded, with further facts for the event's data.
struct LoadError: Error, CustomStringConvertible {
  var event: EventError
  var data: [String: JSONValue] = [:]

  init(_ event: EventError, data: [String: JSONValue] = [:]) {
    self.event = event
    self.data = data
  }

  init(_ type: ErrorType, _ message: String) { event = EventError(type, message) }

  init(_ error: DataFileError) { event = error.event }

  /// A manifest that cannot be read; the message has the place.
  init(_ error: YAMLError) {
    event = EventError(.manifestInvalid, error.description)
    event.transient = false
    event.file = error.file
    event.row = error.line
  }

  /// A value in a manifest that does not say what it should.
  init(manifest node: YAMLNode?, _ file: String, _ message: String) {
    let place = node.map { "\(file):\($0.line):\($0.column)" } ?? file
    event = EventError(.manifestInvalid, "\(place): \(message)")
    event.transient = false
    event.file = file
    event.row = node?.line
  }

  var description: String { event.message }
}

extension EventError {
  /// The fields that a reader of the plain output needs as well: ` (column a, file b, sheet c, row 4)`.
  var place: String {
    let parts = [
      column.map { "column \($0)" }, file.map { "file \($0)" }, sheet.map { "sheet \($0)" }, row.map { "row \($0)" },
    ].compactMap { $0 }
    return parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
  }
}

/// Runs something of DataFiles, its error as a load's.
func reading<Value>(_ work: () async throws(DataFileError) -> Value) async throws(LoadError) -> Value {
  do {
    return try await work()
  } catch {
    throw LoadError(error)
  }
}
