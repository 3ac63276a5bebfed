internal import Foundation

/// `state/state_v2.json`: the state as other programs read it. A cache; the journal decides.
public enum StateSnapshot {
  /// Writes the snapshot in one step: a reader sees the old one or the new one.
  public static func write(_ state: BackfillState, to path: String) throws {
    do {
      let folder = (path as NSString).deletingLastPathComponent
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try state.json().write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw JournalError("write", path, error)
    }
  }

  /// The snapshot; nil when it is absent or not to be read, since it can be made again from the journal.
  public static func read(_ path: String) -> BackfillState? {
    guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
    return try? JSONDecoder().decode(BackfillState.self, from: bytes)
  }
}
