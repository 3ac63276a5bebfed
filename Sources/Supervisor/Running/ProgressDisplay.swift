import Foundation
public import Journal
import Synchronization

/// What a run tells while it goes on.
public enum ProgressEvent: Sendable {
  /// The run begins with so many URL keys to work on.
  case runStarted(keys: Int)
  /// A sentence for people.
  case note(String)
  /// A URL key is begun.
  case keyStarted(String)
  /// A URL key is over for this run.
  case keyEnded(String, record: URLRecord?)
  /// A step's attempt begins.
  case stepStarted(String, attempt: Int)
  /// A step is over.
  case stepEnded(String, rows: Int?, error: EventError?)
  /// A step will be tried again.
  case retry(String, delay: Duration, error: EventError?)
  /// The run halts.
  case outage(EventError)
}

/// Shows a run's progress: on a terminal one line that changes and a line for whatever is over, elsewhere plain lines.
public final class ProgressDisplay: Sendable {
  private struct State {
    var keys = 0
    var begun = 0
    var hasStatus = false
  }

  private let state = Mutex(State())
  private let write: @Sendable (String) -> Void
  private let isTerminal: Bool
  private let width: Int

  /// Creates a display.
  ///
  /// - Parameters:
  ///   - isTerminal: Whether a line may be written over.
  ///   - width: The columns of the terminal.
  ///   - write: Takes the text as it stands, line ends included.
  public init(isTerminal: Bool, width: Int = 80, write: @escaping @Sendable (String) -> Void) {
    self.isTerminal = isTerminal
    self.width = max(20, width)
    self.write = write
  }

  /// Shows on standard error.
  public static func standardError(isTerminal: Bool) -> ProgressDisplay {
    ProgressDisplay(isTerminal: isTerminal) { try? FileHandle.standardError.write(contentsOf: Data($0.utf8)) }
  }

  /// Shows nothing.
  public static let silent = ProgressDisplay(isTerminal: false) { _ in }

  /// Shows what happened.
  public func report(_ event: ProgressEvent) {
    let text = state.withLock { state -> String in
      switch event {
      case .runStarted(let keys): state.keys = keys
      case .keyStarted: state.begun += 1
      default: break
      }
      var text = ""
      if let line = Self.line(event, isTerminal: isTerminal) {
        if state.hasStatus { text += "\r\u{1B}[K" }
        state.hasStatus = false
        text += line + "\n"
      }
      if isTerminal, let status = Self.status(event, begun: state.begun, keys: state.keys, width: width) {
        text += "\r\u{1B}[K" + status
        state.hasStatus = true
      }
      return text
    }
    if !text.isEmpty { write(text) }
  }

  /// Takes the changing line away.
  public func end() {
    let had = state.withLock { state in
      defer { state.hasStatus = false }
      return state.hasStatus
    }
    if had { write("\r\u{1B}[K") }
  }

  /// The line that stays; nil for what is only a passing status.
  static func line(_ event: ProgressEvent, isTerminal: Bool) -> String? {
    switch event {
    case .runStarted(let keys): return keys == 0 ? "nothing to do" : "\(keys) \(keys == 1 ? "URL" : "URLs") to work on"
    case .note(let sentence): return clean(sentence)
    case .keyStarted: return nil
    case .keyEnded(let key, let record): return summary(key, record)
    case .stepStarted: return nil
    case .stepEnded(let label, let rows, let error):
      if let error { return "\(label): \(error.type): \(clean(error.message))" }
      if let rows { return isTerminal ? nil : "\(label): \(rows) rows" }
      return isTerminal ? nil : "\(label): done"
    case .retry(let label, let delay, let error):
      let seconds = (Double(delay.milliseconds) / 1000).formatted(.number.precision(.fractionLength(0...1)))
      return "\(label): \(error?.type ?? "failed"), tried again in \(seconds) s"
    case .outage(let error): return "halted by \(error.type): \(clean(error.message))"
    }
  }

  /// The line that is written over.
  static func status(_ event: ProgressEvent, begun: Int, keys: Int, width: Int) -> String? {
    let text: String
    switch event {
    case .keyStarted(let key): text = key
    case .stepStarted(let label, let attempt): text = attempt > 1 ? "\(label) (try \(attempt))" : label
    default: return nil
    }
    let place = max(begun, 1)
    let line = "[\(place)/\(max(keys, place))] \(clean(text))"
    return line.count < width ? line : line.prefix(width - 2) + "…"
  }

  private static func summary(_ key: String, _ record: URLRecord?) -> String {
    guard let record else { return "\(key): nothing done" }
    var parts: [String] = []
    let loaded = record.sources(.loaded).count
    let enabled = record.enabledSources.count
    if enabled > 0 { parts.append("\(loaded) of \(enabled) sources loaded, \(record.rowsLoaded) rows") }
    if let day = record.pendingUntil { parts.append("until \(day)") }
    let status = record.status == .inProgress ? "stopped" : record.status.rawValue
    return "\(key): \(status)" + (parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))")
  }

  /// One line without control characters: a program's words must not steer the terminal.
  private static func clean(_ text: String) -> String {
    let visible = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : String($0) }.joined()
    return visible.count > 300 ? visible.prefix(299) + "…" : visible
  }
}
