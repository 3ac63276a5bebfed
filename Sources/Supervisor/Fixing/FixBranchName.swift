/// Which branches are fixes.
enum FixBranchName {
  /// The folders that fixes are kept in, the first that has no clash with what is there already.
  static let folders = ["errata", "errata-fix", "errata-fix-2", "errata-fix-3"]

  /// Whether a branch, by its short name, is a fix.
  static func isFix(_ name: String) -> Bool { folders.contains { name.hasPrefix($0 + "/") } }
}
