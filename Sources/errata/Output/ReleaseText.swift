import Supervisor

/// What a run says in the end of revised releases, a line each.
enum ReleaseText {
  /// More are counted.
  private static let longestList = 8

  static func page(_ releases: [RevisedRelease]) -> String {
    let lines = releases.prefix(longestList).map { FixText.wrapped("- " + line($0), indent: 2) }
    var parts = [releases.count == 1 ? "A revised release:" : "\(releases.count) revised releases:"] + lines
    if releases.count > longestList {
      parts.append("- and \(releases.count - longestList) more: `errata events --type release_revised`")
    }
    if releases.contains(where: { $0.outcome == .reported }) {
      parts.append("`errata run --reload` loads again what has changed.")
    }
    return parts.joined(separator: "\n")
  }

  static func line(_ release: RevisedRelease) -> String {
    let source = release.sources.joined(separator: ", ")
    switch release.outcome {
    case .reported: return "\(release.key): \(release.name) has changed at its address (\(source))"
    case .reloading:
      let rows = release.rowsBefore.map { "; the \($0) rows of the release before stay" } ?? ""
      return "\(release.key) \(source): not loaded yet\(rows)"
    case .loaded:
      let words = release.counts
      return "\(release.key) \(source): loaded again" + (words.isEmpty ? "" : ", \(words)")
    }
  }
}
