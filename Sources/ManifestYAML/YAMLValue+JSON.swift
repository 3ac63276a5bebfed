extension YAMLValue: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads any value; whole numbers become `.int`.
  public init(from decoder: any Decoder) throws {
    if let decoder = decoder as? NodeDecoder {
      self = try decoder.wholeValue()
      return
    }
    if let container = try? decoder.container(keyedBy: Key.self) {
      self = .mapping(
        try container.allKeys.map {
          Entry(key: $0.stringValue, value: try container.decode(YAMLValue.self, forKey: $0))
        })
      return
    }
    if var container = try? decoder.unkeyedContainer() {
      var items: [YAMLValue] = []
      while !container.isAtEnd { items.append(try container.decode(YAMLValue.self)) }
      self = .sequence(items)
      return
    }
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .int(value)
    } else if let value = try? container.decode(Double.self) {
      self = .double(value)
    } else {
      self = .string(try container.decode(String.self))
    }
  }

  /// Writes the value; whether the order of keys survives is the encoder's choice (``json`` keeps it).
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .mapping(let entries):
      var container = encoder.container(keyedBy: Key.self)
      for entry in entries { try container.encode(entry.value, forKey: Key(stringValue: entry.key)) }
      return
    case .sequence(let items):
      var container = encoder.unkeyedContainer()
      for item in items { try container.encode(item) }
      return
    default: break
    }
    var container = encoder.singleValueContainer()
    switch self {
    case .bool(let value): try container.encode(value)
    case .int(let value): try container.encode(value)
    case .double(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    default: try container.encodeNil()
    }
  }
}

extension YAMLValue {
  /// JSON without spaces and with sorted keys: equal values give equal text, so that it can be hashed.
  public var canonicalJSON: String {
    var text = ""
    writeJSON(to: &text, sorted: true)
    return text
  }

  /// JSON without spaces, keys in the order of the file.
  public var json: String {
    var text = ""
    writeJSON(to: &text, sorted: false)
    return text
  }

  private func writeJSON(to text: inout String, sorted: Bool) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .int(let value): text += String(value)
    case .double(let value):
      if let whole = Int(exactly: value), abs(value) < 1e15 {
        text += String(whole)
      } else if value.isFinite {
        text += String(value)
      } else {
        text += JSONText.quoted(String(value))
      }
    case .string(let value): text += JSONText.quoted(value)
    case .sequence(let items):
      text += "["
      for (index, item) in items.enumerated() {
        if index > 0 { text += "," }
        item.writeJSON(to: &text, sorted: sorted)
      }
      text += "]"
    case .mapping(let entries):
      text += "{"
      let ordered = sorted ? entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) } : entries
      for (index, entry) in ordered.enumerated() {
        if index > 0 { text += "," }
        text += JSONText.quoted(entry.key) + ":"
        entry.value.writeJSON(to: &text, sorted: sorted)
      }
      text += "}"
    }
  }
}
