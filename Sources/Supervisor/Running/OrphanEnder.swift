import Foundation
import Glibc
import Journal

/// Ends what a killed run left running, before a new run starts anything.
struct OrphanEnder: Sendable {
  /// The variable that marks every child with the workspace it works for.
  static let workspaceVariable = "ERRATA_WORKSPACE"
  /// The variable that marks every child with the run that started it.
  static let runVariable = "ERRATA_RUN"

  private let known: [ProcessIdentity]
  private let deadRuns: Set<String>
  private let workspace: String
  /// Whether a run did not end.
  var hasDeadRuns: Bool { !deadRuns.isEmpty }

  /// Finds in the history which runs did not end, and which of their processes were not seen to end.
  ///
  /// - Parameter workspace: The absolute path that children were marked with.
  init(history: some Sequence<Event>, workspace: String) {
    var open: [Int: ProcessIdentity] = [:]
    var runs: Set<String> = []
    for event in history {
      switch event.type {
      case .runStarted: runs.insert(event.runID)
      case .runCompleted: runs.remove(event.runID)
      case .processStarted:
        guard let pid = event.data["pid"]?.int, let start = event.data["start_time"]?.int else { continue }
        open[pid] = ProcessIdentity(
          pid: Int32(truncatingIfNeeded: pid), startTime: start,
          bootID: event.data["boot_id"]?.string ?? ProcessIdentity.currentBootID)
      case .processEnded: if let pid = event.data["pid"]?.int { open[pid] = nil }
      default: break
      }
    }
    known = open.values.sorted { $0.pid < $1.pid }
    deadRuns = runs
    self.workspace = workspace
  }

  /// Ends the groups, waits until they are gone, and tells about each.
  func end(grace: Duration = .seconds(5)) async -> [Event] {
    var groups: Set<Int32> = []
    for process in known where process.exists { groups.insert(process.pid) }
    // A kill can come between a child's start and its line in the journal, and a child can leave its group.
    for pid in markedProcesses() { groups.insert(ProcessStatus(of: pid)?.group ?? pid) }
    groups.remove(getpgrp())
    groups = groups.filter { $0 > 1 }
    guard !groups.isEmpty else { return closed([]) }
    signal(groups, SIGTERM)
    signal(groups, SIGCONT)
    let clock = ContinuousClock()
    let deadline = clock.now + grace
    while clock.now < deadline, groups.contains(where: isAlive) { try? await Task.sleep(for: .milliseconds(20)) }
    signal(groups, SIGKILL)
    let last = clock.now + grace
    while clock.now < last, groups.contains(where: isAlive) { try? await Task.sleep(for: .milliseconds(20)) }
    return closed(groups.sorted())
  }

  private func closed(_ groups: [Int32]) -> [Event] {
    var events = known.map { Event(.processEnded, data: ["pid": .int(Int($0.pid)), "reason": "its run was killed"]) }
    if !groups.isEmpty {
      let numbers = groups.map(String.init).joined(separator: ", ")
      events.append(
        Event(.info, data: ["message": .string("ended what a killed run had left running: process groups \(numbers)")]))
    }
    return events
  }

  private func signal(_ groups: Set<Int32>, _ number: Int32) {
    for group in groups where isAlive(group) { _ = kill(-group, number) }
  }

  /// Whether the group has a member that has not ended.
  private func isAlive(_ group: Int32) -> Bool {
    guard kill(-group, 0) == 0 else { return false }
    return Self.processes().contains { pid in
      guard let status = ProcessStatus(of: pid) else { return false }
      return status.group == group && !status.hasEnded
    }
  }

  /// Processes of this workspace whose run is known to be dead; errata itself and what started it are left alone.
  private func markedProcesses() -> [Int32] {
    guard !deadRuns.isEmpty else { return [] }
    var spared: Set<Int32> = [getpid()]
    var ancestor = getppid()
    while ancestor > 1, spared.insert(ancestor).inserted { ancestor = ProcessStatus(of: ancestor)?.parent ?? 0 }
    let mark = "\(Self.workspaceVariable)=\(workspace)"
    let runs = Set(deadRuns.map { "\(Self.runVariable)=\($0)" })
    return Self.processes().filter { pid in
      guard !spared.contains(pid), let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/environ") else {
        return false
      }
      let variables = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      return variables.contains(mark) && variables.contains(where: runs.contains)
    }
  }

  private static func processes() -> [Int32] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
  }
}
