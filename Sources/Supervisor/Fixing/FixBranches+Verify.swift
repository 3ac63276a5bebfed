internal import Git
public import Journal

extension FixBranches {
  /// Compares what the ledger says of approvals and reverts with history, from where each fix was built. Changes nothing.
  ///
  /// What stands in history but not yet in the ledger is no disagreement: reconciling finds it.
  ///
  /// - Parameter claims: The fixes as the ledger tells of them.
  /// - Returns: What history does not bear out and what it cannot tell here, a sentence each.
  public func verify(_ claims: [FixRecord]) throws -> [String] {
    let claims = claims.filter { [.approved, .changed, .reverted].contains($0.status) }
    guard !claims.isEmpty else { return [] }
    guard let place, let head = try place.repository.head().readableCommit else {
      return [
        "What the ledger says of approvals and reverts cannot be verified: there is no commit to compare it with."
      ]
    }
    let watch = try FixWatch(claims, reconciled: nil, head: head, in: place)
    var elsewhere = OtherLines()
    var sentences: [String] = []
    for fix in claims {
      guard let (value, history) = try watch.observe(fix, &standing) else {
        sentences.append(LedgerClaim.untold(fix, why: "a file of it is no YAML in HEAD"))
        continue
      }
      if history.bearsOut(fix.status, standing: value) { continue }
      if try elsewhere.hold(fix, in: place, base: settings.base) { continue }
      guard watch.isReached(fix) else {
        let why = "the commits since it was built are not all here"
        sentences.append(LedgerClaim.untold(fix, why: place.repository.isShallow ? why + " (a shallow clone)" : why))
        continue
      }
      sentences.append(LedgerClaim.contradicted(fix))
    }
    return sentences
  }
}

/// What is told of the ledger's claims.
private enum LedgerClaim {
  static func untold(_ fix: FixRecord, why: String) -> String {
    "\(claim(fix)), which cannot be verified here: \(why)."
  }

  static func contradicted(_ fix: FixRecord) -> String {
    let evidence =
      switch fix.status {
      case .reverted: "no commit since it was built reverts it: `errata approve \(fix.id)` merges it all the same"
      case .changed: "no commit since it was built changed the value: reconciling goes by what stands in the base"
      default: "no commit since it was built holds its value: reconciling goes by what stands in the base"
      }
    return "\(claim(fix)), but \(evidence); `git log -p refs/errata/ledger` shows who wrote that."
  }

  private static func claim(_ fix: FixRecord) -> String {
    let commit = fix.statusCommit.map { " by \($0.prefix(12))" } ?? ""
    return
      "The ledger says that fix \(fix.id) (\(fix.summary)) is \(fix.status == .changed ? "approved with a change" : fix.status.rawValue)\(commit)"
  }
}
