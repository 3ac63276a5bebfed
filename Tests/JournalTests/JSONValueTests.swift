import Foundation
import Journal
import Testing

@Suite("JSON values")
struct JSONValueTests {
  /// One of everything that a record may hold.
  private struct Sample: Codable, Equatable {
    enum Kind: String, Codable { case one, two }
    var text: String
    var missing: String?
    var isSet: Bool
    var small: Int8
    var number: Double
    var kind: Kind
    var list: [Kind?]
    var nested: [String: [Int]]
    var any: JSONValue
    var when: Date
    var link: URL
  }

  private static let text = """
    {"text": "é\\n", "isSet": true, "small": -7, "number": 3, "kind": "two", "list": ["one", null, "two"],
     "nested": {"a": [1, 2], "b": []}, "any": {"x": [null, 1.5, false, "1"]}, "when": 12.5, "link": "https://a.b/c"}
    """

  @Test("A value is decoded to what its text is decoded to")
  func sameAsText() throws {
    let expected = try JSONDecoder().decode(Sample.self, from: Data(Self.text.utf8))
    let value = try JSONDecoder().decode(JSONValue.self, from: Data(Self.text.utf8))
    #expect(try value.decode(Sample.self) == expected)
    #expect(try JSONValue(encoding: expected).decode(Sample.self) == expected)
  }

  @Test(
    "What does not fit is an error, as it is in text",
    arguments: [
      ("text", JSONValue.int(1)), ("small", .int(300)), ("small", .double(1.5)), ("kind", "three"), ("isSet", .int(1)),
      ("list", "one"), ("nested", .array([])), ("text", .null), ("number", "3"),
    ])
  func mismatches(member: String, wrong: JSONValue) throws {
    var members = try JSONDecoder().decode([String: JSONValue].self, from: Data(Self.text.utf8))
    members[member] = wrong
    let value = JSONValue.object(members)
    let text = try JSONEncoder().encode(value)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Sample.self, from: text) }
    #expect(throws: DecodingError.self) { try value.decode(Sample.self) }
  }
}
