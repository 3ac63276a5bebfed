import Foundation

/// Two texts' differences as people and `patch` read them: `--- a`, `+++ b` and hunks with three lines around each change.
enum UnifiedDiff {
  private struct Line {
    var sign: Character
    var text: Substring
    /// The numbers in the old and the new text, from 0, before this line.
    var old: Int
    var new: Int
  }

  private static let context = 3

  /// The diff; empty for equal texts.
  static func text(from before: [UInt8], to after: [UInt8], name: String) -> String {
    if before == after { return "" }
    let script = script(lines(before), lines(after))
    let changed = script.indices.filter { script[$0].sign != " " }
    var result = "--- a/\(name)\n+++ b/\(name)\n"
    var index = 0
    while index < changed.count {
      var last = index
      while last + 1 < changed.count, changed[last + 1] - changed[last] <= 2 * context { last += 1 }
      let first = max(0, changed[index] - context)
      result += hunk(script[first..<min(script.count, changed[last] + context + 1)])
      index = last + 1
    }
    return result
  }

  /// Lines with their ends, so that a missing final newline and a changed line ending are differences.
  private static func lines(_ bytes: [UInt8]) -> [Substring] {
    var result: [Substring] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
      result.append(Substring(String(decoding: rest[..<end], as: UTF8.self)))
      rest = rest[end...]
    }
    return result
  }

  private static func script(_ old: [Substring], _ new: [Substring]) -> [Line] {
    var head = 0
    while head < min(old.count, new.count), old[head] == new[head] { head += 1 }
    var tail = 0
    while tail < min(old.count, new.count) - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] { tail += 1 }
    let difference = new[head..<new.count - tail].difference(from: old[head..<old.count - tail])
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset + head)
      case .insert(let offset, _, _): inserted.insert(offset + head)
      }
    }
    var result: [Line] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if removed.contains(left) {
        result.append(Line(sign: "-", text: old[left], old: left, new: right))
        left += 1
      } else if inserted.contains(right) {
        result.append(Line(sign: "+", text: new[right], old: left, new: right))
        right += 1
      } else {
        result.append(Line(sign: " ", text: old[left], old: left, new: right))
        (left, right) = (left + 1, right + 1)
      }
    }
    return result
  }

  private static func hunk(_ lines: ArraySlice<Line>) -> String {
    guard let first = lines.first else { return "" }
    let old = lines.count { $0.sign != "+" }
    let new = lines.count { $0.sign != "-" }
    // A side without lines is numbered by the line before it.
    var text = "@@ -\(old == 0 ? first.old : first.old + 1),\(old) +\(new == 0 ? first.new : first.new + 1),\(new) @@\n"
    for line in lines {
      text += String(line.sign) + line.text
      if line.text.utf8.last != UInt8(ascii: "\n") { text += "\n\\ No newline at end of file\n" }
    }
    return text
  }
}
