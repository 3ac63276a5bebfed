import Foundation
import Journal
import Testing

@testable import Supervisor

@Suite("Texts of megabytes")
struct LongTextTests {
  @Test("a text is kept whole up to the limit; of a longer one its two ends are, with how much is left out")
  func cut() {
    let whole = String(repeating: "é", count: LongText.limit / 2)
    #expect(LongText.cut(whole) == whole)
    let long = "begin" + String(repeating: "é", count: 5_000_000) + "end"
    let cut = LongText.cut(long)
    #expect(cut.hasPrefix("begin") && cut.hasSuffix("end") && cut.utf8.count < LongText.limit)
    #expect(cut.contains("(9984648 of 10000008 bytes are left out here)"))
  }

  @Test("what a stage tells is cut after secrets were taken out, in its error and in its data")
  func told() throws {
    let place = RunningWorkspace()
    let secret = "s3cret-token"
    // Wherever the cut is, some secret stands across it.
    let text = String(repeating: secret, count: 500_000)
    let event = Event(
      .sourceFailed, context: EventContext(sourceCode: "one"), data: ["note": .string(text)],
      error: EventError(.typeMismatch, text))
    try place.write(String(decoding: try event.line(), as: UTF8.self) + "\n", to: "events.jsonl")
    let told = StageEvents(path: place.workspace.root + "/events.jsonl", context: EventContext()) {
      $0.replacing(secret, with: "[redacted]")
    }
    let read = try #require(told.events.first)
    for cut in [read.error?.message, read.data["note"]?.string] {
      let cut = try #require(cut)
      #expect(cut.hasPrefix("[redacted][redacted]") && cut.hasSuffix("[redacted]"))
      #expect(cut.utf8.count < LongText.limit && !cut.contains("s3c"))
    }
  }
}
