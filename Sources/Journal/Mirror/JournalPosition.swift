internal import Foundation

/// How far a file of the journal was read by somebody who keeps that beside what they made of it.
public struct JournalPosition: Hashable, Sendable {
  /// A file of the journal, whichever machine's it is: two machines may give files the same name, but not the same first line.
  public struct File: Hashable, Sendable {
    /// `2026-01-12/run_20260112_103000.jsonl`.
    public let name: String
    /// The digest of how its first line begins.
    public let fingerprint: String

    /// Names a file.
    public init(name: String, fingerprint: String) {
      self.name = name
      self.fingerprint = fingerprint
    }
  }

  /// The file.
  public let file: File
  /// Its bytes that were read: whole lines.
  public var bytes: Int
  /// The events in them.
  public var events: Int
  /// The lines that hold no event, or one that was refused.
  public var passedOver: Int

  /// A position in a file; at its beginning unless told otherwise.
  public init(_ file: File, bytes: Int = 0, events: Int = 0, passedOver: Int = 0) {
    self.file = file
    self.bytes = bytes
    self.events = events
    self.passedOver = passedOver
  }
}

extension JournalPosition.File {
  private static let fingerprintBytes = 4096

  /// Looks at a file of the journal; nil while its first line is not complete.
  ///
  /// - Parameter name: Its name below `events/`.
  init?(name: String, of handle: FileHandle) throws {
    try handle.seek(toOffset: 0)
    var start = try handle.read(upToCount: Self.fingerprintBytes) ?? Data()
    if let end = start.firstIndex(of: 10) {
      start = start.prefix(through: end)
    } else if start.count < Self.fingerprintBytes {
      return nil
    }
    self.init(name: name, fingerprint: Digest.sha256(start))
  }
}
