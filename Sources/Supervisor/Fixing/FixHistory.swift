internal import Git
internal import Journal

/// How a proposed value came into the base since the fix was looked at, and how it went again.
struct FixHistory {
  /// A commit that changed a file of the fix, with what stands at the fix's paths in it and in its parents.
  struct Step {
    let commit: Commit
    /// Whether the commit is on the base's own line, not on a branch that was merged into it.
    let isOnOwnLine: Bool
    let value: StandingValue
    let before: [StandingValue]
  }

  /// Whether any commit since then held the proposed value.
  var everHeldProposed = false
  /// Whether any commit since then held neither that value nor the one before.
  var everHeldOther = false
  /// Whether the commit that took it out again says that it is a revert.
  var revertSaysSo = false
  /// Whether any commit that took it out says so, be it that it came back later.
  var everReverted = false
  /// Whether the value that stands there now came in with a baseline commit of generated files.
  var otherIsGenerated = false
  /// The commit on the base's own line that brought what stands there now.
  var arrival: Commit?

  /// Explains the commits since a fix was last looked at.
  ///
  /// - Parameters:
  ///   - steps: Newest first, as far as history could be read.
  ///   - standing: What stands at the fix's paths at the tip.
  init(_ steps: [Step], standing: StandingValue) {
    everHeldProposed = steps.contains { $0.value == .proposed || $0.before.contains(.proposed) }
    everHeldOther = steps.contains { $0.value == .other || $0.before.contains(.other) }
    let removals = steps.filter { $0.value != .proposed && $0.before.contains(.proposed) }
    // A merge only passes on what a commit on the merged branch did.
    revertSaysSo = (removals.first { $0.before.count == 1 } ?? removals.first)?.commit.isRevert ?? false
    everReverted = removals.contains(where: \.commit.isRevert)
    arrival = steps.first { $0.isOnOwnLine && $0.value == standing && $0.before.first != standing }?.commit
    if standing == .previous && !everHeldProposed { arrival = nil }
    if standing == .other, let arrival {
      otherIsGenerated = arrival.trailers.contains { $0.key == BaselineMessage.trailer }
    }
  }

  /// Nothing could be read: only the value itself counts.
  init() {}

  /// Whether history bears out a status, now or at some time since.
  func bearsOut(_ status: FixStatus, standing: StandingValue) -> Bool {
    switch status {
    case .approved: standing == .proposed || everHeldProposed
    case .changed: standing == .other || everHeldOther
    case .reverted: everReverted
    case .open, .rejected, .superseded, .lost: true
    }
  }

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
      return carriesTrailer ? "squashed, rebased or picked into \(name)" : "came with \(name), which does not name it"
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
