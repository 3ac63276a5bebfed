public import Repair

/// `pipeline.yaml`: the stages and the services they need (S1-12).
public struct Pipeline: Hashable, Sendable {
  /// The version of the file's format; 1.
  public var schemaVersion: Int
  /// The stages in their order.
  public var stages: [Stage]
  /// The programs that must be up before the first stage.
  public var services: [Service]
  /// What stages are given as `{database}`; a relative path is relative to the workspace.
  public var database: String
  /// The folder that the pipeline's program works in, given as `{project}` and copied for each trial; nil where there is none.
  public var project: String?
  /// Where manifests of another shape keep what fixes edit.
  public var manifestMap: ManifestMap
  /// Further placeholders and their values.
  public var variables: [String: String]

  /// Creates a pipeline.
  public init(
    schemaVersion: Int = 1, stages: [Stage], services: [Service] = [], database: String = Pipeline.standardDatabase,
    variables: [String: String] = [:], project: String? = nil, manifestMap: ManifestMap = ManifestMap()
  ) {
    self.schemaVersion = schemaVersion
    self.stages = stages
    self.services = services
    self.database = database
    self.variables = variables
    self.project = project
    self.manifestMap = manifestMap
  }

  /// The database where the file names none.
  public static let standardDatabase = "data/warehouse.duckdb"

  /// The stage of that name.
  public subscript(name: String) -> Stage? { stages.first { $0.name == name } }

  /// Every product's path by its name, placeholders not yet filled in.
  public var products: [String: String] {
    stages.reduce(into: [:]) { $0.merge($1.produces) { first, _ in first } }
  }
}

/// A program that a run needs: started before the first stage, awaited, stopped after the last.
public struct Service: Hashable, Sendable {
  /// How it shows that it is up.
  public enum Readiness: Hashable, Sendable {
    /// The address answers with a status below 500.
    case http(String)
    /// The port takes connections.
    case tcp(host: String, port: Int)
    /// The command exits with 0.
    case command([String])
  }

  /// Its name.
  public var name: String
  /// Its program and arguments.
  public var command: [String]
  /// How it shows that it is up; nil when starting it is enough.
  public var ready: Readiness?
  /// How long it may take to be up.
  public var timeoutSeconds: Double
  /// Environment variables to add.
  public var env: [String: String]

  /// Creates a service.
  public init(
    name: String, command: [String], ready: Readiness? = nil, timeoutSeconds: Double = 30, env: [String: String] = [:]
  ) {
    self.name = name
    self.command = command
    self.ready = ready
    self.timeoutSeconds = timeoutSeconds
    self.env = env
  }
}
