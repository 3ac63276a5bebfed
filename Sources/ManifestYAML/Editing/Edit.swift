/// A range of bytes and what takes its place.
struct Edit: Hashable, Sendable {
  var range: Range<Int>
  var replacement: [UInt8]

  init(_ range: Range<Int>, _ replacement: [UInt8]) {
    self.range = range
    self.replacement = replacement
  }

  init(_ range: Range<Int>, _ text: String) { self.init(range, Array(text.utf8)) }

  /// The bytes with all edits made; nil when the edits are out of order, overlap or lie outside of the text.
  static func apply(_ edits: [Edit], to bytes: [UInt8]) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + edits.reduce(0) { $0 + $1.replacement.count })
    var position = 0
    for edit in edits {
      guard edit.range.lowerBound >= position, edit.range.upperBound <= bytes.count else { return nil }
      result += bytes[position..<edit.range.lowerBound]
      result += edit.replacement
      position = edit.range.upperBound
    }
    result += bytes[position...]
    return result
  }
}

/// What an edit does to the tree; the proof holds the new text against it.
enum TreeChange: Sendable {
  /// The node means this now.
  case replaced(node: Int, value: YAMLValue)
  /// A mapping has a new last key, or a list a new item.
  case inserted(container: Int, position: Int, key: String?, value: YAMLValue)
  /// A key has another name and the same place and value.
  case renamed(container: Int, position: Int, key: String)
  /// A key with its value, or an item, is gone.
  case removed(container: Int, position: Int)

  /// The node whose inside changes.
  var node: Int {
    switch self {
    case .replaced(let node, _): node
    case .inserted(let container, _, _, _), .renamed(let container, _, _), .removed(let container, _): container
    }
  }
}

/// One operation worked out: the edits of the text and the change of the tree that they must amount to.
struct EditPlan: Sendable {
  var edits: [Edit]
  var change: TreeChange
  /// True when the text holds a literal block that a quoted string could replace, or was carried over where the bare
  /// value could stand.
  var usesLiteral = false
}
