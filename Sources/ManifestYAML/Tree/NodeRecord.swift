/// How a node is written.
enum NodeStyle: UInt8, Sendable {
  case plain, single, double, literal, folded, block, flow

  var isBlockScalar: Bool { self == .literal || self == .folded }
  var isQuoted: Bool { self == .single || self == .double }
}

/// A node as the tree stores it: small, since a file has as many as half its words.
struct NodeRecord: Sendable {
  /// What few nodes have.
  private final class Properties: Sendable {
    let anchor: String?
    let tag: String?

    init(anchor: String?, tag: String?) {
      self.anchor = anchor
      self.tag = tag
    }
  }

  private var storedStart: Int32
  private var storedContentStart: Int32
  private var storedPropertiesEnd: Int32
  private var storedEnd: Int32
  private var storedParent: Int32
  private var storedTarget: Int32 = -1
  private var storedSubtreeEnd: Int32
  var kind: YAMLNode.Kind
  var style: NodeStyle
  /// A scalar's value or an alias's name.
  var text: String
  private let properties: Properties?
  /// Items, or keys and values by turns.
  var children: [Int] = []

  init(
    kind: YAMLNode.Kind, style: NodeStyle, start: Int, end: Int, parent: Int, subtreeEnd: Int, text: consuming String,
    anchor: String? = nil, tag: String? = nil, propertiesEnd: Int? = nil, contentStart: Int? = nil
  ) {
    self.kind = kind
    self.style = style
    self.text = text
    storedStart = Int32(start)
    storedContentStart = Int32(contentStart ?? start)
    storedPropertiesEnd = Int32(propertiesEnd ?? start)
    storedEnd = Int32(end)
    storedParent = Int32(parent)
    storedSubtreeEnd = Int32(subtreeEnd)
    properties = anchor == nil && tag == nil ? nil : Properties(anchor: anchor, tag: tag)
  }

  var anchor: String? { properties?.anchor }
  var tag: String? { properties?.tag }
  var hasProperties: Bool { properties != nil }

  /// The first byte: of the anchor or tag if there is one.
  var start: Int {
    get { Int(storedStart) }
    set { storedStart = Int32(newValue) }
  }
  /// The first byte after the anchor and tag; where a block collection's first dash or key stands.
  var contentStart: Int {
    get { Int(storedContentStart) }
    set { storedContentStart = Int32(newValue) }
  }
  /// Where the anchor and tag end; the node's start if it has none.
  var propertiesEnd: Int {
    get { Int(storedPropertiesEnd) }
    set { storedPropertiesEnd = Int32(newValue) }
  }
  /// After the last byte of content: no trailing space, comment, blank line or line end.
  var end: Int {
    get { Int(storedEnd) }
    set { storedEnd = Int32(newValue) }
  }
  var parent: Int { Int(storedParent) }
  /// The node that an alias stands for; -1 for other nodes and for aliases of nothing.
  var target: Int {
    get { Int(storedTarget) }
    set { storedTarget = Int32(newValue) }
  }
  /// After this node's last descendant in the list of records.
  var subtreeEnd: Int {
    get { Int(storedSubtreeEnd) }
    set { storedSubtreeEnd = Int32(newValue) }
  }

  var isEmptyScalar: Bool { kind == .scalar && style == .plain && contentStart == end }
}
