/// How the cells of a column are read: the type and what a manifest says about the text.
public struct ColumnRule: Hashable, Sendable {
  /// The declared type.
  public var type: ColumnType
  /// Texts that stand for no value, such as `*`.
  public var nullValues: [String]
  /// A `strptime` format for dates and timestamps; ISO dates are always understood.
  public var dateFormat: String?
  /// The decimal mark when it is not a point.
  public var decimal: String?

  /// Creates a rule.
  public init(_ type: ColumnType, nullValues: [String] = [], dateFormat: String? = nil, decimal: String? = nil) {
    self.type = type
    self.nullValues = nullValues
    self.dateFormat = dateFormat
    self.decimal = decimal
  }

  /// The same reading for another type.
  public func with(_ type: ColumnType) -> ColumnRule {
    var rule = self
    rule.type = type
    return rule
  }

  /// The day from which a bare number in a workbook is read as a date: 18 May 1927. Below it a year such as 2025 would turn
  /// into a day of 1905.
  private static let firstSerial = 10_000

  /// SQL for the text of a cell without white space around it; NULL for a blank one.
  static func trimmed(_ cell: String) -> String {
    "nullif(trim(\(cell), ' \t\r\n\u{A0}\u{200B}\u{FEFF}'), '')"
  }

  /// SQL that is true where the cell holds something that is not declared to stand for no value.
  public func present(_ cell: String) -> String {
    let text = ColumnRule.trimmed(cell)
    let markers = nullValues.map(\.trimmed).filter { !$0.isEmpty }
    guard !markers.isEmpty else { return "\(text) IS NOT NULL" }
    return "(\(text) IS NOT NULL AND \(text) NOT IN \(DuckDB.quote(list: markers)))"
  }

  /// SQL for the cell's value in the declared type; NULL where there is none and where the text does not fit.
  public func value(_ cell: String, kind: DataFileKind) -> String {
    "CASE WHEN \(present(cell)) THEN \(strict(cell, kind: kind)) END"
  }

  /// SQL that is true where the cell holds something that does not fit.
  public func fails(_ cell: String, kind: DataFileKind) -> String {
    if case .varchar(nil) = type { return "false" }
    return "(\(present(cell)) AND (\(strict(cell, kind: kind))) IS NULL)"
  }

  /// DuckDB's own casts round `12.5` to an integer and take `1_000`: the text's shape is checked first.
  private func strict(_ cell: String, kind: DataFileKind) -> String {
    let text = ColumnRule.trimmed(cell)
    // Programs that write workbooks and Parquet keep whole numbers as 450.0 too.
    let isTyped = kind == .xlsx || kind == .parquet || kind == .json
    switch type {
    case .smallint, .integer, .bigint:
      let shape = isTyped ? "[+-]?[0-9]+(\\.0*)?" : "[+-]?[0-9]+"
      return shaped(text, shape, "TRY_CAST(split_part(\(text), '.', 1) AS \(type.sql))")
    case .numeric, .double:
      let mark = decimal ?? "."
      let point = mark == "." ? "\\." : mark == "," ? "," : "\\x{\(hex(mark))}"
      let shape = "[+-]?([0-9]+(\(point)[0-9]*)?|\(point)[0-9]+)([eE][+-]?[0-9]+)?"
      // What a workbook holds as a number always has a point.
      let number = mark == "." ? text : "replace(\(text), \(DuckDB.quote(literal: mark)), '.')"
      let own = shaped(text, shape, "TRY_CAST(\(number) AS \(type.sql))")
      return isTyped && mark != "." ? "coalesce(\(own), \(with(type).withPoint.strict(cell, kind: kind)))" : own
    case .date: return firstOf(dates(text, isTyped: isTyped))
    case .timestamp: return firstOf(timestamps(text, isTyped: isTyped))
    case .boolean:
      return "CASE WHEN lower(\(text)) IN ('true', 't', 'yes', 'y', '1') THEN true "
        + "WHEN lower(\(text)) IN ('false', 'f', 'no', 'n', '0') THEN false END"
    case .varchar(nil): return cell
    case .varchar(let limit?): return "CASE WHEN length(\(cell)) <= \(limit) THEN \(cell) END"
    }
  }

  private var withPoint: ColumnRule {
    var rule = self
    rule.decimal = nil
    return rule
  }

  private func dates(_ text: String, isTyped: Bool) -> [String] {
    var readings: [String] = []
    if let dateFormat {
      readings.append("TRY_CAST(try_strptime(\(text), \(DuckDB.quote(literal: dateFormat))) AS DATE)")
    }
    readings.append(
      shaped(
        text, "[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]00:00(:00(\\.0+)?)?Z?)?", "TRY_CAST(left(\(text), 10) AS DATE)"))
    if isTyped {
      readings.append(
        serial(text, "[0-9]{5,7}(\\.0*)?", "DATE '1899-12-30' + TRY_CAST(split_part(\(text), '.', 1) AS INTEGER)"))
    }
    return readings
  }

  private func timestamps(_ text: String, isTyped: Bool) -> [String] {
    var readings: [String] = []
    if let dateFormat { readings.append("try_strptime(\(text), \(DuckDB.quote(literal: dateFormat)))") }
    let shape = "[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
    readings.append(shaped(text, shape, "TRY_CAST(\(text) AS TIMESTAMP)"))
    if isTyped {
      // A workbook's day fraction is only good to the millisecond.
      let moment =
        "TIMESTAMP '1899-12-30' + to_milliseconds(CAST(round(TRY_CAST(\(text) AS DOUBLE) * 86400000) AS BIGINT))"
      readings.append(serial(text, "[0-9]{5,7}(\\.[0-9]*)?", moment))
    }
    return readings
  }

  private func shaped(_ text: String, _ shape: String, _ value: String) -> String {
    "CASE WHEN regexp_full_match(\(text), \(DuckDB.quote(literal: shape))) THEN \(value) END"
  }

  /// 2958465 is the last day of the year 9999.
  private func serial(_ text: String, _ shape: String, _ value: String) -> String {
    "CASE WHEN regexp_full_match(\(text), '\(shape)') "
      + "AND TRY_CAST(\(text) AS DOUBLE) BETWEEN \(ColumnRule.firstSerial) AND 2958466 THEN \(value) END"
  }

  private func firstOf(_ readings: [String]) -> String {
    readings.count == 1 ? readings[0] : "coalesce(\(readings.joined(separator: ", ")))"
  }

  private func hex(_ mark: String) -> String { mark.unicodeScalars.first.map { String($0.value, radix: 16) } ?? "2e" }
}
