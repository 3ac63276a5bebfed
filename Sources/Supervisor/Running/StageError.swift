import Foundation
import Journal
import Repair

/// The real error of an attempt: as the stage told it, else as its output says, never a pointer to somewhere else (S0-7).
struct StageError {
  /// The longest piece of output that goes into an event; all of it is in the log.
  static let longestTail = 4096

  /// Nil when the attempt succeeded.
  let error: EventError?

  init(
    report: StageReport, told: EventError?, classify: (String, String?, Int?, Int?) -> Classification
  ) {
    let outcome = report.outcome
    let failures = report.sourceFailures.compactMap(\.error)
    guard !report.endedWell || report.validation.status == .fail || told != nil || !failures.isEmpty else {
      error = nil
      return
    }
    let tail = Self.end(of: outcome.tail)
    var found = told ?? Self.gravest(of: failures) ?? Self.derived(report, tail, classify)
    if found.stacktrace == nil, !tail.isEmpty { found.stacktrace = tail }
    error = found
  }

  /// Of several sources' errors one that will not heal by itself: a retry that helps only some of them helps not enough.
  private static func gravest(of failures: [EventError]) -> EventError? {
    failures.first { Transience.isOutage($0.kind) }
      ?? failures.first { !($0.transient ?? Transience.isTransient($0.kind)) } ?? failures.first
  }

  private static func derived(
    _ report: StageReport, _ tail: String, _ classify: (String, String?, Int?, Int?) -> Classification
  ) -> EventError {
    let outcome = report.outcome
    if outcome.timedOut {
      let seconds = report.step.stage.timeoutSeconds.formatted()
      var error = EventError(.timeout, "\(report.step.id) did not end within \(seconds) seconds and was ended")
      error.transient = true
      return error
    }
    if outcome.exitCode == nil && outcome.signal == nil {
      return EventError(.codeError, outcome.problem ?? "\(report.step.id) could not be started")
    }
    let classified = classify(outcome.tail, report.step.stage.name, outcome.exitCode, outcome.signal)
    if classified.type != .none, classified.type != .unknown || !classified.message.isEmpty {
      var error = classified.eventError()
      // No pattern knew a line of it: how the program ended says more than the last thing it happened to print.
      if error.message.isEmpty || classified.pattern == nil { error.message = sentence(report, tail) }
      return error
    }
    return EventError(.unknown, sentence(report, tail))
  }

  private static let signalNames = [
    2: "SIGINT", 4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV", 13: "SIGPIPE",
    15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ",
  ]

  /// What is known when the output names no error.
  private static func sentence(_ report: StageReport, _ tail: String) -> String {
    let outcome = report.outcome
    let failed = report.validation.failures.map(\.detail)
    if outcome.succeeded, !failed.isEmpty {
      return "\(report.step.id) exited with 0 but its checks failed: \(failed.joined(separator: "; "))"
    }
    let end: String
    if let signal = outcome.signal {
      end = "\(report.step.id) was ended by signal \(signal)\(Self.signalNames[signal].map { " (\($0))" } ?? "")"
    } else if let problem = outcome.problem {
      end = "\(report.step.id): \(problem)"
    } else {
      end = "\(report.step.id) exited with \(outcome.shellCode)"
    }
    let last = tail.split(separator: "\n").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    return last.isEmpty ? "\(end) and said nothing" : "\(end); its last line: \(last.prefix(300))"
  }

  private static func end(of tail: String) -> String {
    tail.utf8.count <= longestTail ? tail : String(decoding: tail.utf8.suffix(longestTail), as: UTF8.self)
  }
}
