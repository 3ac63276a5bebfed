import Foundation
import Journal

/// The files that a stage reads besides what earlier stages made (`reads:`), and how they were when it was last tried.
struct StageReads: Sendable {
  /// Larger files are known by size and time: hashing them would cost more than running the stage.
  private static let largestHashed = 64 << 20
  /// More files than this are not looked at one by one.
  private static let mostFiles = 20_000

  let workspace: Workspace
  let stage: Stage
  let key: URLKey?
  let values: StageValues

  /// The digest of each file by its path; empty where the stage names none.
  func digests() -> [String: String] {
    var digests: [String: String] = [:]
    for pattern in stage.reads {
      for path in PathGlob.matches(of: values.fill(pattern), in: workspace.root) where digests.count < Self.mostFiles {
        digests[path] = Self.digest("\(workspace.root)/\(path)")
      }
    }
    return digests
  }

  /// The files that came, went or changed since the stage was last tried; nil where that is not known.
  func changes(in now: [String: String]) -> Set<String>? {
    guard let bytes = FileManager.default.contents(atPath: record),
      let before = try? JSONDecoder().decode([String: String].self, from: bytes)
    else { return nil }
    return Set(Set(now.keys).union(before.keys).filter { now[$0] != before[$0] })
  }

  /// Remembers how the files were at an attempt. It is a cache: without it the stage runs as a whole.
  func remember(_ digests: [String: String]) {
    guard !stage.reads.isEmpty, let bytes = try? JSONEncoder().encode(digests) else { return }
    let folder = (record as NSString).deletingLastPathComponent
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try? bytes.write(to: URL(fileURLWithPath: record), options: .atomic)
  }

  private var record: String {
    let name = [stage.name, key?.publication.key, key?.period.period].compactMap(\.self).joined(separator: "-")
    return "\(workspace.state)/inputs/\(StageExecution.fileName(name)).json"
  }

  private static func digest(_ path: String) -> String {
    let facts = try? FileManager.default.attributesOfItem(atPath: path)
    let size = facts?[.size] as? Int ?? 0
    if size <= largestHashed, let bytes = FileManager.default.contents(atPath: path) { return Digest.sha256(bytes) }
    return "\(size) \((facts?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0)"
  }
}
