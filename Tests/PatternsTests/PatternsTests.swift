import Patterns
import Testing

@Suite struct PatternsTests {
  @Test("Named groups are told, one name may stand in several alternatives, and an empty one counts")
  func captures() throws {
    let expression = try Expression(#"'(?<v>[^']*)'|"(?<v>[^"]*)"|none(?<w>x)?"#)
    #expect(expression.search("a 'b c' d") == .matched(["v": "b c"]))
    #expect(expression.search(#"a "é""#) == .matched(["v": "é"]))
    #expect(expression.search("''") == .matched(["v": ""]))
    #expect(expression.search("none") == .matched([:]))
    #expect(expression.search("") == .absent)
  }

  @Test("What is no regular expression is told with its place")
  func faults() {
    let error = #expect(throws: ExpressionError.self) { try Expression("ab(c") }
    #expect(error?.offset == 4)
    #expect(error?.description.contains("missing closing parenthesis") == true)
  }

  @Test("A search stops at its limit and says so")
  func limit() throws {
    #expect(try Expression("(a+)+$").search(String(repeating: "a", count: 60) + "b") == .exhausted)
  }

  @Test("A search that goes deeper than a stack finds its match all the same")
  func depth() throws {
    let nested = String(repeating: "(", count: 2_000) + String(repeating: ")", count: 2_000)
    #expect(try Expression(#"^(\((?1)*\))$"#).matches(nested))
  }

  @Test("Bytes that are no UTF-8 match nothing, and those around them do")
  func bytes() throws {
    let bytes: [UInt8] = [0x78, 0xFF, 0x61, 0x62, 0xFE]
    #expect(try Expression("x.a").search(bytes[...]) == .absent)
    #expect(try Expression("(?<v>a.)").search(bytes[...]) == .matched(["v": "ab"]))
    #expect(try Expression("(?<v>a.)").search(bytes[...2]) == .absent)
  }

  @Test(
    "Texts that every match holds are found in an expression",
    arguments: [
      ("no such table: (\\w+)", [["no such table:"]]), ("(?:abc|defg) x?", [["abc", "defg"]]),
      ("ab?cdef", [["cdef"]]), ("(?i)Read timed out|TIMEOUT", [["read timed out", "timeout"]]),
      ("(?:longer text)?abc", [["abc"]]), ("x{3}abcd+e", [["abcd"]]), ("(?<name>abc)(?=defghi)", [["abc"]]),
      ("(?:(?:one|three)|seven).*", [["one", "three", "seven"]]), (#"\bwörter\.txt\b"#, [["rter.txt"]]),
      ("[abc]def[^]x]ghij", [["ghij"], ["def"]]), (#"\x{41}bcd\d{2}xyzw"#, [["xyzw"], ["bcd"]]),
      (#"status[ =]+(?:404|410)\b(?!x)"#, [["status"], ["404", "410"]]),
      ("(?:open.*file|read)", [["open", "read"]]), ("abc(?:def|gh)", [["abc"]]),
    ])
  func required(pattern: String, texts: [[String]]) { #expect(RequiredText.of(pattern) == texts) }

  @Test(
    "An expression that may match without any text has none",
    arguments: ["^\\d+$", "ab", "abc|\\d", "(?:abc)?", "(?x) a b c d"])
  func nothingRequired(pattern: String) { #expect(RequiredText.of(pattern) == []) }

  @Test("Many texts are found in one pass, in either case, wherever the bytes are cut")
  func search() {
    let search = TextSearch(["he", "she", "hers", "his", "error"])
    let bytes = Array("uSHErs\nHis ERR".utf8)
    for cut in 0...bytes.count {
      var state = TextSearch.start
      var found: [String] = []
      for part in [bytes[..<cut], bytes[cut...]] {
        var rest = part
        while let end = search.readLine(rest, state: &state, found: { found.append("\($0)@\($1)") }) {
          rest = rest[(end + 1)...]
        }
      }
      #expect(found == ["1@3", "0@3", "2@5", "3@9"])
    }
  }

  @Test("Every match of the search is one that a plain look finds, and the other way round")
  func searchAgainstPlain() {
    var generator = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
    var state = seed
    func next(_ below: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % below)
    }
    for _ in 0..<200 {
      func word(_ length: Int) -> String { String((0..<length).map { _ in Character(["a", "b", "c"][next(3)]) }) }
      let words = (0..<6).map { _ in word(1 + next(4)) }
      let text = word(60)
      var found: Set<String> = []
      var start = TextSearch.start
      _ = TextSearch(words).readLine(Array(text.utf8)[...], state: &start) { found.insert("\($0)@\($1)") }
      var plain: Set<String> = []
      for (number, word) in words.enumerated() {
        for end in word.count...text.count where text.prefix(end).hasSuffix(word) {
          plain.insert("\(number)@\(end - 1)")
        }
      }
      #expect(found == plain, "seed \(seed)")
    }
  }
}
