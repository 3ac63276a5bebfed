/// Which error types may heal by themselves, and which say that something shared is down.
public enum Transience {
  /// Whether the same command may succeed later with nothing changed.
  public static func isTransient(_ type: ErrorType) -> Bool {
    switch type {
    case .rateLimited, .serverError, .timeout, .connectionFailed, .databaseUnavailable, .lockConflict: true
    // A page served in place of a file, or a cut download, is often whole the next time.
    case .corruptFile: true
    default: false
    }
  }

  /// Whether the failure belongs to the machine or the target rather than to a source: one incident, no fix.
  public static func isOutage(_ type: ErrorType) -> Bool {
    switch type {
    case .databaseUnavailable, .diskFull, .permissionDenied: true
    default: false
    }
  }
}

extension EventError {
  /// Whether trying again may help: as its writer said, else as its type does.
  public var isTransient: Bool { transient ?? Transience.isTransient(kind) }
}
