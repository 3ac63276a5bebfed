/// A set of events' names. Those that Errata gives are eighty bits, of which a long journal has millions: they are kept as such.
struct EventIDs {
  fileprivate struct Bits: Hashable {
    let high: UInt16
    let low: UInt64
  }

  private var bits: Set<Bits> = []
  private var others: Set<String> = []

  /// Takes a name in; false when it is there already.
  mutating func insert(_ name: String) -> Bool {
    if let own = Bits(name) { return bits.insert(own).inserted }
    return others.insert(name).inserted
  }
}

extension EventIDs.Bits {
  /// Reads `evt_` and twenty digits to the base of 16, in small letters; nil for any other name.
  fileprivate init?(_ name: String) {
    let text = name.utf8Span.span
    guard text.count == 24, name.hasPrefix("evt_") else { return nil }
    var (high, low): (UInt16, UInt64) = (0, 0)
    for index in 4..<24 {
      let digit: UInt8
      switch text[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = text[index] - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = text[index] - UInt8(ascii: "a") + 10
      default: return nil
      }
      high = high << 4 | UInt16(truncatingIfNeeded: low >> 60)
      low = low << 4 | UInt64(digit)
    }
    self.init(high: high, low: low)
  }
}
