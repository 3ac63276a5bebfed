import Foundation

/// Files that a killed errata was writing beside their places, where a rename would have brought them.
enum HalfWrittenFiles {
  /// Removes what only errata itself writes. The caller holds the workspace's lock.
  static func remove(in workspace: Workspace) {
    let logs = (try? FileManager.default.contentsOfDirectory(atPath: workspace.logs)) ?? []
    // Stages' whole output is never renamed, and there is much of it.
    let folders = logs.filter { $0 != "stages" }.map { "\(workspace.logs)/\($0)" }
    for folder in folders + [workspace.state, workspace.root + "/patches"] {
      remove(in: folder) { name in
        // Foundation's name, that of `latest.jsonl` and that of manifests.
        name.hasPrefix(".dat.nosync") || name.hasPrefix(".latest-") || isAtomicFile(name)
      }
    }
  }

  /// Removes the half-fetched files that stages and errata left; nobody fetches any more.
  static func removeFetched(in workspace: Workspace) {
    remove(in: workspace.root + "/data/raw") { $0.contains(".part-") }
  }

  private static func remove(in folder: String, _ isHalfWritten: (String) -> Bool) {
    for case let path as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
      guard let name = path.split(separator: "/").last, isHalfWritten(String(name)) else { continue }
      try? FileManager.default.removeItem(atPath: "\(folder)/\(path)")
    }
  }

  /// `name.PID.NUMBER.tmp`, as `AtomicFile` calls them.
  private static func isAtomicFile(_ name: String) -> Bool {
    let parts = name.split(separator: ".")
    return parts.count > 3 && parts.last == "tmp" && parts.suffix(3).dropLast().allSatisfy { Int64($0) != nil }
  }
}
