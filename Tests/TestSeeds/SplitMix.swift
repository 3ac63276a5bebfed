/// Random choices that a seed determines, so that a failing test can print what brings it back (SplitMix64).
public struct SplitMix: RandomNumberGenerator, Sendable {
  var state: UInt64

  /// Starts at a seed.
  public init(state: UInt64) { self.state = state }

  /// The next number.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// A number from 0, below the limit.
  public mutating func upTo(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  /// True in so many of a hundred cases.
  public mutating func chance(_ percent: Int) -> Bool { upTo(100) < percent }

  /// One of the choices.
  public mutating func pick<Element>(_ choices: [Element]) -> Element { choices[upTo(choices.count)] }
}
