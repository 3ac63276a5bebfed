import ArgumentParser
import Foundation
import Journal
import Repair
import Supervisor

/// How well the backfill and what Errata makes of it are doing.
struct Health: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how well everything does: what fails how, where, and what helped before.",
    discussion: """
      Failures are counted by pattern: their type, stage and message without what varies in it. The score is the weighted mean \
      of its parts, which stand beside it; what nothing is known of does not count. Goals, with their error budgets and how \
      fast these are used up, are those of config/goals.yaml.

      A fix with a confidence of 0.9 should turn out right nine times in ten. --calibration compares what was predicted with \
      what came: a fix was right when it was merged and the same failure did not come again, and wrong when it was \
      rejected, reverted or did not help. What waits, and what was merged with another value, counts neither way.
      """)

  @OptionGroup var options: WorkspaceOptions
  @Flag(help: "The table of confidences against what came of them.") var calibration = false
  @Flag(help: "Print it as JSON.") var json = false

  func run() throws {
    let configuration = try options.optionalConfiguration()
    let objectives = configuration?.goals.objectives ?? []
    let fold = try options.folded({ HealthFold(now: Date(), objectives: objectives) }) {
      $0.apply($1)
    }
    let report = fold.report
    let coverage = configuration.map { PipelineCoverage($0.pipeline, retry: $0.execution.retry, report) }
    let found = Calibration(fold.fixOutcomes)
    let counts = Dictionary(fold.fixes.fixes.map { ($0.status.rawValue, 1) }, uniquingKeysWith: +)
    guard !json else {
      return try JSONOutput.write(HealthDocument(report: report, coverage: coverage, fixes: counts, calibration: found))
    }
    guard !calibration else { return Terminal.show(CalibrationText.table(of: found)) }
    let listed = FixStatus.allCases.compactMap { status in counts[status.rawValue].map { "\($0) \(status.rawValue)" } }
    let fixes = "\(listed.isEmpty ? "none" : listed.joined(separator: ", ")).\n\(CalibrationText.line(of: found))"
    Terminal.show(HealthText.page(report, coverage: coverage, fixes: fixes))
  }
}

/// What `errata health --json` prints: the report, with the fixes by status and the calibration beside it.
private struct HealthDocument: Encodable {
  let report: HealthReport
  let coverage: PipelineCoverage?
  let fixes: [String: Int]
  let calibration: Calibration

  private enum CodingKeys: String, CodingKey { case coverage, fixes, calibration }

  func encode(to encoder: any Encoder) throws {
    try report.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(coverage, forKey: .coverage)
    try container.encode(fixes, forKey: .fixes)
    try container.encode(calibration, forKey: .calibration)
  }
}
