import Foundation
import Journal

/// Events as lines for people.
enum EventText {
  static func line(_ event: Event) -> String {
    let place = [event.context.urlKey, event.context.sourceCode, event.context.stage].compactMap(\.self)
    let words = event.error.map { "\($0.type): \($0.message)" } ?? event.data["message"]?.string ?? ""
    return ([Event.text(from: event.timestamp), event.type.rawValue] + place + [words])
      .filter { !$0.isEmpty }.joined(separator: "  ")
  }

  static func table(_ counts: [EventCount], by field: EventFilter.Field) -> String {
    var table = TextTable(["COUNT", "FIRST", "LAST", field.rawValue.uppercased()])
    for count in counts {
      table.add("\(count.count)", minute(count.first), minute(count.last), count.value.isEmpty ? "(none)" : count.value)
    }
    return table.text
  }

  /// Why nothing is printed: the first value that the journal does not have at all is likely a slip.
  static func nothing(_ filter: EventFilter, in history: [Event]) -> String {
    guard !history.isEmpty else { return "Nothing has happened here yet: `errata run` starts the backfill." }
    for field in EventFilter.Field.allCases {
      guard let wanted = filter.values[field] else { continue }
      let there = Set(history.compactMap(field.value)).sorted()
      guard !there.contains(wanted) else { continue }
      return "No event has the \(field.rawValue) '\(wanted)'; the journal has \(few(there))."
    }
    return "No event matches."
  }

  /// The first of some names, for people who look for one.
  static func few(_ names: [String]) -> String {
    guard !names.isEmpty else { return "none" }
    return names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
  }

  /// `2026-01-12 10:30`.
  static func minute(_ date: Date) -> String { String(Event.text(from: date).prefix(16).replacing("T", with: " ")) }
}
