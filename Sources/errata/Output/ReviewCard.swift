import Foundation
import Journal
import Supervisor

/// One fix on a screen of 80 columns: what it changes and how sure that is.
enum ReviewCard {
  static let width = 80

  /// The card's lines; what came from data or other people shows no control characters.
  ///
  /// - Parameters:
  ///   - place: Which of how many.
  ///   - age: How long it waits, such as `4 d`.
  static func text(_ fix: FixRecord, place: (number: Int, count: Int), age: String) -> String {
    var lines = broken("\(place.number) of \(place.count)  \(fix.urlKey): \(fix.summary)", indent: 2)
    let proof = fix.verified ? "verified" : "not verified"
    let reach = fix.reach == .thisPeriod ? "this period" : "this and future periods"
    lines += broken(
      "\(fix.errorType) in \(fix.stage), mended by \(fix.action): \(proof), \(FixText.percent(fix.confidence)), \(reach)"
        + (age.isEmpty ? "" : ", waits \(age)"), indent: 2)
    for change in fix.changes {
      lines += broken("\(change.file)", indent: 4) + broken(change.path, indent: 4)
      lines += broken("- \(shown(change.old))", indent: 6) + broken("+ \(shown(change.new))", indent: 6)
    }
    lines += broken(fix.branch.isEmpty ? fix.patch ?? "" : fix.branch, indent: 2)
    return lines.joined(separator: "\n")
  }

  private static func shown(_ value: JSONValue?) -> String {
    guard let value else { return "(nothing)" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Lines of at most 80 columns, broken at blanks and, where there is none, anywhere.
  private static func broken(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = margin
    for word in plain(text).split(separator: " ") {
      var rest = word[...]
      if line.count > indent, line.count + 1 + rest.count > width {
        lines.append(line)
        line = margin
      }
      if line.count > indent { line += " " }
      while line.count + rest.count > width {
        let room = width - line.count
        lines.append(line + rest.prefix(room))
        rest = rest.dropFirst(room)
        line = margin
      }
      line += rest
    }
    return lines + (line.count > indent ? [line] : [])
  }

  /// The text without what a terminal would act on.
  static func plain(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control where scalar == "\t": scalar
          case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
          default: scalar
          }
        }))
  }
}
