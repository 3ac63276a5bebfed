internal import CPostgreSQL
internal import Journal

/// Where a database is and who asks it: `postgres://user@host:port/name`, or any other connection string that libpq takes.
///
/// What it leaves out comes from the environment (`PGHOST`, `PGPASSWORD`, `PGSERVICE`, …) and the password file, as with psql.
public struct PostgreSQLAddress: Hashable, Sendable, CustomStringConvertible {
  let text: String
  /// The database and its server as people may see them: without user and password.
  public let description: String
  /// The parts that no output may show.
  public let secrets: [String]

  /// Reads a connection string.
  ///
  /// - Throws: `PostgreSQLError` when libpq does not take it; what was wrong is not repeated, since it may hold a password.
  public init(_ text: String) throws(PostgreSQLError) {
    guard !text.utf8.contains(0), let options = PQconninfoParse(text, nil) else {
      throw PostgreSQLError(
        .databaseUnavailable,
        "it is no connection string that PostgreSQL takes; write one like postgres://user@host:5432/database",
        isTransient: false)
    }
    defer { PQconninfoFree(options) }
    var values: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    self.text = text
    let host = values["host"] ?? values["hostaddr"]
    let place = [host, values["port"]].compactMap(\.self).joined(separator: ":")
    let name = values["dbname"].map { "the PostgreSQL database \($0)" } ?? "the PostgreSQL database"
    description = place.isEmpty ? name : "\(name) at \(place)"
    let passwords = [values["password"], values["sslpassword"]].compactMap(\.self).filter { !$0.isEmpty }
    secrets = passwords.isEmpty ? [] : [text] + passwords
  }

  /// What no output may show of an address that the environment holds: all of it, and the passwords in it.
  public static func secrets(of address: String?) -> [String] {
    guard let address, !address.isEmpty else { return [] }
    return [address] + ((try? PostgreSQLAddress(address))?.secrets ?? [])
  }

  /// Whether a text is an address of this kind and not, say, a path.
  public static func isAddress(_ text: String) -> Bool {
    text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
  }
}
