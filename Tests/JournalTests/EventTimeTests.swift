import Foundation
import Journal
import Testing
import TestSeeds

@Suite struct EventTimeTests {
  @Test("a time that was read is written again as it stood, to the millisecond")
  func stable() throws {
    for millisecond in 0..<1000 {
      let text = "2026-01-12T10:30:15.\(String(1000 + millisecond).dropFirst())Z"
      let date = try #require(Event.date(from: text))
      #expect(Event.text(from: date) == text)
    }
  }

  @Test("a time is written and read as Foundation does, from the year 1 to 9999 and beyond")
  func asFoundation() throws {
    var generator = SystemRandomNumberGenerator()
    let seed = generator.next()
    print("seed \(seed)")
    var random = SplitMix(state: seed)
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    let limits = [
      -62_135_596_800, -12_212_553_601, -12_212_553_600, -1, 0, 951_782_399, 951_868_800, 253_402_300_799,
      253_402_300_800,
    ].map(Double.init)
    let times = limits + (0..<3000).map { _ in Double(random.upTo(315_537_897_600)) - 62_135_596_800 }
    for time in times {
      let date = Date(timeIntervalSince1970: time + Double(random.upTo(1000)) / 1000)
      let expected = Date(
        timeIntervalSince1970: ((date.timeIntervalSince1970 * 1000).rounded() + 0.5) / 1000
      ).formatted(style)
      #expect(Event.text(from: date) == expected)
      guard time < 253_402_300_800 else { continue }
      let read = try #require(Event.date(from: expected))
      #expect(abs(read.timeIntervalSince(try style.parse(expected))) < 0.0001, "\(expected)")
      #expect(Event.text(from: read) == expected)
    }
  }

  @Test("what is no time of the journal's own shape is what Foundation says of it")
  func others() throws {
    for text in [
      "", "2026", "2026-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-12T24:00:00Z",
      "2026-01-12T10:30:15+01:00", "2026-01-12T10:30:15.5Z", "2026-01-12T10:30:15.123456Z", "2026-01-12 10:30:15Z",
      "2026-01-12T10:30:60Z", "2026-1-12T10:30:15.00Z", "２０２６-01-12T10:30:15Z",
    ] {
      let expected =
        (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
        ?? (try? Date.ISO8601FormatStyle().parse(text))
      #expect(Event.date(from: text) == expected, "\(text)")
    }
  }
}
