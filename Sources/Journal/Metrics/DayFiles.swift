internal import Foundation

/// Writes the folds of a day under `logs/`.
public enum DayFiles {
  /// Writes `summaries/<day>_summary.json` and `metrics/<day>.json` of a day, each in one step.
  public static func write(day: String, events: some Collection<Event>, logs: String) throws {
    try write(from: day, through: day, events: events, logs: logs)
  }

  /// Writes the files of the day that a run began on and of those that it went on into; of days before the first, where a clock
  /// was put back meanwhile.
  public static func write(
    from first: String, through last: String, events: some Collection<Event>, logs: String
  ) throws {
    var metrics = MetricsFold(days: min(first, last)...max(first, last))
    for event in events { metrics.apply(event) }
    for day in Set(metrics.activeDays + [first]).sorted() {
      // Nothing happened after the journal's last day, at whose end all stands as it does now.
      let end = metrics.latestDay.map { $0 <= day } == true ? metrics.state : nil
      try write(DaySummary(day: day, replaying: events, end: end), to: "\(logs)/summaries/\(day)_summary.json")
      try write(metrics[day], to: "\(logs)/metrics/\(day).json")
    }
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
