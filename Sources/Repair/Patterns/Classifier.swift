internal import Journal
internal import Synchronization

/// Reads the kind of a failure off the text that a program left behind. The same text gives the same answer.
///
/// It takes time in proportion to the text and little memory, whatever is in it.
public struct Classifier: Sendable {
  /// Putting the book together takes longer than a run in which nothing fails: it is done for the first text.
  private final class Shelf: Sendable {
    private let userPatterns: [ErrorPattern]
    private let built = Mutex<PatternBook?>(nil)

    init(userPatterns: [ErrorPattern]) { self.userPatterns = userPatterns }

    var book: PatternBook {
      built.withLock { built in
        if let built { return built }
        let book = PatternBook(userPatterns: userPatterns)
        built = book
        return book
      }
    }
  }

  private let shelf: Shelf

  /// A classifier that asks the user's patterns before the built-in ones. A pattern with a `problem` is left out:
  /// the configuration reports it where it is read.
  public init(userPatterns: [ErrorPattern] = []) { shelf = Shelf(userPatterns: userPatterns) }

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
    var scan = LogScan(book: shelf.book, stage: stage)
    while true {
      let bytes = try next()
      if bytes.isEmpty { break }
      scan.read(bytes)
    }
    return scan.finish(ExitEvidence(code: exitCode, signal: signal))
  }
}
