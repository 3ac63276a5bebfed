internal import Journal
internal import Operations
internal import PostgreSQL

/// `outputs.yaml`: where the journal's events go besides the journal.
public struct OutputSettings: Hashable, Sendable {
  /// The table that mirrors the events; nil keeps none.
  public var mirror: MirrorSettings?
  /// Who gets OpenLineage's run events; nil tells nobody.
  public var lineage: LineageSettings?
  /// How long a run waits for each output at its end.
  public var timeLimitSeconds: Double

  /// The time limit where none is set.
  public static let standardTimeLimit = 10.0

  /// Creates settings; an absent file brings the events nowhere.
  public init(
    mirror: MirrorSettings? = nil, lineage: LineageSettings? = nil,
    timeLimitSeconds: Double = OutputSettings.standardTimeLimit
  ) {
    self.mirror = mirror
    self.lineage = lineage
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

/// Who gets OpenLineage's run events, and what the jobs in them belong to.
public struct LineageSettings: Hashable, Sendable {
  /// A receiver.
  public enum Receiver: Hashable, Sendable {
    /// A server, whose address is in a variable of the environment; perhaps a key in another.
    case http(addressVariable: String, keyVariable: String?)
    /// A file of JSON lines, relative to the workspace or absolute.
    case file(path: String)
  }

  /// The receiver.
  public var receiver: Receiver
  /// The namespace of the jobs.
  public var namespace: String

  /// The namespace where none is set.
  public static let standardNamespace = "errata"

  /// Creates settings.
  public init(_ receiver: Receiver, namespace: String = LineageSettings.standardNamespace) {
    self.receiver = receiver
    self.namespace = namespace
  }

  /// The receiver, with what the environment holds.
  func target(in environment: [String: String]) throws(LineageError) -> LineageTarget {
    switch receiver {
    case .file(let path): return .file(path: path)
    case .http(let address, let key):
      func value(_ variable: String) throws(LineageError) -> String {
        if let value = environment[variable], !value.isEmpty { return value }
        throw LineageError(
          .accessDenied, "the variable \(variable), which outputs.yaml names, is not set", kind: .logic)
      }
      guard let key else { return .http(address: try value(address), key: nil) }
      return .http(address: try value(address), key: try value(key))
    }
  }
}

extension OutputSettings {
  /// The addresses that an environment holds: no output may show them.
  func secrets(in environment: [String: String]) -> [String] {
    var found: [String?] = []
    if case .postgreSQL(let variable) = mirror { found += PostgreSQLAddress.secrets(of: environment[variable]) }
    if case .http(let address, let key) = lineage?.receiver {
      found += [environment[address], key.flatMap { environment[$0] }]
    }
    return found.compactMap(\.self).filter { !$0.isEmpty }
  }
}
