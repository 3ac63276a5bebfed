import Foundation
import Journal

/// One JSON document on standard output, keys sorted so that two runs can be compared.
enum JSONOutput {
  /// Writes a value.
  static func write(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // As in the journal.
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      try container.encode(Event.text(from: date))
    }
    let text = String(decoding: try encoder.encode(value), as: UTF8.self)
    // GitHub Actions obeys `##[` anywhere in a line; in JSON the same text can be written otherwise.
    Terminal.answer(CIOptions.isGitHub ? text.replacing("##[", with: "#\\u0023[") : text)
  }
}
