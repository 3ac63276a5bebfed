/// Matches paths against `*` (within a folder), `**` (across folders) and `?`.
public enum Glob {
  /// Whether the whole path fits the pattern.
  public static func matches(_ path: String, _ pattern: String) -> Bool {
    let path = Array(path.utf8)
    let pattern = tokens(pattern)
    // One row of a table: which positions of the path the pattern so far can end at.
    var reachable = [Bool](repeating: false, count: path.count + 1)
    reachable[0] = true
    for token in pattern {
      var next = [Bool](repeating: false, count: path.count + 1)
      for position in 0...path.count {
        switch token {
        case .any: next[position] = reachable[position] || (position > 0 && next[position - 1])
        case .many:
          let before = position > 0 && path[position - 1] != UInt8(ascii: "/") && next[position - 1]
          next[position] = reachable[position] || before
        case .folders:
          next[position] =
            reachable[position]
            || (position > 0 && path[position - 1] == UInt8(ascii: "/") && next[..<position].contains(true))
        case .one: next[position] = position > 0 && reachable[position - 1] && path[position - 1] != UInt8(ascii: "/")
        case .byte(let byte): next[position] = position > 0 && reachable[position - 1] && path[position - 1] == byte
        }
      }
      reachable = next
    }
    return reachable[path.count]
  }

  private enum Token { case any, folders, many, one, byte(UInt8) }

  private static func tokens(_ pattern: String) -> [Token] {
    var result: [Token] = []
    var rest = Array(pattern.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "*"), rest.first == UInt8(ascii: "*") {
        rest = rest.dropFirst()
        // `**/` is any number of whole folders, none included.
        if rest.first == UInt8(ascii: "/") {
          rest = rest.dropFirst()
          result.append(.folders)
        } else {
          result.append(.any)
        }
      } else if byte == UInt8(ascii: "*") {
        result.append(.many)
      } else {
        result.append(byte == UInt8(ascii: "?") ? .one : .byte(byte))
      }
    }
    return result
  }
}
