internal import Git

/// A fix's trailers and the messages that people write over them. Pure: texts in, text out.
struct FixTrailers {
  /// The trailers that have to be there, in their order.
  let expected: [Trailer]

  /// Takes the trailers of fixes out of the messages that had them; other commits' messages have none.
  init(of messages: [String]) {
    var found: [Trailer] = []
    for message in messages {
      let trailers = Trailer.parse(message).filter { $0.key.hasPrefix("Errata-") }
      for trailer in trailers where !found.contains(trailer) { found.append(trailer) }
    }
    expected = found
  }

  /// The message with what editing lost as its last block; nil when nothing is lost, or when there is no message left: that
  /// is how people abandon a commit.
  ///
  /// - Parameters:
  ///   - message: The file that git has git's editor write: comments and a diff may follow the message.
  ///   - comment: What comment lines start with (`core.commentChar`).
  func restored(in message: String, comment: Character = "#") -> String? {
    guard !expected.isEmpty else { return nil }
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let scissors = lines.firstIndex { $0.hasPrefix("\(comment) ------------------------ >8") } ?? lines.endIndex
    let isSpare = { (line: String) in line.allSatisfy(\.isWhitespace) || line.hasPrefix(String(comment)) }
    let end = lines[..<scissors].lastIndex { !isSpare($0) }.map { $0 + 1 } ?? 0
    guard end > 0 else { return nil }
    var body = Array(lines[..<end])
    let present = Trailer.parse(body.joined(separator: "\n"))
    let lost = expected.filter { !present.contains($0) }
    guard !lost.isEmpty else { return nil }
    // The same key with another value is an edit of the trailer, which must not name another fix.
    let keys = Set(lost.map(\.key))
    body.removeAll { line in
      Trailer.parse(line).contains { keys.contains($0.key) && !expected.contains($0) }
    }
    while body.last?.allSatisfy(\.isWhitespace) == true { body.removeLast() }
    let block = body.reversed().prefix { !$0.allSatisfy(\.isWhitespace) }
    let endsInTrailers = block.count < body.count && block.allSatisfy { Trailer.parse($0).count == 1 }
    let tail = lines[end...]
    let text = body + (endsInTrailers ? [] : [""]) + [Trailer.render(lost)] + (tail.isEmpty ? [""] : tail)
    return text.joined(separator: "\n")
  }
}
