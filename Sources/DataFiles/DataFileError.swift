public import Journal
public import Operations

/// Why a data file could not be fetched, opened or read: the error that goes into the event as it stands.
public struct DataFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The error in the journal's vocabulary.
  public var event: EventError

  /// Wraps an error that already has its fields.
  public init(_ event: EventError) { self.event = event }

  /// Creates an error of a known type; `message` is one sentence that names the place and the reason.
  public init(
    _ type: ErrorType, _ message: String, url: String? = nil, file: String? = nil, sheet: String? = nil,
    status: Int? = nil, transient: Bool? = nil
  ) {
    event = EventError(type, message)
    event.url = url
    event.file = file
    event.sheet = sheet
    event.status = status
    event.transient = transient
  }

  /// What kind of failure it is.
  public var kind: ErrorType { event.kind }

  /// The sentence.
  public var description: String { event.message }
}

extension DataFileError: OperationError {
  /// How the door takes it.
  public var operationFailure: OperationFailure { event.operationFailure }
}
