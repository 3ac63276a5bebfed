internal import Journal

/// What a column holds, in figures: how full it is, how many different values it has and which, and from where to where they
/// go. Values themselves are kept as digests, good for comparison and nothing else.
public struct ColumnProfile: Hashable, Sendable {
  /// How many rows there are.
  public var rows: Int
  /// How many cells hold something that is not declared to stand for no value.
  public var present: Int
  /// How many of those fit the declared type.
  public var fitting: Int
  /// How many different values fit.
  public var distinct: Int
  /// The fifth and the ninety-fifth hundredth of numbers; of dates in days since 1970. Nil for texts.
  public var low: Double?
  /// See ``low``.
  public var high: Double?
  /// The most frequent values' digests with their share of the values that fit; 200 at most.
  public var shares: [String: Double]

  /// How many different values are kept.
  static let mostValues = 200

  /// Profiles columns of a file that is staged.
  ///
  /// - Parameter columns: Names in the file, each with how its cells are to be read.
  public static func of(
    _ table: StagedTable, columns: [(name: String, rule: ColumnRule)], duckDB: DuckDB,
    timeout: Duration = .seconds(120)
  ) async throws(DataFileError) -> [String: ColumnProfile] {
    let known = columns.compactMap { column in table.cell(named: column.name).map { (column, $0) } }
    let queries = known.map { column, cell in
      query(
        value: column.rule.value(cell, kind: table.kind), present: column.rule.present(cell), type: column.rule.type,
        from: "cells")
    }
    let found = try await read(queries, in: .readOnly(table.database), duckDB: duckDB, timeout: timeout)
    return Dictionary(zip(known.map(\.0.name), found), uniquingKeysWith: { first, _ in first })
  }

  /// Profiles columns of a table in a database.
  ///
  /// - Parameters:
  ///   - table: The table as SQL names it.
  ///   - condition: SQL for the rows that count.
  public static func of(
    table: String, columns: [(name: String, type: ColumnType)], where condition: String, in database: DuckDB.Database,
    duckDB: DuckDB, timeout: Duration = .seconds(120)
  ) async throws(DataFileError) -> [String: ColumnProfile] {
    let queries = columns.map { column in
      let name = DuckDB.quote(identifier: column.name)
      return query(
        value: "TRY_CAST(\(name) AS \(column.type.sql))", present: "\(name) IS NOT NULL", type: column.type,
        from: "\(table) WHERE \(condition)")
    }
    let found = try await read(queries, in: database, duckDB: duckDB, timeout: timeout)
    return Dictionary(zip(columns.map(\.name), found), uniquingKeysWith: { first, _ in first })
  }

  private static func query(value: String, present: String, type: ColumnType, from: String) -> String {
    let (text, number): (String, String) =
      switch type {
      case .smallint, .integer, .bigint, .numeric, .double:
        ("CAST(CAST(v AS DOUBLE) AS VARCHAR)", "CAST(v AS DOUBLE)")
      case .date, .timestamp: ("CAST(v AS VARCHAR)", "date_diff('day', DATE '1970-01-01', CAST(v AS DATE))::DOUBLE")
      case .boolean, .varchar: ("CAST(v AS VARCHAR)", "NULL::DOUBLE")
      }
    return """
      WITH read AS (SELECT \(value) AS v, \(present) AS p FROM \(from)),
      texts AS (SELECT \(text) AS text, count(*) AS n FROM read WHERE v IS NOT NULL GROUP BY ALL),
      common AS (SELECT * FROM texts ORDER BY n DESC, text LIMIT \(mostValues))
      SELECT count(*) AS rows, count(*) FILTER (p) AS present, count(v) AS fitting,
        (SELECT count(*) FROM texts) AS different,
        quantile_cont(\(number), 0.05) AS low, quantile_cont(\(number), 0.95) AS high,
        (SELECT list(left(md5(text), 12)) FROM common) AS digests, (SELECT list(n) FROM common) AS counts
      FROM read
      """
  }

  private static func read(
    _ queries: [String], in database: DuckDB.Database, duckDB: DuckDB, timeout: Duration
  ) async throws(DataFileError) -> [ColumnProfile] {
    guard !queries.isEmpty else { return [] }
    let sets = try await duckDB.run(queries.joined(separator: ";\n"), in: database, timeout: timeout)
    return sets.compactMap(\.first).map { row in
      let fitting = row["fitting"]?.int ?? 0
      let digests = row["digests"]?.array?.compactMap(\.string) ?? []
      let counts = row["counts"]?.array?.compactMap(\.int) ?? []
      let shares = zip(digests, counts).map { ($0, Double($1) / Double(max(fitting, 1))) }
      return ColumnProfile(
        rows: row["rows"]?.int ?? 0, present: row["present"]?.int ?? 0, fitting: fitting,
        distinct: row["different"]?.int ?? 0, low: row["low"]?.double, high: row["high"]?.double,
        shares: Dictionary(shares, uniquingKeysWith: +))
    }
  }
}
