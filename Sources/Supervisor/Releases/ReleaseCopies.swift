internal import DataFiles
internal import Foundation
internal import Journal

/// The raw files that stages keep: a revised release takes its place among them, and the bytes before it stay beside it until
/// what they held is loaded from the new ones.
struct ReleaseCopies: Sendable {
  let workspace: Workspace

  private static let mark = ".before-"

  /// Puts a revised release where the stage looks for the file.
  ///
  /// - Returns: Why it was not put there, in the words after "since"; nil when it was, or when the stage keeps no copy and
  ///   fetches the file by itself.
  func replace(_ file: ReleaseFile, by fetched: String, sha256: String) -> String? {
    guard let told = file.path, let path = place(told) else {
      return file.path == nil ? nil : "its copy lies outside of the workspace"
    }
    guard let present = digest(of: path) else { return nil }
    if present == sha256 { return nil }
    // The journal may be older than the file, or not this machine's.
    guard present == file.sha256 else { return "its copy \(workspace.relative(path)) is not what was fetched" }
    let part = "\(path).part-\(UUID().uuidString.prefix(12).lowercased())"
    defer { try? FileManager.default.removeItem(atPath: part) }
    do {
      let before = path + Self.mark + file.sha256.prefix(8)
      if !FileManager.default.fileExists(atPath: before) {
        try FileManager.default.linkItem(atPath: path, toPath: before)
      }
      try FileManager.default.copyItem(atPath: fetched, toPath: part)
      try FilePlace.replace(path, with: part)
      return nil
    } catch {
      return "its copy \(workspace.relative(path)) cannot be replaced: \(error)"
    }
  }

  /// Removes the bytes of releases that nothing waits for any more.
  func tidy(_ book: ReleaseBook) {
    let files = book.files
    let busy = Set(files.filter { $0.revision?.waiting.isEmpty == false }.compactMap { $0.path.flatMap(place) })
    var kept: [String: Set<String>] = [:]
    for file in files {
      // What the journal takes for the present bytes is kept, should a run have been killed before it could tell.
      if let path = file.path.flatMap(place) { kept[path, default: []].insert(String(file.sha256.prefix(8))) }
    }
    var folders: [String: [String]] = [:]
    for (path, digests) in kept where !busy.contains(path) {
      let folder = (path as NSString).deletingLastPathComponent
      let prefix = (path as NSString).lastPathComponent + Self.mark
      let names = folders[folder] ?? (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      folders[folder] = names
      for name in names where name.hasPrefix(prefix) && !digests.contains(String(name.dropFirst(prefix.count))) {
        try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
      }
    }
  }

  /// A path that a stage told of; nil when it does not lie in the workspace.
  private func place(_ told: String) -> String? {
    let path = told.hasPrefix("/") ? told : "\(workspace.root)/\(told)"
    guard path.hasPrefix(workspace.root + "/"), !path.split(separator: "/").contains("..") else { return nil }
    return path
  }

  private func digest(of path: String) -> String? {
    (try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)).map { Digest.sha256($0) }
  }
}
