public import Journal

/// How far the confidences can be trusted: what was predicted of fixes against what came of them.
public struct Calibration: Codable, Hashable, Sendable {
  /// The fixes whose confidence lay in one tenth.
  public struct Bin: Codable, Hashable, Sendable {
    /// The lowest confidence in it.
    public var from: Double
    /// Where the next bin begins; the last one holds 1 as well.
    public var to: Double
    /// How many fixes.
    public var count: Int
    /// Their mean confidence.
    public var predicted: Double
    /// The share of them that was right.
    public var real: Double
  }

  /// How many bins there are.
  public static let bins = 10

  /// The bins that hold fixes, the least confident first.
  public var bins: [Bin]
  /// How many fixes count.
  public var count: Int
  /// How many say nothing, or nothing yet.
  public var undecided: Int
  /// The expected calibration error: how far `predicted` and `real` are apart, weighed by the fixes; nil without any.
  public var error: Double?
  /// The mean squared difference between a confidence and what came, 1 or 0; nil without any.
  public var brier: Double?

  /// Compares what was predicted with what came.
  public init(_ outcomes: some Sequence<FixOutcome>) {
    var found: [Int: [(predicted: Double, real: Double)]] = [:]
    var squares = 0.0
    (bins, count, undecided) = ([], 0, 0)
    for outcome in outcomes {
      guard let wasRight = outcome.wasRight else {
        undecided += 1
        continue
      }
      let real = wasRight ? 1.0 : 0.0
      let predicted = min(max(outcome.confidence, 0), 1)
      found[Calibration.bin(of: predicted), default: []].append((predicted, real))
      squares += (predicted - real) * (predicted - real)
      count += 1
    }
    let width = 1 / Double(Calibration.bins)
    bins = found.sorted { $0.key < $1.key }.map { index, pairs in
      let number = Double(pairs.count)
      return Bin(
        from: Double(index) * width, to: Double(index + 1) * width, count: pairs.count,
        predicted: pairs.reduce(0) { $0 + $1.predicted } / number, real: pairs.reduce(0) { $0 + $1.real } / number)
    }
    guard count > 0 else { return }
    brier = squares / Double(count)
    error = bins.reduce(0) { $0 + abs($1.predicted - $1.real) * Double($1.count) } / Double(count)
  }

  /// The bin that a confidence falls into, from 0.
  public static func bin(of confidence: Double) -> Int {
    // In hundredths, so that 0.7 is in the bin that begins with it, whatever binary fractions make of it.
    let hundredths = Int((min(max(confidence, 0), 1) * 100).rounded())
    return min(hundredths * bins / 100, bins - 1)
  }

  enum CodingKeys: String, CodingKey {
    case bins, count, undecided, brier
    case error = "expected_calibration_error"
  }
}
