import Foundation
import Journal
import Testing

struct RunIDTests {
  private let now = Date(timeIntervalSince1970: 1_768_213_800.7)  // 2026-01-12T10:30:00Z

  @Test("A run is named by its start in UTC")
  func plain() {
    #expect(RunID.next(after: [], now: now) == "run_20260112_103000")
    #expect(RunID.day(of: "run_20260112_103000") == "2026-01-12")
  }

  @Test("Two runs of one second get two names, and a clock that went back does not reorder runs")
  func collisions() {
    #expect(RunID.next(after: ["run_20260112_103000"], now: now) == "run_20260112_103001")
    #expect(RunID.next(after: ["run_20260112_235959", "run_20260112_103000"], now: now) == "run_20260113_000000")
  }

  @Test("Other names are no runs", arguments: ["", "run_", "latest", "run_20260112-103000", "run_2026011x_103000"])
  func foreign(name: String) {
    #expect(RunID.date(of: name) == nil)
    #expect(RunID.next(after: [name], now: now) == "run_20260112_103000")
  }
}
