/// One operation of an RFC 6902 JSON Patch; its paths may be pointers or dotted.
public struct PatchOperation: Codable, Hashable, Sendable {
  /// What the operation does.
  public enum Kind: String, Codable, Sendable {
    case add, remove, replace, test, move, copy
  }

  /// What the operation does.
  public var op: Kind
  /// Where it does it.
  public var path: String
  /// Where `move` and `copy` take the value from.
  public var from: String?
  /// The value that `add`, `replace` and `test` need; JSON's null is `.null`.
  public var value: YAMLValue?

  /// Describes an operation.
  public init(op: Kind, path: String, from: String? = nil, value: YAMLValue? = nil) {
    self.op = op
    self.path = path
    self.from = from
    self.value = value
  }

  private enum CodingKeys: String, CodingKey { case op, path, from, value }

  /// Reads an operation; a `value` of null is a value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    op = try container.decode(Kind.self, forKey: .op)
    path = try container.decode(String.self, forKey: .path)
    from = try container.decodeIfPresent(String.self, forKey: .from)
    value = container.contains(.value) ? try container.decode(YAMLValue.self, forKey: .value) : nil
  }

  /// Reads a patch, a JSON list of operations, keeping the order of keys inside values.
  public static func list(json bytes: [UInt8], name: String) throws(YAMLError) -> [PatchOperation] {
    let document = try JSONText.parse(bytes, name: name)
    guard case .sequence(let items) = document else {
      throw YAMLError(.malformedPatch, file: name, message: "a patch is a list of operations, and this is not a list")
    }
    var operations: [PatchOperation] = []
    for (index, item) in items.enumerated() {
      func malformed(_ reason: String) -> YAMLError {
        YAMLError(.malformedPatch, file: name, message: "operation \(index) \(reason)", path: "[\(index)]")
      }
      guard item.mapping != nil else { throw malformed("is not an object") }
      guard let word = item["op"]?.string, let kind = Kind(rawValue: word) else {
        throw malformed("has no \"op\" of add, remove, replace, test, move or copy")
      }
      guard let path = item["path"]?.string else { throw malformed("has no \"path\"") }
      let operation = PatchOperation(op: kind, path: path, from: item["from"]?.string, value: item["value"])
      if let missing = operation.missingMember { throw malformed("(\(word)) has no \"\(missing)\"") }
      operations.append(operation)
    }
    return operations
  }

  /// The member that the operation lacks.
  var missingMember: String? {
    switch op {
    case .add, .replace, .test: value == nil ? "value" : nil
    case .move, .copy: from == nil ? "from" : nil
    case .remove: nil
    }
  }
}
