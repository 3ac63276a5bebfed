internal import Foundation

/// A copy of the project that the pipeline's program works in (`project:`), for one trial.
enum ScratchProject {
  /// Folders that the program writes itself and that would only cost time to copy.
  private static let left: Set = ["target", "logs", ".git", ".venv", "node_modules", "__pycache__"]

  /// Copies the project's files. What is a link at its top is copied as what it leads to, so that a trial writes nowhere else.
  static func copy(_ project: String, to folder: String) throws {
    let files = FileManager.default
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in try files.contentsOfDirectory(atPath: project) where !left.contains(name) {
      try files.copyItem(atPath: real("\(project)/\(name)"), toPath: "\(folder)/\(name)")
    }
  }

  private static func real(_ path: String) -> String { (path as NSString).resolvingSymlinksInPath }

  /// More than this is not copied for a trial.
  private static let largestDatabase = 2 << 30

  /// Copies a whole database for a program that works on more than one table.
  ///
  /// - Returns: A note for the report when it could not be copied; nil when it is there or there is none.
  static func copy(database: String, to seed: String) throws -> String? {
    let files = FileManager.default
    // A link would have the trial write into what it leads to.
    let database = real(database)
    guard let size = (try? files.attributesOfItem(atPath: database))?[.size] as? Int else { return nil }
    guard size <= largestDatabase else { return "The database is too large to be copied to the scratch place." }
    try files.copyItem(atPath: database, toPath: seed)
    if files.fileExists(atPath: database + ".wal") {
      try files.copyItem(atPath: database + ".wal", toPath: seed + ".wal")
    }
    return nil
  }
}
