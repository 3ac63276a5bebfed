public import Foundation
public import Journal
internal import Repair

/// Which fixes somebody means: `error=type_mismatch verified confidence>=0.9`. All terms must hold.
public struct FixFilter: Hashable, Sendable {
  /// What a term compares.
  enum Key: String, CaseIterable, Hashable, Sendable {
    case publication, period, source, stage, error, action, reach, id, confidence, age
  }

  /// How it compares.
  enum Comparison: String, Hashable, Sendable {
    case equal = "="
    case notEqual = "!="
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"

    func holds(_ left: Double, _ right: Double) -> Bool {
      switch self {
      case .equal: left == right
      case .notEqual: left != right
      case .atLeast: left >= right
      case .atMost: left <= right
      case .above: left > right
      case .below: left < right
      }
    }
  }

  enum Condition: Hashable, Sendable {
    case verified
    /// A text, or a pattern with `*` and `?`.
    case text(Key, Comparison, String)
    /// A confidence from 0 to 1.
    case confidence(Comparison, Double)
    /// Seconds since the fix was put forward.
    case age(Comparison, TimeInterval)
  }

  struct Term: Hashable, Sendable {
    var isNegated: Bool
    var condition: Condition
  }

  let terms: [Term]

  /// Reads an expression.
  ///
  /// - Throws: `FixFilterError` with the column of what cannot be understood.
  public init(_ text: String) throws(FixFilterError) {
    var parser = FixFilterParser(text)
    terms = try parser.terms()
  }

  /// Whether all terms hold for a fix.
  ///
  /// - Parameter since: When it was put forward.
  public func matches(_ fix: FixRecord, since: Date?, now: Date) -> Bool {
    terms.allSatisfy { holds($0.condition, fix, since, now) != $0.isNegated }
  }

  /// The fixes of a book that wait and match, in the order in which they were put forward.
  public func open(in book: FixBook, now: Date) -> [FixRecord] {
    book.open.filter { matches($0, since: book.waitingSince($0.id), now: now) }
  }

  private func holds(_ condition: Condition, _ fix: FixRecord, _ since: Date?, _ now: Date) -> Bool {
    switch condition {
    case .verified: return fix.verified
    case .confidence(let comparison, let bound): return comparison.holds(fix.confidence, bound)
    case .age(let comparison, let bound):
      guard let since else { return false }
      return comparison.holds(now.timeIntervalSince(since), bound)
    case .text(let key, let comparison, let pattern):
      // Other than in paths, `*` stands for slashes as well.
      let found = Glob.matches(Self.text(of: key, in: fix), pattern.replacing("*", with: "**"))
      return found == (comparison == .equal)
    }
  }

  private static func text(of key: Key, in fix: FixRecord) -> String {
    switch key {
    case .publication: fix.publication
    case .period: fix.period
    case .source: fix.source ?? ""
    case .stage: fix.stage
    case .error: fix.errorType
    case .action: fix.action
    case .reach: fix.reach.rawValue
    case .id: fix.id
    case .confidence, .age: ""
    }
  }
}

/// What cannot be understood of an expression that selects fixes.
public struct FixFilterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where, in characters from 1.
  public let column: Int
  /// One sentence.
  public let description: String

  init(column: Int, _ message: String) {
    self.column = column
    description = "the expression cannot be read at column \(column): \(message)"
  }
}
