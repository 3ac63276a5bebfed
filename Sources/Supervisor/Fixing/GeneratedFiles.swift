public import Journal

/// Which bytes the journal says a stage wrote: a fold over `file_written`.
///
/// Only these may enter a baseline commit; anything else in the work tree is a person's.
public struct GeneratedFiles: Equatable, Sendable {
  private var digests: [String: Set<String>] = [:]
  /// How many writes were taken in: the same number later means that no stage wrote since.
  public private(set) var writes = 0

  /// Folds a history.
  public init(replaying events: some Sequence<Event> = []) { for event in events { apply(event) } }

  /// Takes one event in.
  public mutating func apply(_ event: Event) {
    guard event.type == .fileWritten, let path = event.data["path"]?.string, let digest = event.data["sha256"]?.string,
      event.data["mixed"]?.bool != true
    else { return }
    digests[path, default: []].insert(digest)
    writes += 1
  }

  /// Every file that a stage wrote, in order of name.
  public var paths: [String] { digests.keys.sorted() }

  /// Whether a stage wrote exactly these bytes.
  public func holds(path: String, digest: String) -> Bool { digests[path]?.contains(digest) == true }
}
