/// Where a URL key stands (S0-39).
public enum URLStatus: String, Codable, Sendable {
  case pending, completed, partial, failed
  case inProgress = "in_progress"
}

/// Where a stage of a URL key stands (S0-37).
public enum StageStatus: String, Codable, Sendable {
  case pending, completed, partial, failed, skipped
  case inProgress = "in_progress"
}

/// Where a source stands (S0-36).
public enum SourceStatus: String, Codable, Sendable {
  case pending, loaded, failed
  /// Switched off in the manifest.
  case disabled
  /// Loaded once, and taken out of the target again.
  case reverted
}
