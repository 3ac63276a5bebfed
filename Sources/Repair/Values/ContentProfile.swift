internal import Foundation

/// What a column holds, in figures: what tells a renamed column from another one with a similar name.
public struct ContentProfile: Codable, Hashable, Sendable {
  /// How many rows there are.
  public var rows: Int
  /// How many cells hold something.
  public var present: Int
  /// How many of those fit the type that is wanted.
  public var fitting: Int
  /// How many different values fit.
  public var distinct: Int
  /// From where most values go; of dates in days since 1970; nil for texts.
  public var low: Double?
  /// To where most values go.
  public var high: Double?
  /// The most frequent values' digests with their share of all: good for comparing, and for nothing else.
  public var shares: [String: Double]

  /// Creates a profile.
  public init(
    rows: Int, present: Int? = nil, fitting: Int? = nil, distinct: Int, low: Double? = nil, high: Double? = nil,
    shares: [String: Double] = [:]
  ) {
    self.rows = rows
    self.present = present ?? rows
    self.fitting = fitting ?? self.present
    self.distinct = distinct
    self.low = low
    self.high = high
    self.shares = shares
  }

  /// How much of what stands there fits.
  var fit: Double { present == 0 ? 0 : Double(fitting) / Double(present) }

  /// The share of rows without a value.
  var emptiness: Double { rows == 0 ? 1 : 1 - Double(fitting) / Double(rows) }
}

/// How far the content of a column is that of another.
public struct ContentLikeness: Codable, Hashable, Sendable {
  /// Between 0 and 1.
  public var score: Double
  /// Whether it are the values themselves that are the same, not only their type and range, which many columns share.
  public var isTelling: Bool
  /// What was compared, as the end of a sentence after "its content": `has 97 % of its values in common with …`.
  public var finding: String

  /// From here on content speaks for a column.
  public static let bar = 0.8
  /// Below that it speaks against it.
  public static let contradiction = 0.3
  /// By how much the content of others has to be less like it.
  static let margin = 0.15

  /// Compares what stands under a header with what the column held in other periods.
  ///
  /// - Parameter reference: What the column held; nil where no other period has loaded, and then only its type speaks.
  /// - Returns: Nil where the content says neither.
  public init?(of candidate: ContentProfile, comparedTo reference: ContentProfile?) {
    guard candidate.present > 0 else { return nil }
    guard candidate.fit >= 0.5 else {
      let misfits = Candidates.percent(1 - candidate.fit)
      (score, isTelling, finding) = (0, false, "does not fit the column's type in \(misfits) of its cells")
      return
    }
    guard let reference, reference.fitting > 0 else { return nil }
    let common = candidate.shares.reduce(0) { $0 + min($1.value, reference.shares[$1.key] ?? 0) }
    let fullness = 1 - abs(candidate.emptiness - reference.emptiness)
    isTelling = common >= 0.6 && min(candidate.distinct, reference.distinct) >= 3
    if isTelling || reference.low == nil {
      // A text that is another in every row, or the same one in all rows of a period, is new in a new period.
      let isUnique = reference.distinct * 10 > reference.fitting * 9
      guard isTelling || common >= 0.1 || !(isUnique || reference.distinct <= 2) else { return nil }
      score = candidate.fit * (0.8 * common + 0.2 * fullness)
      if isTelling { score = max(score, candidate.fit * (0.5 + 0.5 * common)) }
      finding = "has \(Candidates.percent(common)) of its values in common with what the column held in other periods"
      return
    }
    guard let range = ContentLikeness.overlap(candidate, reference) else { return nil }
    let variety = 1 - abs(ContentLikeness.variety(candidate) - ContentLikeness.variety(reference))
    score = candidate.fit * (0.6 * range + 0.2 * fullness + 0.2 * variety)
    if range == 0 { score = min(score, 0.2) }
    finding =
      "has the column's type, and most of it lies \(range >= 0.5 ? "where" : "elsewhere than") the column's values lay in other periods"
  }

