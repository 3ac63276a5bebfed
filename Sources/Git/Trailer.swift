/// A `Key: value` line of a commit's message.
public struct Trailer: Hashable, Sendable {
  /// Letters, digits and hyphens.
  public let key: String
  /// The rest of the line.
  public let value: String

  /// Creates a trailer. A trailer is one line: line breaks in the value become spaces.
  public init(key: String, value: String) {
    self.key = key
    self.value = value.split(whereSeparator: \.isNewline).joined(separator: " ").trimmed
  }

  /// The trailers of a message, wherever they stand: a squash on a forge buries them in the middle, and
  /// `git merge --squash` indents each commit's message by four spaces under a `commit <id>` line. Any other indented
  /// line is quoted data, which must not pass for a trailer.
  public static func parse(_ message: String) -> [Trailer] {
    var inSquashedCommit = false
    var found: [Trailer] = []
    for line in message.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      if isSquashedCommitHeading(line) {
        inSquashedCommit = true
      } else if let first = line.first, !first.isWhitespace {
        inSquashedCommit = inSquashedCommit && isSquashedCommitHeader(line)
        if let trailer = Trailer(line: line) { found.append(trailer) }
      } else if inSquashedCommit, line.hasPrefix("    "), let trailer = Trailer(line: line.dropFirst(4)) {
        found.append(trailer)
      }
    }
    return found
  }

  /// The trailers as the last block of a message, without a final newline.
  public static func render(_ trailers: [Trailer]) -> String {
    trailers.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
  }

  private init?(line: Substring) {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let key = line[..<colon]
    let rest = line[line.index(after: colon)...]
    guard let first = key.unicodeScalars.first, first.properties.isAlphabetic, rest.first?.isWhitespace == true,
      key.utf8.allSatisfy({ $0 == 45 || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) })
    else { return nil }
    self.init(key: String(key), value: String(rest))
  }

  private static func isSquashedCommitHeading(_ line: Substring) -> Bool {
    line.hasPrefix("commit ") && ObjectID(String(line.dropFirst(7).prefix { $0 != " " })) != nil
  }

  private static func isSquashedCommitHeader(_ line: Substring) -> Bool {
    ["Author: ", "Date: ", "Merge: "].contains { line.hasPrefix($0) }
  }
}

extension String {
  var trimmed: String {
    var rest = Substring(self)
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
