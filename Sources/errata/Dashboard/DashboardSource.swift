import Dashboard
import Foundation
import Journal
import Repair
import Supervisor

/// Gathers what the dashboard shows of a workspace: reading only, no lock is taken and nothing is written.
struct DashboardSource: Sendable {
  let workspace: Workspace
  /// The configuration's folder, for what may be shown of the data.
  let config: String
  /// What share of the work must succeed.
  let objectives: [ServiceObjective]

  /// More diffs than these nobody reads on one page; the further fixes show their edits.
  private static let diffs = 100

  /// The journal as the dashboard shows it.
  func fold(_ history: [Event], now: Date) async throws -> DashboardFold {
    // A configuration that cannot be read is no reason to show nothing, or more of the data.
    let said = (try? Configuration.load(workspace, directory: config))?.execution.reportValues.rawValue
    let values = said.flatMap(ValuePolicy.init) ?? .counts
    let settings = DashboardSettings(
      workspace: URL(fileURLWithPath: workspace.root).lastPathComponent, now: now,
      shown: { error in values.masked(error.message, values: [error.value].compactMap(\.self)) },
      diffs: await diffs(of: history), objectives: objectives)
    return DashboardFold(replaying: history, settings)
  }

  /// The open fixes' diffs; a fix whose commit is not here any more has none.
  private func diffs(of history: [Event]) async -> [String: String] {
    let open = FixBook(replaying: history).fixes.filter { $0.status == .open }.suffix(Self.diffs)
    guard !open.isEmpty else { return [:] }
    let branches = FixBranches(
      workspace: workspace, settings: FixSettings(), runID: "", history: history, journal: { _ in })
    var diffs: [String: String] = [:]
    for fix in open {
      guard fix.commit != nil, let diff = try? await branches.show(fix.id).diff else { continue }
      diffs[fix.id] = diff
    }
    return diffs
  }
}
