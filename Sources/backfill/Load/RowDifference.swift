internal import DataFiles
internal import Journal

/// How many rows a load adds to and takes from those that the source had before, whatever their order.
///
/// A row that changed in any value is one removed and one added; a row's number in its file is no value.
struct RowDifference {
  /// SQL that counts, for the load's transaction before any row has gone.
  let script: String

  /// The temporary table with the counts, in one row.
  static let table = "temp.main.errata_difference"

  /// - Parameters:
  ///   - own: SQL that is true for the table's rows that the load replaces.
  ///   - wanted: The columns that are loaded, with their types.
  init?(
    _ table: TableName, own: String, wanted: [(String, String)], inputs: [InputFile], target: TargetDatabase,
    owner: RowOwner
  ) {
    // Without receipts nothing was loaded before; a source that had another table has its rows there.
    guard let existing = target.columns[table], target.hasLineage(table), !target.receipts.isEmpty,
      target.receipts.allSatisfy({ $0.table == table })
    else { return nil }
    let columns = wanted.compactMap { name, type -> String? in
      guard let present = existing[name.lowercased()] else { return nil }
      let quoted = DuckDB.quote(identifier: name)
      guard present != type else { return quoted }
      return "CAST(\(quoted) AS \(ColumnType(type)?.widening(present) ?? "VARCHAR")) AS \(quoted)"
    }
    let compared = (columns + ["_period"]).joined(separator: ", ")
    let rows = inputs.indices.map { inputs[$0].select($0, owner: owner) }.joined(separator: "\nUNION ALL BY NAME\n")
    script = """
      CREATE TEMP TABLE errata_difference AS
        WITH before AS (SELECT \(compared) FROM \(table.sql) WHERE \(own)), now AS (SELECT \(compared) FROM (\(rows)))
        SELECT (SELECT count(*) FROM before) AS rows_before,
          (SELECT count(*) FROM (SELECT * FROM now EXCEPT ALL SELECT * FROM before)) AS rows_added,
          (SELECT count(*) FROM (SELECT * FROM before EXCEPT ALL SELECT * FROM now)) AS rows_removed;

      """
  }

  /// What was counted.
  struct Counts {
    let before: Int
    let added: Int
    let removed: Int

    /// Reads the answer of a load's script; nil when it counted nothing.
    init?(_ row: DuckDB.Row?) {
      guard let before = row?["rows_before"]?.int, let added = row?["rows_added"]?.int,
        let removed = row?["rows_removed"]?.int
      else { return nil }
      (self.before, self.added, self.removed) = (before, added, removed)
    }
  }
}
