/// Follows Python's tracebacks through an output: their frames quote code, and only the line after them tells what happened.
struct TracebackReader {
  /// What a line is.
  enum Line: Equatable {
    case start
    case frame
    /// The line that ends a traceback, without what stands before each line of it.
    case exception(String)
    case outside
  }

  /// Lines after an exception that may still be its message.
  private static let messageReach = 15

  /// Lines between an exception and the traceback of the one that it led to.
  private static let linkReach = 6

  /// Whether a traceback has begun and not ended.
  private(set) var isOpen = false
  /// The number of the chain that the last traceback belongs to.
  private(set) var chain = 0
  private var prefix = ""
  private var lines = 0
  private var exceptionLine = Int.min / 2
  private var linkLine = Int.min / 2
  private var quotesCode = false

  /// Reads a line; what ends a traceback is its exception.
  mutating func read(_ text: String, isStart: Bool, number: Int) -> Line {
    if isStart, let found = text.firstRange(of: "Traceback (most recent call last)") {
      // Exceptions of which one led to the next are printed with a sentence between them; those of a group, below it.
      if linkLine < exceptionLine || number - exceptionLine > TracebackReader.linkReach { chain += 1 }
      isOpen = true
      lines = 0
      prefix = String(text[..<found.lowerBound])
      if let plus = prefix.firstRange(of: "+ Exception Group ") {
        // The frames of a group stand behind a bar below its plus sign.
        prefix = prefix[..<plus.lowerBound] + "| "
      } else if prefix.contains(where: \.isNumber) {
        prefix = ""
      }
      return .start
    }
    guard isOpen else { return .outside }
    lines += 1
    // A recursion's traceback is long, but Python shortens it; what goes on for longer is something else.
    if lines > 400 { isOpen = false }
    guard text.hasPrefix(prefix) else {
      let body = text.trimmed
      let isFrame = quotesCode || isFrameHeader(body)
      quotesCode = isFrameHeader(body)
      return isFrame ? .frame : .outside
    }
    let body = text.dropFirst(prefix.count)
    // Some loggers point at the frame that caught the exception with an arrow.
    if body.trimmed.isEmpty || body.first?.isWhitespace == true || body.hasPrefix("> ") { return .frame }
    isOpen = false
    exceptionLine = number
    return .exception(String(body))
  }

  /// Takes note of a sentence that ties the exceptions before and after it.
  mutating func link(at number: Int) { linkLine = number }

  /// The chain that a line belongs to; one that is in no traceback is alone.
  func chain(at number: Int) -> Int { number - exceptionLine <= TracebackReader.messageReach ? chain : -number }

  private func isFrameHeader(_ body: String) -> Bool { body.hasPrefix("File \"") && body.contains(", line ") }
}
