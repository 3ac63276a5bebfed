internal import Journal

/// Reads the kind of a failure off the text that a program left behind. The same text gives the same answer.
///
/// It takes time in proportion to the text and little memory, whatever is in it.
public struct Classifier: Sendable {
  private let book: PatternBook

  /// A classifier that asks the user's patterns before the built-in ones. A pattern with a `problem` is left out:
  /// the configuration reports it where it is read.
  public init(userPatterns: [ErrorPattern] = []) { book = PatternBook(userPatterns: userPatterns) }

  /// Classifies the output of a program.
  ///
  /// - Parameters:
  ///   - stage: The stage that printed it, for patterns that are for one only.
  ///   - exitCode: What it exited with, if that is known; 128 + N is read as signal N.
  ///   - signal: What ended it, if that is known.
  public func classify(
    _ text: String, stage: String? = nil, exitCode: Int? = nil, signal: Int? = nil
  ) -> Classification {
    var bytes = Array(text.utf8)[...]
    return classify(stage: stage, exitCode: exitCode, signal: signal) {
      defer { bytes = [] }
      return bytes
    }
  }

  /// Classifies an output that comes in pieces.
  ///
  /// - Parameter next: Gives the next bytes, and none at the end.
  public func classify<Failure: Error>(
    stage: String? = nil, exitCode: Int? = nil, signal: Int? = nil,
    next: () throws(Failure) -> ArraySlice<UInt8>
  ) throws(Failure) -> Classification {
    var scan = LogScan(book: book, stage: stage)
    while true {
      let bytes = try next()
      if bytes.isEmpty { break }
      scan.read(bytes)
    }
    return scan.finish(ExitEvidence(code: exitCode, signal: signal))
  }
}
