/// The facts of an event: a JSON object whose members are read when they are asked for. A journal has millions of events, and of most
/// a fold wants to know a few things or nothing.
public struct EventData: Sendable {
  private enum Storage: Sendable {
    case members([String: JSONValue])
    /// An object that stands with others on a tape, which lasts as long as one of them.
    case unread(JSONPage, position: Int)
  }

  private var storage: Storage

  /// Holds the members given.
  public init(_ members: [String: JSONValue] = [:]) { storage = .members(members) }

  init(_ page: JSONPage, at position: Int) { storage = .unread(page, position: position) }

  /// All members.
  public var members: [String: JSONValue] {
    switch storage {
    case .members(let members): members
    case .unread(let page, let position): page.tape.object(at: position)
    }
  }

  /// Whether there is no member.
  public var isEmpty: Bool {
    switch storage {
    case .members(let members): members.isEmpty
    case .unread(let page, let position): page.tape.members(at: position) { _, _ in false }
    }
  }

  /// A member.
  public subscript(key: String) -> JSONValue? {
    get {
      switch storage {
      case .members(let members): members[key]
      case .unread(let page, let position): page.tape.member(key, at: position)
      }
    }
    set {
      var members = members
      members[key] = newValue
      storage = .members(members)
    }
  }
}

extension EventData: Hashable {
  /// Whether the members are the same.
  public static func == (left: EventData, right: EventData) -> Bool { left.members == right.members }
  /// Takes the members in.
  public func hash(into hasher: inout Hasher) { members.hash(into: &hasher) }
}

extension EventData: Codable {
  /// Reads an object.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode([String: JSONValue].self))
  }

  /// Writes an object.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(members)
  }
}

extension EventData: ExpressibleByDictionaryLiteral {
  /// Of a key given twice the last value counts.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(Dictionary(elements, uniquingKeysWith: { $1 }))
  }
}

extension Event {
  /// The event with its facts in memory of its own: for one that is kept when its journal's others are not.
  public var kept: Event {
    var event = self
    event.data = EventData(data.members)
    return event
  }
}
