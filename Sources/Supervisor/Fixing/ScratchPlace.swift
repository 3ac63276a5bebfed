internal import Foundation
internal import Synchronization

/// A folder under `state/scratch/` that nothing else uses, removed when its work is done.
struct ScratchPlace: Sendable {
  /// Its absolute path.
  let path: String
  /// Its path relative to the workspace.
  let relative: String

  private static let names = Mutex(0)

  /// Makes the folder under the first free number.
  init(workspace: Workspace) throws {
    let parent = try workspace.absolute("state/scratch")
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    let made = try ScratchPlace.names.withLock { _ in
      for number in 1... {
        let candidate = "\(parent)/\(number)"
        if FileManager.default.fileExists(atPath: candidate) { continue }
        try FileManager.default.createDirectory(atPath: candidate, withIntermediateDirectories: false)
        return number
      }
      return 0
    }
    path = "\(parent)/\(made)"
    relative = "state/scratch/\(made)"
  }

  /// Removes the folder with all that is in it.
  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// Removes what killed runs left behind.
  static func removeLeftovers(of workspace: Workspace) {
    guard let parent = try? workspace.absolute("state/scratch") else { return }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where Int(name) != nil {
      try? FileManager.default.removeItem(atPath: "\(parent)/\(name)")
    }
  }
}
