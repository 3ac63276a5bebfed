/// A set of events' names. Those that Errata gives are eighty bits at random, of which a long journal has millions: they are kept as
/// such in one table, and are their own hash.
struct EventIDs {
  /// A name: as Errata gives it, eighty bits; any other as its text.
  enum Name: Sendable {
    case bits(Bits)
    case text(String)
  }

  /// Eighty bits; `high` has a bit above the name's own, so that no name is zero, which is an empty place.
  struct Bits: Equatable, Sendable {
    fileprivate let high: UInt32
    fileprivate let low: UInt64
  }

  private static let empty = Bits(high: 0, low: 0)
  /// A power of two places; a name is at its hash's place or in the next free one after it.
  private var places = [Bits](repeating: Self.empty, count: 64)
  private var count = 0
  /// Names that somebody else made cannot be chosen so that they meet.
  private let key = UInt64.random(in: .min ... .max)
  private var others: Set<String> = []

  /// Takes a name in; false when it is there already.
  mutating func insert(_ name: Name) -> Bool {
    guard case .bits(let bits) = name else {
      guard case .text(let text) = name else { return false }
      return others.insert(text).inserted
    }
    let place = place(of: bits)
    guard places[place] != bits else { return false }
    places[place] = bits
    count += 1
    if count > places.count / 2 { grow() }
    return true
  }

  /// Where a name is, or would be.
  private func place(of bits: Bits) -> Int {
    let mask = places.count - 1
    let product = (bits.low ^ key).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    var place = Int(truncatingIfNeeded: product.high ^ product.low) & mask
    while places[place] != bits, places[place] != Self.empty { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    let former = places
    places = Array(repeating: Self.empty, count: 2 * former.count)
    for bits in former where bits != Self.empty { places[place(of: bits)] = bits }
  }
}

extension EventIDs.Name {
  /// Reads `evt_` and twenty digits to the base of 16, in small letters, as bits.
  init(_ text: Span<UInt8>) {
    self =
      EventIDs.Bits(text).map(Self.bits)
      ?? .text(unsafe text.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) })
  }

  init(_ name: String) { self = EventIDs.Bits(name.utf8Span.span).map(Self.bits) ?? .text(name) }
}

extension EventIDs.Bits {
  fileprivate init?(_ text: Span<UInt8>) {
    guard text.count == 24, text[0] == UInt8(ascii: "e"), text[1] == UInt8(ascii: "v"), text[2] == UInt8(ascii: "t"),
      text[3] == UInt8(ascii: "_")
    else { return nil }
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
    self.init(high: 1 << 16 | UInt32(high), low: low)
  }
}
