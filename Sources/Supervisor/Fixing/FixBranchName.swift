/// Which branches are fixes, and which names are left for them.
enum FixBranchName {
  /// The folders that fixes are kept in: the first that clashes with nothing is taken.
  static let folders = ["errata", "errata-fix", "errata-fix-2", "errata-fix-3"]

  /// Whether a branch, by its short name, is a fix.
  static func isFix(_ name: String) -> Bool { folders.contains { name.hasPrefix($0 + "/") } }

  /// The name that a fix's branch gets: the wanted one, or in another folder if somebody's branch or tag is in its way.
  ///
  /// - Returns: The name, and what the wanted one clashes with; nil where no folder is left.
  static func free(_ wanted: String, among taken: TakenNames) -> (name: String, clash: String?)? {
    guard let folder = folders.first(where: { wanted.hasPrefix($0 + "/") }) else {
      return (wanted, taken.clash(with: wanted))
    }
    let rest = wanted.dropFirst(folder.count)
    let clash = taken.clash(with: wanted)
    if clash == nil { return (wanted, nil) }
    return folders.map { $0 + rest }.first { taken.clash(with: $0) == nil }.map { ($0, clash) }
  }
}

/// The names of branches and tags that are taken, as every machine that shares them sees them.
///
/// Git keeps branches as files: one named `errata` leaves no room for `errata/…`. Where names that differ in case alone are one
/// file, only one of two such branches can be there; and of a branch and a tag with one name, git takes the tag.
struct TakenNames: Equatable {
  private var branches: [String: String] = [:]
  private var folders: [String: String] = [:]
  private var tags: Set<String> = []

  /// Sorts full names of references.
  init(_ references: some Sequence<String>) {
    for reference in references {
      if reference.hasPrefix("refs/tags/") { tags.insert(String(reference.dropFirst(10))) }
      var branch: Substring?
      if reference.hasPrefix("refs/heads/") { branch = reference.dropFirst(11) }
      // A branch of a remote is in the way of what is pushed there.
      if reference.hasPrefix("refs/remotes/") {
        branch = reference.dropFirst(13).drop { $0 != "/" }.dropFirst()
      }
      guard let branch, !branch.isEmpty else { continue }
      let name = String(branch)
      branches[name.lowercased()] = branches[name.lowercased()] ?? name
      for folder in TakenNames.folders(of: name) { folders[folder.lowercased()] = name }
    }
  }

  /// What is in a new branch's way, in words; nil when nothing is. A branch of just this name is not.
  func clash(with name: String) -> String? {
    if tags.contains(name) { return "a tag named '\(name)'" }
    if let branch = branches[name.lowercased()], branch != name { return "a branch named '\(branch)'" }
    if let branch = folders[name.lowercased()] { return "a branch named '\(branch)'" }
    for folder in TakenNames.folders(of: name) {
      if let branch = branches[folder.lowercased()] { return "a branch named '\(branch)'" }
    }
    return nil
  }

  private static func folders(of name: String) -> [String] {
    let parts = name.split(separator: "/")
    guard parts.count > 1 else { return [] }
    return (1..<parts.count).map { parts.prefix($0).joined(separator: "/") }
  }
}