  /// Compares what is on a sheet with what the manifest reads and what that held in other periods.
  ///
  /// - Parameter wanted: The headers that the manifest names.
  /// - Returns: Nil where the manifest names too few headers to tell a sheet by.
  init?(
    ofSheet sheet: Evidence.SheetContent, wanted: [String], comparedTo references: [String: ContentProfile]
  ) {
    guard wanted.count >= 2 else { return nil }
    let there = wanted.count { sheet.headers.contains($0) }
    let share = Double(there) / Double(wanted.count)
    let columns = sheet.profiles.compactMap { name, profile in
      references[name].flatMap { ContentLikeness(of: profile, comparedTo: $0) }
    }
    isTelling = share >= 0.9
    score = share < 0.5 ? share / 2 : share
    finding = "has \(there) of the \(wanted.count) headers that the manifest names"
    guard isTelling, !columns.isEmpty else { return }
    let mean = columns.reduce(0) { $0 + $1.score } / Double(columns.count)
    score *= 0.6 + 0.4 * mean
    finding += " and is like what they held in other periods to \(Candidates.percent(mean))"
  }

  private static func variety(_ profile: ContentProfile) -> Double {
    Double(profile.distinct) / Double(max(profile.fitting, 1))
  }

  /// How much of two ranges is common, on a scale on which 10 and 100 are as far apart as 100 and 1,000.
  private static func overlap(_ one: ContentProfile, _ other: ContentProfile) -> Double? {
    guard let low = one.low, let high = one.high, let otherLow = other.low, let otherHigh = other.high else {
      return nil
    }
    let mine = (asinh(low), asinh(high))
    let theirs = (asinh(otherLow), asinh(otherHigh))
    let union = max(mine.1, theirs.1) - min(mine.0, theirs.0)
    guard union > 0.05 else { return 1 }
    return max(0, min(mine.1, theirs.1) - max(mine.0, theirs.0)) / union
  }
}

/// What is known of the names that a renamed one may have now: how alike they are, and what is behind them.
struct Renaming {
  let name: String
  let likeness: Double
  let content: ContentLikeness?
  /// Whether content confirms it: alike enough, more than anything else that is free, and by its very values or under a name
  /// that is like the old one.
  let isConfirmed: Bool

  /// How probable it is, by name and content together.
  var rank: Double {
    guard let content else { return likeness }
    return isConfirmed ? max(0.9, content.score) : 0.5 * likeness + 0.5 * content.score
  }

  /// What content says of it, as a sentence; empty where it says nothing.
  var finding: String {
    guard let content else { return "" }
    return " Its content \(content.finding)\(isConfirmed ? ", as that of nothing else here does" : "")."
  }

  /// The names that may be it, the most probable first.
  ///
  /// - Parameters:
  ///   - bar: How alike a name has to be where content does not speak for it.
  ///   - contents: What content says of each name; none where it says nothing.
  static func all(
    of wanted: String, among names: [String], atLeast bar: Double, contents: [String: ContentLikeness]
  ) -> [Renaming] {
    let found = names.compactMap { name -> Renaming? in
      let likeness = Likeness.between(wanted, name)
      let content = contents[name]
      let score = content?.score ?? 0
      let next = names.filter { $0 != name }.compactMap { contents[$0]?.score }.max() ?? 0
      let isAlike = score >= ContentLikeness.bar && score - next >= ContentLikeness.margin
      let isConfirmed = isAlike && (content?.isTelling == true || likeness >= bar)
      let isContradicted = content.map { $0.score < ContentLikeness.contradiction } ?? false
      guard isConfirmed || (likeness >= bar && !isContradicted) else { return nil }
      return Renaming(name: name, likeness: likeness, content: content, isConfirmed: isConfirmed)
    }
    return found.enumerated().sorted { ($0.element.rank, -$0.offset) > ($1.element.rank, -$1.offset) }.map(\.element)
  }
}
