/// What stands between a key's colon and its value.
enum ColonGap: Equatable {
  /// The same blanks behind every colon.
  case width(String)
  /// Blanks up to a column, at which all values stand.
  case column(Int)

  func text(after head: String) -> String {
    switch self {
    case .width(let blanks): blanks
    case .column(let column): Emitter.spaces(max(1, column - head.unicodeScalars.count))
    }
  }
}

/// Writes new values as text in the style of the file.
struct Emitter {
  /// How far nested mappings are indented.
  var indentation: Int
  /// How far block lists stand to the right of their key, and the width of dash and space.
  var list: (offset: Int, dashWidth: Int)
  /// How strings are quoted.
  var quoting: ScalarText.Quoting
  /// How keys are quoted.
  var keyQuoting: ScalarText.Quoting
  /// False when multi-line strings must be quoted.
  var allowsLiteral: Bool
  /// Which lists and mappings are written in brackets.
  var flows: (YAMLValue) -> Bool
  /// Text to carry over in place of the next value.
  var fragment: Fragment?
  /// Set when text was written that a quoted string or the bare value could replace, should its proof fail.
  private(set) var usedLiteral = false

  init(
    indentation: Int, list: (offset: Int, dashWidth: Int), quoting: ScalarText.Quoting,
    keyQuoting: ScalarText.Quoting, allowsLiteral: Bool, flows: @escaping (YAMLValue) -> Bool
  ) {
    self.indentation = indentation
    self.list = list
    self.quoting = quoting
    self.keyQuoting = keyQuoting
    self.allowsLiteral = allowsLiteral
    self.flows = flows
  }

  /// True where keys are plain whole numbers.
  var numbersKeys = false

  /// A key as text.
  func key(_ text: String, inFlow: Bool) -> String {
    ScalarText.string(text, quoting: keyQuoting, inFlow: inFlow)
  }

  /// A key of the mapping that the emitter was made for.
  func ownKey(_ text: String, inFlow: Bool) -> String {
    numbersKeys && Int(text).map(String.init) == text ? text : key(text, inFlow: inFlow)
  }

  /// Whether the brackets of lists or mappings have spaces inside; asked when there are some to write.
  var pads: (YAMLNode.Kind) -> Bool = { _ in false }
  /// True inside of mappings written as `{"a":1}`.
  var isTight = false

  /// A value in one line.
  func flow(_ value: YAMLValue) -> String {
    let comma = isTight ? "," : ", "
    switch value {
    case .sequence(let items):
      return padded("[", items.map { flow($0) }.joined(separator: comma), "]", .sequence)
    case .mapping(let entries):
      let texts = entries.map { key($0.key, inFlow: true) + (isTight ? ":" : ": ") + flow($0.value) }
      return padded("{", texts.joined(separator: comma), "}", .mapping)
    default: return ScalarText.inline(value, quoting: quoting, inFlow: true)
    }
  }

  private func padded(_ open: String, _ text: String, _ close: String, _ kind: YAMLNode.Kind) -> String {
    let space = !text.isEmpty && pads(kind) ? " " : ""
    return open + space + text + space + close
  }

  /// A value after `key:` or `-`: what stands on the same line (without leading space), and the lines below.
  ///
  /// - Parameter column: where the key or dash stands.
  mutating func value(
    _ value: YAMLValue, column: Int, underKey: Bool, commented: Bool = true
  ) -> (inline: String, lines: [String]) {
    if let carried = fragment {
      fragment = nil
      usedLiteral = true
      let step = underKey ? (value.sequence == nil ? indentation : list.offset) : list.dashWidth
      return carried.text(parent: column, own: column + step, commented: commented)
    }
    switch value {
    case .sequence(let items):
      if items.isEmpty || flows(value) { return (flow(value), []) }
      let start = underKey ? column + list.offset : column + list.dashWidth
      return ("", items.flatMap { item($0, column: start) })
    case .mapping(let entries):
      if entries.isEmpty || flows(value) { return (flow(value), []) }
      let start = underKey ? column + indentation : column + list.dashWidth
      return ("", entries.flatMap { entry($0.key, $0.value, column: start) })
    case .string(let text) where allowsLiteral && text.utf8.dropLast().contains(Byte.newline):
      let step = underKey ? indentation : max(2, list.dashWidth)
      guard let block = ScalarText.block(text, indentation: step) else { break }
      usedLiteral = true
      return (block.header, block.lines.map { $0.isEmpty ? "" : Self.spaces(column + step) + $0 })
    default: break
    }
    return (ScalarText.inline(value, quoting: quoting, inFlow: false), [])
  }

  /// A key with its value, as lines.
  mutating func entry(
    _ name: String, _ value: YAMLValue, column: Int, isOwn: Bool = false, gap: ColonGap = .width(" ")
  ) -> [String] {
    let text = self.value(value, column: column, underKey: true)
    let head = Self.spaces(column) + (isOwn ? ownKey(name, inFlow: false) : key(name, inFlow: false)) + ":"
    return [text.inline.isEmpty ? head : head + gap.text(after: head) + text.inline] + text.lines
  }

  /// An item with its dash, as lines.
  mutating func item(_ value: YAMLValue, column: Int) -> [String] {
    let text = self.value(value, column: column, underKey: false)
    let gap = Self.spaces(max(1, list.dashWidth - 1))
    let dash = Self.spaces(column) + "-"
    if text.inline.isEmpty, let first = text.lines.first {
      return [dash + gap + Self.unindented(first)] + text.lines.dropFirst()
    }
    return [dash + gap + text.inline] + text.lines
  }

  /// The lines of a whole document in a file that has no style yet.
  static func document(_ value: YAMLValue) -> [String] {
    var emitter = Emitter(
      indentation: 2, list: (2, 2), quoting: .whereNeeded(nil), keyQuoting: .whereNeeded(nil), allowsLiteral: true,
      flows: { _ in false })
    switch value {
    case .mapping(let entries) where !entries.isEmpty:
      return entries.flatMap { emitter.entry($0.key, $0.value, column: 0) }
    case .sequence(let items) where !items.isEmpty: return items.flatMap { emitter.item($0, column: 0) }
    case .mapping, .sequence: return [emitter.flow(value)]
    default: return [ScalarText.inline(value, quoting: .whereNeeded(nil), inFlow: false)]
    }
  }

  /// A line without its indentation.
  static func unindented(_ line: String) -> String { String(line.unicodeScalars.drop { $0 == " " }) }

  static func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}
