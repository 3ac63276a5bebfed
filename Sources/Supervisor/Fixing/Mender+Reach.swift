internal import Journal
internal import ManifestYAML
internal import Repair

extension Mender {
  /// The chosen candidate with the edits that spare future periods the failure, where the reference manifest has a part in it.
  ///
  /// - Returns: The candidate as it is to be put forward, and what is to be said of a reach that came to nothing.
  func reaching(_ chosen: Ranked, _ diagnosis: MendingCase, history: [FixRecord]) async -> (Ranked, notes: [String]) {
    let failure = diagnosis.failure
    guard chosen.verdict?.passed == true, let key = diagnosis.key, let manifest = diagnosis.manifest,
      let path = key.publication.referenceManifest, let reference = load(path)
    else { return (chosen, []) }
    let found = Reach.edits(
      of: chosen.candidate, source: failure.source, manifest: manifest, reference: reference)
    guard found.reach == .thisAndFuture else { return (chosen, []) }
    let id = FixIdentity.id(of: chosen.candidate, for: failure)
    var reaching = chosen
    reaching.candidate.reach = .thisAndFuture
    reaching.candidate.referenceEdits = found.edits
    if let blocked = blocked(reaching.candidate, in: diagnosis) {
      return (chosen, ["The fix reaches this period only: \(blocked.reason) (\(blocked.rule))."])
    }
    if let other = history.first(where: { $0.id != id && $0.status == .open && $0.brings(found.edits) }) {
      return (chosen, ["Fix \(other.id), which waits already, makes this edit in \(path) for future periods."])
    }
    // What was tried when it was put forward need not be tried whenever it is looked at.
    if history.contains(where: { $0.id == id && $0.status == .open && $0.reach == .thisAndFuture }) {
      return (reaching, [])
    }
    let tried = await PeriodTrials(verifier: verifier, failure: failure, key: key).run(chosen.candidate)
    if let objection = tried.objection {
      return (chosen, ["The fix reaches this period only and \(path) stays as it is: \(objection)."])
    }
    reaching.verdict?.otherPeriods = tried.kept
    return (reaching, [])
  }
}

extension FixRecord {
  /// Whether the fix makes all of these edits.
  fileprivate func brings(_ edits: [FixEdit]) -> Bool {
    !edits.isEmpty
      && edits.allSatisfy { edit in
        changes.contains {
          $0.file == edit.file && $0.selector == edit.selector.description && $0.old == edit.old && $0.new == edit.new
        }
      }
  }
}
