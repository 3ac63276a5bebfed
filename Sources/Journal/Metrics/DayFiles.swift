internal import Foundation

/// Writes the folds of a day under `logs/`.
public enum DayFiles {
  /// Writes `summaries/<day>_summary.json` and `metrics/<day>.json`, each in one step.
  public static func write(day: String, events: some Sequence<Event>, logs: String) throws {
    try write(DaySummary(day: day, replaying: events), to: "\(logs)/summaries/\(day)_summary.json")
    try write(MetricsFold(day: day, replaying: events).result, to: "\(logs)/metrics/\(day).json")
  }

  private static func write(_ value: some Encodable, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      let folder = (path as NSString).deletingLastPathComponent
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try (encoder.encode(value) + Data("\n".utf8)).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw JournalError("write", path, error)
    }
  }
}
