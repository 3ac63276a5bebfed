import Foundation
import Journal
import Supervisor

// A thousand durable events of many tasks through a run's journal, against one write and fsync for each of them.

let folder = CommandLine.arguments.dropFirst().first ?? FileManager.default.currentDirectoryPath
let logs = "\(folder)/errata-append-benchmark-\(ProcessInfo.processInfo.processIdentifier)"
defer { try? FileManager.default.removeItem(atPath: logs) }
let (tasks, each) = (50, 20)

func event(_ number: Int) -> Event {
  Event(
    .sourceLoaded, context: EventContext(publication: "adhd", period: "nov25", sourceCode: "s\(number)", stage: "load"),
    data: ["rows": .int(number), "table_name": "tbl_adhd", "duration_ms": 12])
}

func seconds(_ work: () async throws -> Void) async rethrows -> Double {
  let clock = ContinuousClock()
  let start = clock.now
  try await work()
  let time = start.duration(to: clock.now)
  return Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
}

var (single, grouped) = (Double.infinity, Double.infinity)
for turn in 0..<3 {
  let alone = try JournalWriter(directory: logs, runID: "run_20260112_10300\(turn)")
  single = min(
    single,
    try await seconds { for number in 0..<(tasks * each) { try await alone.append(event(number)) } })
  let recorder = RunRecorder(
    writer: try JournalWriter(directory: logs, runID: "run_20260112_10310\(turn)"), history: [])
  grouped = min(
    grouped,
    try await seconds {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<tasks {
          group.addTask { for number in 0..<each { try await recorder.append([event(task * each + number)]) } }
        }
        try await group.waitForAll()
      }
    })
}
let count = Double(tasks * each)
print("one fsync an event: \(String(format: "%.3f", single / count * 1000)) ms an event")
print("\(tasks) tasks through the run's journal: \(String(format: "%.3f", grouped / count * 1000)) ms an event")
let ratio = single / grouped
print(
  "\(ratio >= 5 ? " " : "!") group commit against one fsync an event: \(String(format: "%.1f", ratio)) times faster  at least 5"
)
