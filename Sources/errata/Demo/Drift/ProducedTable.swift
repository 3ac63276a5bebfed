import Foundation

/// A table of the demo's producer: its columns under schema 1.4, and what becomes of them under 2.0.
struct ProducedTable: Sendable {
  /// What a column holds.
  enum Content: Sendable {
    /// Numbers that count up, from there on.
    case key(Int)
    /// One of so many customers or orders.
    case reference(String, of: Int)
    /// A day of 2026.
    case day
    /// A whole number from 0, below the limit.
    case number(below: Int)
    /// One of some words.
    case word([String])
    /// The schema's version.
    case version
  }

  /// What the producer does to a column when it goes to schema 2.0.
  enum Change: Sendable {
    case none
    case renamed(String)
    /// Whole cents become amounts with a point.
    case decimal
    case dropped
  }

  /// A column.
  struct Column: Sendable {
    let header: String
    let type: String
    let content: Content
    let change: Change

    init(_ header: String, _ type: String, _ content: Content, _ change: Change = .none) {
      self.header = header
      self.type = type
      self.content = content
      self.change = change
    }
  }

  let name: String
  let columns: [Column]
  /// The step at which it goes to schema 2.0; nil where it never does.
  let switchesAt: Int?
  /// What parts its fields then.
  var newDelimiter = ","

  init(_ name: String, switchesAt: Int? = nil, newDelimiter: String = ",", _ columns: [Column]) {
    self.name = name
    self.switchesAt = switchesAt
    self.newDelimiter = newDelimiter
    self.columns = columns + [Column("schema_version", "varchar", .version)]
  }

  /// Whether its files have schema 2.0 by then.
  func isSwitched(at step: Int) -> Bool { switchesAt.map { $0 <= step } ?? false }

  /// The file that is published at a step.
  ///
  /// - Parameter rows: Of how many rows; the first ones are those of every release.
  func file(at step: Int, rows: Int, seed: UInt64) -> String {
    let isNew = isSwitched(at: step)
    let delimiter = isNew ? newDelimiter : ","
    let kept = columns.enumerated().filter { index, column in
      if isNew, case .dropped = column.change { false } else { true }
    }
    var lines = [kept.map { Self.header($0.element, isNew: isNew) }.joined(separator: delimiter)]
    for row in 0..<rows {
      let cells = kept.map { index, column in
        Self.cell(column, row: row, chance: Self.mixed(seed, name, index, row), isNew: isNew)
      }
      lines.append(cells.joined(separator: delimiter))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func header(_ column: Column, isNew: Bool) -> String {
    if isNew, case .renamed(let name) = column.change { name } else { column.header }
  }

  private static func cell(_ column: Column, row: Int, chance: UInt64, isNew: Bool) -> String {
    let value: String
    switch column.content {
    case .key(let first): value = "\(first + row)"
    case .reference(let prefix, let count): value = "\(prefix)\(100 + chance % UInt64(count))"
    case .day:
      let day = 1 + Int(chance % 28)
      let month = 1 + Int(chance / 28 % 9)
      value = "2026-0\(month)-\(day < 10 ? "0" : "")\(day)"
    case .number(let limit): value = "\(chance % UInt64(limit))"
    case .word(let words): value = words[Int(chance % UInt64(words.count))]
    case .version: value = isNew ? "2.0" : "1.4"
    }
    guard isNew, case .decimal = column.change, let cents = Int(value) else { return value }
    return "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
  }

  /// A number that seed and place decide alone, so that a row is the same in every release (SplitMix64's mixing).
  private static func mixed(_ seed: UInt64, _ name: String, _ column: Int, _ row: Int) -> UInt64 {
    var value = seed &* 0x9E37_79B9_7F4A_7C15
    for number in name.utf8.map(UInt64.init) + [UInt64(column), UInt64(row)] {
      value = (value ^ number) &* 0xBF58_476D_1CE4_E5B9
      value ^= value >> 27
      value = value &* 0x94D0_49BB_1331_11EB
      value ^= value >> 31
    }
    return value
  }
}

extension ProducedTable {
  /// The step at which the producer goes to schema 2.0 with most tables (S3-3).
  static let switchStep = 8
  /// The step at which one more table follows.
  static let lateStep = 15

  /// The eight tables (S3-1).
  static let all: [ProducedTable] = [
    ProducedTable(
      "orders", switchesAt: switchStep,
      [
        Column("order_id", "integer", .key(1000)),
        Column("customer_id", "varchar", .reference("C", of: 12), .renamed("customer_key")),
        Column("placed_on", "date", .day, .renamed("order_date")),
        Column("total", "integer", .number(below: 90_000), .decimal),
        Column("coupon", "varchar", .word(["none", "spring", "friend"]), .dropped),
      ]),
    ProducedTable(
      "events", switchesAt: switchStep,
      [
        Column("event_id", "integer", .key(50_000)),
        Column("customer_id", "varchar", .reference("C", of: 12), .renamed("customer_key")),
        Column("kind", "varchar", .word(["view", "basket", "search", "buy"]), .renamed("event_kind")),
        Column("happened_on", "date", .day),
      ]),
    ProducedTable(
      "stock",
      [
        Column("item", "varchar", .reference("I", of: 40)), Column("pieces", "integer", .number(below: 500)),
        Column("counted_on", "date", .day),
      ]),
    ProducedTable(
      "sessions",
      [
        Column("session_id", "integer", .key(1)), Column("pages", "integer", .number(below: 30)),
        Column("seconds", "integer", .number(below: 1800)),
      ]),
    ProducedTable(
      "payments", switchesAt: switchStep,
      [
        Column("payment_id", "integer", .key(7000)),
        Column("customer_id", "varchar", .reference("C", of: 12), .renamed("customer_key")),
        Column("amount", "integer", .number(below: 90_000), .decimal),
      ]),
    ProducedTable(
      "shipments", switchesAt: switchStep, newDelimiter: ";",
      [
        Column("shipment_id", "integer", .key(300)),
        Column("customer_id", "varchar", .reference("C", of: 12), .renamed("customer_key")),
        Column("carrier", "varchar", .word(["north", "coast", "rail"]), .dropped),
        Column("weight", "integer", .number(below: 40)),
      ]),
    ProducedTable(
      "customers", switchesAt: switchStep,
      [
        Column("customer_id", "varchar", .reference("C", of: 12), .renamed("customer_key")),
        Column("city", "varchar", .word(["Leeds", "York", "Hull", "Bath"]), .renamed("home_city")),
        Column("joined_on", "date", .day),
      ]),
    ProducedTable(
      "refunds", switchesAt: lateStep,
      [
        Column("refund_id", "integer", .key(90)),
        Column("customer_id", "varchar", .reference("C", of: 12), .renamed("customer_key")),
        Column("amount", "integer", .number(below: 9000)),
      ]),
  ]
}
