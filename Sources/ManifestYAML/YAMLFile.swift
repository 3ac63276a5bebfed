internal import Foundation

/// A YAML file as read: its bytes, and the nodes in them. JSON files are YAML too.
public struct YAMLFile: Sendable {
  let tree: YAMLTree
  let limits: YAMLLimits

  /// The file's name, as messages give it.
  public var name: String { tree.name }

  /// The file's bytes.
  public var bytes: [UInt8] { tree.source.bytes }

  /// The top node of every document.
  public var documents: [YAMLNode] { tree.documents.map { YAMLNode(tree: tree, index: $0) } }

  /// The top node of the first document; nil for a file without content.
  public var root: YAMLNode? { documents.first }

  /// Reads YAML text.
  public init(_ bytes: [UInt8], name: String, limits: YAMLLimits = .standard) throws(YAMLError) {
    tree = try YAMLTree(bytes, name: name, limits: limits)
    self.limits = limits
  }

  /// Reads YAML text.
  public init(_ text: String, name: String, limits: YAMLLimits = .standard) throws(YAMLError) {
    try self.init(Array(text.utf8), name: name, limits: limits)
  }

  /// Reads a file.
  public static func load(_ path: String, limits: YAMLLimits = .standard) throws(YAMLError) -> YAMLFile {
    try YAMLFile(AtomicFile.read(path, limits: limits), name: path, limits: limits)
  }

  /// Every key that stands twice in its mapping: most readers drop one of the two silently.
  public var duplicateKeys: [YAMLNode] {
    tree.records.indices.flatMap { index -> [YAMLNode] in
      tree.records[index].kind == .mapping ? YAMLNode(tree: tree, index: index).duplicateKeys : []
    }
  }
}
