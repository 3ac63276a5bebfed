internal import Foundation
public import Journal

/// What an adviser replied, in the seeds' form (S0-61). It is believed in nothing: the edits are checked and tried.
public struct AdviserReply: Hashable, Sendable {
  /// The cause behind the error, in its words. Its analysis and report have to be there, and nothing is made of them.
  public let rootCause: String
  /// The name of the action.
  public let action: String
  /// The edits; nil for an action that edits nothing.
  public let details: Details?
  /// How sure it says it is, between 0 and 1.
  public let confidence: Double
  /// Whether it wants a person to decide.
  public let requiresApproval: Bool

  /// The edits of one file.
  public struct Details: Hashable, Sendable {
    /// The file, relative to the workspace.
    public let file: String
    /// The changes.
    public let changes: [Change]
  }

  /// One change of one value.
  public struct Change: Hashable, Sendable {
    /// Where, as `sources[3].columns[5].data_type` (S0-62).
    public let path: String
    /// The value before; nil where there is said to be none.
    public let old: JSONValue?
    /// The value afterwards.
    public let new: JSONValue
  }

  /// The most changes of one reply.
  public static let mostChanges = 40

  /// Reads a reply: exactly one JSON object with the seeds' members and no others, whatever text is around it.
  public init(_ text: String) throws(AdviserFault) {
    let object = ReplyMembers(try ReplyObject.find(in: text), place: "the reply")
    _ = try (object.text("analysis"), object.text("troubleshooting_report"))
    rootCause = try object.text("root_cause")
    action = try object.text("recommended_action")
    guard let share = try object.member("confidence").double, (0...1).contains(share) else {
      throw AdviserFault("'confidence' is not a number from 0 to 1")
    }
    confidence = share
    guard let approval = try object.member("requires_human_approval").bool else {
      throw AdviserFault("'requires_human_approval' is neither true nor false")
    }
    requiresApproval = approval
    details = try AdviserReply.details(object.optional("action_details"))
    try object.endsThere()
  }

  /// What is kept of a reply, to be read again: the edit, and the cause in the words given; not its analysis and report.
  public func record(saying cause: String) -> String {
    let changes = (details?.changes ?? []).map { change in
      JSONValue.object(["path": .string(change.path), "old": change.old ?? .null, "new": change.new])
    }
    let edit = details.map { JSONValue.object(["file": .string($0.file), "changes": .array(changes)]) }
    let members: [String: JSONValue] = [
      "analysis": "", "root_cause": .string(cause), "troubleshooting_report": "", "recommended_action": .string(action),
      "action_details": edit ?? .null, "confidence": .double(confidence),
      "requires_human_approval": .bool(requiresApproval),
    ]
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts and numbers, which always encode.
    return (try? encoder.encode(members)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  private static func details(_ value: JSONValue?) throws(AdviserFault) -> Details? {
    guard let value, value != .null else { return nil }
    let object = ReplyMembers(value, place: "'action_details'")
    // An action that edits nothing may come with an empty object.
    if value == .object([:]) { return nil }
    let file = try object.text("file")
    guard let items = try object.member("changes").array else { throw AdviserFault("'changes' is not a list") }
    guard items.count <= mostChanges else {
      throw AdviserFault("'changes' holds more than \(mostChanges) changes")
    }
    var changes: [Change] = []
    for item in items {
      let change = ReplyMembers(item, place: "a change")
      var old = change.optional("old")
      if old == .null { old = Optional.none }
      changes.append(Change(path: try change.text("path"), old: old, new: try change.member("new")))
      try change.endsThere()
    }
    try object.endsThere()
    return Details(file: file, changes: changes)
  }
}

/// The members of an object of a reply: each is asked for once, and none may be left over.
private final class ReplyMembers {
  private let members: [String: JSONValue]?
  private let place: String
  private var asked: Set<String> = []

  init(_ value: JSONValue, place: String) {
    members = value.object
    self.place = place
  }

  func optional(_ key: String) -> JSONValue? {
    asked.insert(key)
    return members?[key]
  }

  func member(_ key: String) throws(AdviserFault) -> JSONValue {
    guard members != nil else { throw AdviserFault("\(place) is not an object") }
    guard let value = optional(key) else { throw AdviserFault("\(place) has no '\(key)'") }
    return value
  }

  func text(_ key: String) throws(AdviserFault) -> String {
    guard let text = try member(key).string else { throw AdviserFault("'\(key)' of \(place) is not a text") }
    return text
  }

  func endsThere() throws(AdviserFault) {
    let left = (members ?? [:]).keys.filter { !asked.contains($0) }.sorted()
    guard let first = left.first else { return }
    throw AdviserFault("\(place) has the unknown member '\(first.prefix(60))'")
  }
}
