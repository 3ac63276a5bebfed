/// A column's declared type, and which texts fit it.
public enum ColumnType: Hashable, Sendable, CustomStringConvertible {
  case integer, bigint, numeric, double, date, timestamp, boolean
  /// Text of at most that many characters; nil for any length.
  case varchar(Int?)

  /// Reads the name that a manifest or a database gives a type; nil for one it does not know.
  public init?(_ text: String) {
    let name = text.trimmed.lowercased()
    let word = String(name.prefix { $0 != "(" }).trimmed
    switch word {
    case "integer", "int", "int4", "int32", "smallint": self = .integer
    case "bigint", "int8", "int64", "hugeint": self = .bigint
    case "numeric", "decimal": self = .numeric
    case "double", "double precision", "float", "float8", "real": self = .double
    case "date": self = .date
    case "timestamp", "datetime", "timestamp without time zone", "timestamptz": self = .timestamp
    case "boolean", "bool": self = .boolean
    case "text", "string": self = .varchar(nil)
    case "varchar", "char", "character varying", "character":
      self = .varchar(name.firstIndex(of: "(").flatMap { Int(name[$0...].dropFirst().prefix { $0.isNumber }) })
    default: return nil
    }
  }

  /// The name in a manifest.
  public var description: String {
    switch self {
    case .integer: "integer"
    case .bigint: "bigint"
    case .numeric: "numeric"
    case .double: "double"
    case .date: "date"
    case .timestamp: "timestamp"
    case .boolean: "boolean"
    case .varchar(nil): "varchar"
    case .varchar(let length?): "varchar(\(length))"
    }
  }

  /// Whether the type is one of numbers.
  public var isNumber: Bool {
    switch self {
    case .integer, .bigint, .numeric, .double: true
    default: false
    }
  }

  /// Whether a text fits. Strict: a decimal is no integer, and a number no date.
  public func fits(_ text: String) -> Bool {
    let value = text.trimmed
    switch self {
    case .integer: return NumberShape(value)?.whole.map { Int32(exactly: $0) != nil } ?? false
    case .bigint: return NumberShape(value)?.whole != nil
    case .numeric: return NumberShape(value).map { !$0.hasExponent } ?? false
    case .double: return NumberShape(value) != nil
    case .date: return DateShape.isISODate(value)
    case .timestamp: return DateShape.isISODate(value) || DateShape.isISOTimestamp(value)
    case .boolean: return ["true", "false", "t", "f", "yes", "no", "y", "n", "1", "0"].contains(value.lowercased())
    case .varchar(nil): return true
    case .varchar(let length?): return text.unicodeScalars.count <= length
    }
  }

  /// The narrowest type that holds what this one holds and the given texts too: never nil, for text holds all.
  ///
  /// `isComplete` says whether the texts are all there are; of a part nothing narrower than the next sort is concluded.
  public func widened(toFit texts: [String], isComplete: Bool = true) -> ColumnType {
    if case .varchar(let length?) = self {
      let longest = texts.map(\.unicodeScalars.count).max() ?? 0
      let sizes = [50, 100, 255, 500, 1000, 2000, 4000]
      guard isComplete, let size = sizes.first(where: { $0 >= longest && $0 > length }) else { return .varchar(nil) }
      return .varchar(size)
    }
    let wider: [ColumnType]
    switch self {
    case .integer: wider = [.bigint, .numeric, .double]
    case .bigint: wider = [.numeric, .double]
    case .numeric: wider = [.double]
    case .date: wider = [.timestamp]
    case .double, .timestamp, .boolean, .varchar: wider = []
    }
    return wider.first { type in !texts.isEmpty && texts.allSatisfy(type.fits) } ?? .varchar(nil)
  }
}

/// A text that is a number in plain notation, as data files write them.
struct NumberShape {
  /// Its value when it is whole and within 64 bits: `450`, `-3`, `450.0`.
  let whole: Int?
  /// Whether it is written with a power of ten.
  let hasExponent: Bool

  init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    let negative = rest.first == UInt8(ascii: "-")
    if negative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    let digits = rest.prefix { (48...57).contains($0) }
    rest = rest.dropFirst(digits.count)
    var fraction: ArraySlice<UInt8> = []
    if rest.first == UInt8(ascii: ".") {
      fraction = rest.dropFirst().prefix { (48...57).contains($0) }
      rest = rest.dropFirst(fraction.count + 1)
    }
    guard !digits.isEmpty || !fraction.isEmpty else { return nil }
    var exponent = false
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
      let power = rest.prefix { (48...57).contains($0) }
      guard !power.isEmpty else { return nil }
      rest = rest.dropFirst(power.count)
      exponent = true
    }
    guard rest.isEmpty else { return nil }
    hasExponent = exponent
    let sign = negative ? "-" : ""
    let isWhole = !exponent && !digits.isEmpty && fraction.allSatisfy { $0 == UInt8(ascii: "0") }
    whole = isWhole ? Int(sign + String(decoding: digits, as: UTF8.self)) : nil
  }
}
