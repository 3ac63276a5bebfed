import Foundation
import Journal
import Testing

@testable import Supervisor

@Suite("A run's journal") struct RunRecorderTests {
  @Test("takes what many append at once, each whole, and folds it in the order of the file")
  func together() async throws {
    let logs = NSTemporaryDirectory() + "errata-recorder-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: logs) }
    let writer = try JournalWriter(directory: logs, runID: "run_20260112_103000")
    let recorder = RunRecorder(writer: writer, history: [])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<20 {
        group.addTask {
          for number in 0..<10 {
            let events = (0..<3).map { part in
              Event(.info, data: ["task": .int(task), "number": .int(number), "part": .int(part)])
            }
            try await recorder.append(events)
            // What is acknowledged is in the file.
            let there = try JournalReader.read(file: writer.path).events.map(\.eventID)
            #expect(Set(there).isSuperset(of: events.map(\.eventID)))
          }
        }
      }
      try await group.waitForAll()
    }
    let events = try JournalReader.events(in: logs)
    #expect(events.count == 600)
    #expect(await recorder.written.map(\.eventID) == events.map(\.eventID))
    for start in stride(from: 0, to: events.count, by: 3) {
      #expect(events[start..<start + 3].map { $0.data["part"] } == [0, 1, 2])
      #expect(Set(events[start..<start + 3].map { [$0.data["task"], $0.data["number"]] }).count == 1)
    }
    for task in 0..<20 {
      let own = events.filter { $0.data["task"] == .int(task) && $0.data["part"] == 0 }
      #expect(own.map { $0.data["number"] } == (0..<10).map { .int($0) })
    }
  }

  @Test("tells everybody who waits when it cannot be written, and goes on when it can")
  func failing() async throws {
    let logs = NSTemporaryDirectory() + "errata-recorder-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: logs) }
    let writer = try JournalWriter(directory: logs, runID: "run_20260112_103000")
    let recorder = RunRecorder(writer: writer, history: [])
    var odd = Event(.info)
    odd.data = ["not": .double(.infinity)]
    let unwritable = odd
    await #expect(throws: (any Error).self) { try await recorder.append([unwritable]) }
    try await recorder.append([Event(.info)])
    #expect(try JournalReader.events(in: logs).count == 1)
    #expect(await recorder.written.count == 1)
  }
}
