import ManifestYAML
import TestSeeds

/// Writes random YAML in the many ways in which people do. Only what anchors share must be refused in it.
struct DocumentGenerator {
  static let words = [
    "x", "plain text", "no", "off", "12:30", "1.10", "2025-03-01", "null", "~", "", "0o17", "1e3", "it's", "a: b",
    "x #y",
    "- x", "{a", "p, q", "é日本", "😀", "tab\there", "say \"hi\"", "http://x.y/z?a=1#b", "trailing ", "back\\slash", "@c",
    "*x", "<<", "x:", "-", "?", "% d",
  ]
  static let blocks = ["l1\nl2\n", "l1\nl2", "  deep\nl2\n", "l1\n\nl2\n\n", "# no comment\nl2\n", "one\n"]

  var random: SplitMix
  private var step = 2
  private var listOffset = 2
  private var dashWidth = 2
  private var commented = 0
  private var spaced = false
  private var quotes = "'"

  init(random: SplitMix) { self.random = random }

  /// A document as bytes, and its value.
  mutating func document() -> [UInt8] {
    step = random.pick([2, 2, 4])
    listOffset = random.pick([0, 2, step])
    dashWidth = random.pick([2, 2, 2, 4])
    commented = random.pick([0, 20, 50])
    spaced = random.chance(25)
    quotes = random.pick(["'", "\""])
    var lines: [String] = []
    if random.chance(20) { lines += ["# head", ""] }
    if random.chance(15) { lines.append("---") }
    if random.chance(15) {
      lines += mapping(column: 0, depth: 0) + shared
    } else {
      lines += random.chance(70) ? mapping(column: 0, depth: 0) : list(column: 0, depth: 0)
    }
    if random.chance(15) { lines += ["", "# end"] }
    if random.chance(8) { lines += ["---", "other: document"] }
    var text = lines.joined(separator: random.chance(15) ? "\r\n" : "\n")
    // A block at the very end has no line end in its text, and would get one with the next entry: that is refused.
    if random.chance(85) || text.hasSuffix("two # no") { text += text.contains("\r\n") ? "\r\n" : "\n" }
    return (random.chance(5) ? [0xEF, 0xBB, 0xBF] : []) + Array(text.utf8)
  }

  /// An anchor, an alias of it and a mapping that merges it.
  private let shared = [
    "base: &base {k: 1, l: x} # shared", "use:", "  <<: *base", "  own: 1", "list:", "- *base", "- &free y",
  ]

  private mutating func mapping(column: Int, depth: Int) -> [String] {
    var lines: [String] = []
    for index in 0...random.upTo(4) {
      let pad = String(repeating: " ", count: column)
      if index > 0, spaced { lines.append("") }
      if index > 0, random.chance(commented) { lines.append(pad + "# about \(index)") }
      let name = key(index)
      let head = pad + name + ":"
      switch random.upTo(depth < 2 ? 10 : 5) {
      case 5, 6:
        lines.append(head + comment())
        lines += mapping(column: column + step, depth: depth + 1)
      case 7, 8:
        lines.append(head + comment())
        lines += list(column: column + listOffset, depth: depth + 1)
      default: lines += value(head, column: column)
      }
    }
    return lines
  }

  private mutating func list(column: Int, depth: Int) -> [String] {
    let dash = String(repeating: " ", count: column) + "-" + String(repeating: " ", count: dashWidth - 1)
    var lines: [String] = []
    for index in 0...random.upTo(3) {
      if index > 0, random.chance(commented) { lines.append(String(repeating: " ", count: column) + "# item \(index)") }
      let nested = random.upTo(depth < 2 ? 10 : 5)
      guard nested > 5 else {
        lines += value(String(dash.prefix(column + 1)), gap: dashWidth - 1, column: column)
        continue
      }
      let inside =
        nested > 8
        ? list(column: column + dashWidth, depth: depth + 1) : mapping(column: column + dashWidth, depth: depth + 1)
      lines.append(dash + inside[0].dropFirst(column + dashWidth))
      lines += inside.dropFirst()
    }
    return lines
  }

  /// A scalar, flow collection or block scalar behind a key or dash.
  private mutating func value(_ head: String, gap: Int = 1, column: Int) -> [String] {
    let space = String(repeating: " ", count: gap)
    switch random.upTo(12) {
    case 0: return [head + space + flow(depth: 0) + comment()]
    case 1:
      let pad = String(repeating: " ", count: column + step)
      let comma = random.chance(50) ? "," : ""
      return [head + space + "[", pad + scalar(inFlow: true) + "," + comment(), pad + scalar(inFlow: true) + comma]
        + [String(repeating: " ", count: column + 1) + "]" + comment()]
    case 2:
      let pad = String(repeating: " ", count: column + step)
      let header = random.pick(["|", "|-", ">", ">-"])
      return [head + space + header + comment(), pad + "text one"] + (random.chance(30) ? [""] : []) + [
        pad + "two # no"
      ]
    case 3: return [head + comment()]
    default: return [head + space + scalar(inFlow: false) + comment()]
    }
  }

  private mutating func flow(depth: Int) -> String {
    let pad = random.chance(20) ? " " : ""
    let count = random.upTo(4)
    if count == 0 { return random.pick(["{}", "[]"]) }
    if random.chance(50) {
      let items = (0..<count).map { _ in depth < 1 && random.chance(20) ? flow(depth: 1) : scalar(inFlow: true) }
      return "[" + pad + items.joined(separator: random.pick([", ", ", ", ","])) + pad + "]"
    }
    return "{" + pad + (0..<count).map { "k\($0): " + scalar(inFlow: true) }.joined(separator: ", ") + pad + "}"
  }

  private mutating func scalar(inFlow: Bool) -> String {
    switch random.upTo(8) {
    case 0: String(random.upTo(1000))
    case 1: random.pick(["true", "null", "1.5", "~", "0x1F"])
    case 2: "'" + random.pick(["x", "no", "it''s", "12:30"]) + "'"
    case 3: "\"" + random.pick(["x", "no", "t\\tab", "é"]) + "\""
    case 4: random.pick(["2025-05", "http://x.y/z", "é日本", "plain text"])
    default: "w\(random.upTo(50))"
    }
  }

  private mutating func key(_ index: Int) -> String {
    switch random.upTo(12) {
    case 0: "'q\(index)'"
    case 1: "\"no\(index)\""
    case 2: "key \(index)"
    case 3: "日\(index)"
    default: "k\(index)"
    }
  }

  private mutating func comment() -> String { random.chance(commented / 2) ? "  # c\(random.upTo(9))" : "" }

  /// A value to write.
  mutating func newValue(depth: Int = 0) -> YAMLValue {
    switch random.upTo(depth < 2 ? 12 : 7) {
    case 0: .int(random.upTo(1000) - 500)
    case 1: random.pick([.bool(true), .null, .double(2.5), .double(1e21), .bool(false)])
    case 2: .string(random.pick(Self.blocks))
    case 7, 8: .sequence((0..<random.upTo(3)).map { _ in newValue(depth: depth + 1) })
    case 9, 10: .mapping((0..<random.upTo(3)).map { .init(key: "n\($0)", value: newValue(depth: depth + 1)) })
    default: .string(random.pick(Self.words))
    }
  }
}
