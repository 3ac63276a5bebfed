import Foundation
import Supervisor

/// A workspace in a folder of its own that is gone with its last reference.
final class ConfiguredFolder: Sendable {
  let workspace: Workspace

  init(_ files: [String: String]) throws {
    let root = NSTemporaryDirectory() + "errata-configuration-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: root + "/config", withIntermediateDirectories: true)
    workspace = Workspace(root: root)
    for (name, text) in files { try text.write(toFile: root + "/config/" + name, atomically: true, encoding: .utf8) }
  }

  deinit { try? FileManager.default.removeItem(atPath: workspace.root) }

  /// What is wrong with the configuration, as people read it.
  func errors() -> [String] {
    do throws(ConfigurationErrors) {
      _ = try Configuration.load(workspace)
      return []
    } catch {
      return error.errors.map(\.description)
    }
  }
}
