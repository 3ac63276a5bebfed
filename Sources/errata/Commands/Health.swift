import ArgumentParser
import Journal
import Repair

/// How well the backfill and what Errata makes of it are doing.
struct Health: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how the fixes fare, and how far their confidences can be trusted.",
    discussion: """
      A fix with a confidence of 0.9 should turn out right nine times in ten. --calibration compares what was predicted with \
      what came: a fix was right when it was merged and the same failure did not come again, and wrong when it was \
      rejected, reverted or did not help. What waits, and what was merged with another value, counts neither way.
      """)

  @OptionGroup var options: WorkspaceOptions
  @Flag(help: "The table of confidences against what came of them.") var calibration = false
  @Flag(help: "Print it as JSON.") var json = false

  func run() throws {
    let history = try options.history()
    let setbacks = FixSetbacks(replaying: history)
    let fixes = FixBook(replaying: history).fixes
    let found = Calibration(fixes.map { FixOutcome($0, setbacks: setbacks) })
    let counts = Dictionary(fixes.map { ($0.status.rawValue, 1) }, uniquingKeysWith: +)
    guard !json else { return try JSONOutput.write(HealthDocument(fixes: counts, calibration: found)) }
    guard !calibration else { return Terminal.show(CalibrationText.table(of: found)) }
    let listed = FixStatus.allCases.compactMap { status in counts[status.rawValue].map { "\($0) \(status.rawValue)" } }
    Terminal.show(
      "Fixes: \(listed.isEmpty ? "none" : listed.joined(separator: ", ")).\n\(CalibrationText.line(of: found))")
  }
}

/// What `errata health --json` prints.
private struct HealthDocument: Encodable {
  let fixes: [String: Int]
  let calibration: Calibration
}
