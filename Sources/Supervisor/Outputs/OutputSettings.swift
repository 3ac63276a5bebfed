internal import PostgreSQL

/// `outputs.yaml`: where the journal's events go besides the journal.
public struct OutputSettings: Hashable, Sendable {
  /// The table that mirrors the events; nil keeps none.
  public var mirror: MirrorSettings?
  /// How long a run waits for each output at its end.
  public var timeLimitSeconds: Double

  /// The time limit where none is set.
  public static let standardTimeLimit = 10.0

  /// Creates settings; an absent file brings the events nowhere.
  public init(mirror: MirrorSettings? = nil, timeLimitSeconds: Double = OutputSettings.standardTimeLimit) {
    self.mirror = mirror
    self.timeLimitSeconds = timeLimitSeconds
  }
}

/// A database that holds the table of events.
public enum MirrorSettings: Hashable, Sendable {
  /// A PostgreSQL database, whose address is in a variable of the environment.
  case postgreSQL(addressVariable: String)
  /// A file of DuckDB's, relative to the workspace or absolute.
  case duckDB(path: String)
}

extension OutputSettings {
  /// The addresses that an environment holds: no output may show them.
  func secrets(in environment: [String: String]) -> [String] {
    guard case .postgreSQL(let variable) = mirror else { return [] }
    guard let address = environment[variable], !address.isEmpty else { return [] }
    return [address] + ((try? PostgreSQLAddress(address))?.secrets ?? [])
  }
}
