import Foundation
import Journal
import Testing

@Suite struct EventTimeTests {
  @Test("a time that was read is written again as it stood, to the millisecond")
  func stable() throws {
    for millisecond in 0..<1000 {
      let text = "2026-01-12T10:30:15.\(String(1000 + millisecond).dropFirst())Z"
      let date = try #require(Event.date(from: text))
      #expect(Event.text(from: date) == text)
    }
  }
}
