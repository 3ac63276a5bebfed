internal import Git
internal import Journal

/// How a proposed value came into the base since the fix was proposed, and how it went again.
struct FixHistory {
  /// Whether any commit since then held the proposed value.
  var everHeldProposed = false
  /// Whether the commit that took it out again says that it is a revert.
  var revertSaysSo = false
  /// Whether the value that stands there now came in with a baseline commit of generated files.
  var otherIsGenerated = false
  /// The commit on the base's own line that brought what stands there now.
  var arrival: Commit?

  /// Explains the commits between a fix's base and the tip.
  ///
  /// - Parameters:
  ///   - commits: Newest first, as far as history could be read.
  ///   - values: What stood at the fix's paths in each of them; a commit that is not named held the value from before.
  init(commits: [Commit], values: [ObjectID: StandingValue]) {
    func value(_ id: ObjectID) -> StandingValue { values[id] ?? .previous }
    for commit in commits {
      if value(commit.id) == .proposed {
        everHeldProposed = true
      } else if commit.parents.contains(where: { value($0) == .proposed }), commit.isRevert {
        revertSaysSo = true
      }
    }
    guard let tip = commits.first else { return }
    let known = Dictionary(commits.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let standing = value(tip.id)
    var current: Commit? = tip
    while let commit = current, value(commit.id) == standing {
      arrival = commit
      current = commit.parents.first.flatMap { known[$0] }
    }
    if standing == .previous && !everHeldProposed { arrival = nil }
    if standing == .other, let arrival {
      otherIsGenerated = arrival.trailers.contains { $0.key == BaselineMessage.trailer }
    }
  }

  /// Nothing could be read: only the value itself counts.
  init() {}

  /// How the value that stands there now came in, in words; nil when history does not tell.
  func explanation(of fix: FixRecord, status: FixStatus) -> String? {
    guard let arrival else { return nil }
    let name = "\(arrival.id.short) (\(arrival.subject))"
    switch status {
    case .approved:
      if arrival.id.hex == fix.commit { return "fast-forwarded to \(name)" }
      if arrival.parents.contains(where: { $0.hex == fix.commit }) { return "merged by \(name)" }
      if arrival.parents.count > 1 { return "came with the merge \(name)" }
      let carriesTrailer = arrival.trailers.contains { $0.key == "Errata-Fix" && $0.value == fix.id }
      return carriesTrailer ? "squashed, rebased or picked into \(name)" : "edited by hand in \(name)"
    case .reverted: return "reverted by \(name)"
    case .changed, .lost, .superseded: return "changed by \(name)"
    case .open, .rejected: return nil
    }
  }
}

extension Commit {
  /// Whether the message says that the commit takes another one back.
  var isRevert: Bool {
    // A squash or a narrow editor may have broken git's sentence anywhere.
    let words = message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return subject.hasPrefix("Revert \"") || words.contains("This reverts commit ")
  }
}
