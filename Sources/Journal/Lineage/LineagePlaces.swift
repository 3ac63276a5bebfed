internal import Foundation

/// What things are called in OpenLineage.
public struct LineagePlaces: Hashable, Sendable {
  /// Where the jobs are.
  public var namespace: String
  /// Where the tables are.
  public var tables: String
  /// What stands before a table's name, such as its database's name and a dot.
  public var tablePrefix: String

  /// Names the places.
  ///
  /// - Parameter database: The pipeline's database: a DuckDB file, or an address; nil where the pipeline names none.
  public init(namespace: String, database: String?) {
    self.namespace = namespace
    tablePrefix = ""
    guard let database, !database.isEmpty else {
      tables = namespace
      return
    }
    guard let address = URLComponents(string: database), let scheme = address.scheme, let host = address.host else {
      tables = database.contains("://") ? namespace : "duckdb://\(database)"
      return
    }
    tables = (scheme == "postgresql" ? "postgres" : scheme) + "://\(host)" + (address.port.map { ":\($0)" } ?? "")
    let name = address.path.drop { $0 == "/" }
    if !name.isEmpty { tablePrefix = "\(name)." }
  }

  func table(_ name: String) -> [String: JSONValue] {
    ["namespace": .string(tables), "name": .string(tablePrefix + name)]
  }

  /// The file at an address: its server, and its path there.
  static func file(_ address: String) -> [String: JSONValue] {
    guard let url = URLComponents(string: address), let scheme = url.scheme else {
      return ["namespace": "file", "name": .string(address)]
    }
    guard scheme != "file" else { return ["namespace": "file", "name": .string(url.path)] }
    let place = "\(scheme)://\(url.host ?? "")" + (url.port.map { ":\($0)" } ?? "")
    let name = url.path + (url.query.map { "?\($0)" } ?? "")
    return ["namespace": .string(place), "name": .string(name.isEmpty ? "/" : name)]
  }
}
