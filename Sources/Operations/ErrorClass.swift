/// What kind of failure an operation met, which decides whether it is tried again (S4-18).
public enum ErrorClass: String, Codable, Hashable, Sendable {
  /// The same may succeed later with nothing changed: a time-out, a dropped connection, a lock.
  case transient
  /// What was asked for is not there, not allowed or not as it must be: trying again brings the same.
  case data
  /// Something was done wrongly: a program that is missing or crashes, an answer that is not the interface's.
  case logic
}

/// How an operation failed, in the words that are recorded.
public struct OperationFailure: Hashable, Sendable {
  /// The error's type, as the journal names it.
  public var type: String
  /// One sentence, secrets taken out.
  public var message: String
  /// What kind of failure it is.
  public var kind: ErrorClass
  /// The pause that the other side asks for before another try.
  public var pause: Duration?

  /// Describes a failure.
  public init(type: String, message: String, kind: ErrorClass, pause: Duration? = nil) {
    self.type = type
    self.message = message
    self.kind = kind
    self.pause = pause
  }
}

/// An error that says of itself how the door is to take it.
public protocol OperationError: Error {
  /// How the operation failed.
  var operationFailure: OperationFailure { get }
}
