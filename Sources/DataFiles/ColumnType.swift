/// A column's type as a manifest declares it in `data_type`.
public enum ColumnType: Hashable, Sendable {
  case smallint, integer, bigint
  /// A number with a fixed number of digits; without digits the same as `double`.
  case numeric(precision: Int, scale: Int)
  case double
  case date, timestamp, boolean
  /// Text of at most so many characters; nil is any length.
  case varchar(Int?)

  /// Reads a manifest's `data_type`; nil when it names no type.
  ///
  /// PostgreSQL's other names are understood (`int8`, `decimal(10,2)`, `text`, `timestamp without time zone` …).
  public init?(_ text: String) {
    let lower = text.lowercased().trimmed
    let name = String(lower.prefix { $0 != "(" }).trimmed
    var limits: [Int] = []
    if let open = lower.firstIndex(of: "(") {
      guard lower.last == ")" else { return nil }
      let parts = lower[lower.index(after: open)...].dropLast().split(separator: ",", omittingEmptySubsequences: false)
      limits = parts.compactMap { Int($0.trimmed) }
      guard limits.count == parts.count, limits.allSatisfy({ $0 >= 0 }) else { return nil }
    }
    switch (name, limits.count) {
    case ("smallint", 0), ("int2", 0): self = .smallint
    case ("integer", 0), ("int", 0), ("int4", 0): self = .integer
    case ("bigint", 0), ("int8", 0): self = .bigint
    case ("numeric", 0), ("decimal", 0), ("double", 0), ("double precision", 0), ("float", 0), ("float8", 0),
      ("real", 0):
      self = .double
    case ("numeric", 1...2), ("decimal", 1...2):
      let scale = limits.count == 2 ? limits[1] : 0
      guard (1...38).contains(limits[0]), scale <= limits[0] else { return nil }
      self = .numeric(precision: limits[0], scale: scale)
    case ("date", 0): self = .date
    case ("timestamp", 0...1), ("datetime", 0), ("timestamp without time zone", 0): self = .timestamp
    case ("boolean", 0), ("bool", 0): self = .boolean
    case ("varchar", 0), ("text", 0), ("string", 0), ("character varying", 0): self = .varchar(nil)
    case ("varchar", 1), ("char", 1), ("character varying", 1), ("character", 1): self = .varchar(limits[0])
    default: return nil
    }
  }

  /// The type's name in DuckDB.
  public var sql: String {
    switch self {
    case .smallint: "SMALLINT"
    case .integer: "INTEGER"
    case .bigint: "BIGINT"
    case .numeric(let precision, let scale): "DECIMAL(\(precision),\(scale))"
    case .double: "DOUBLE"
    case .date: "DATE"
    case .timestamp: "TIMESTAMP"
    case .boolean: "BOOLEAN"
    case .varchar: "VARCHAR"
    }
  }

  /// The type as errors call it: `INTEGER`, `VARCHAR(10)`.
  public var name: String {
    switch self {
    case .varchar(let limit?): "VARCHAR(\(limit))"
    case .numeric(let precision, let scale): "NUMERIC(\(precision),\(scale))"
    default: sql
    }
  }

  /// The types from narrow to wide that a column's values are tried with when nothing is declared.
  public static let inferable: [ColumnType] = [.integer, .bigint, .double, .date, .timestamp]

  /// What a column of one DuckDB type becomes when values of another have to fit too; nil when they have nothing in common
  /// but text.
  static func wider(_ first: String, _ second: String) -> String? {
    if first == second { return first }
    if [first, second].contains("VARCHAR") { return "VARCHAR" }
    let ladders = [["SMALLINT", "INTEGER", "BIGINT", "DOUBLE"], ["DATE", "TIMESTAMP"]]
    for ladder in ladders {
      if let one = ladder.firstIndex(of: first), let other = ladder.firstIndex(of: second) {
        return ladder[max(one, other)]
      }
    }
    let numbers: Set = ["SMALLINT", "INTEGER", "BIGINT", "DOUBLE"]
    let decimals = [first, second].filter { $0.hasPrefix("DECIMAL") }.count
    let isNumeric = decimals == 2 || (decimals == 1 && (numbers.contains(first) || numbers.contains(second)))
    return isNumeric ? "DOUBLE" : nil
  }

  /// The DuckDB type that holds values of a column as it stands and of this type; nil when nothing but text would.
  public func widening(_ existing: String) -> String? { ColumnType.wider(existing, sql) }
}
