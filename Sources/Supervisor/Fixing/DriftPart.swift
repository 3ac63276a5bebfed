internal import Journal
internal import ManifestYAML
internal import Repair

/// A source of a drift on its way through the plan.
struct DriftPart {
  let sign: DriftSign
  var diagnosis: MendingCase
  var ranked: [Ranked] = []
  var chosen: Ranked?
  var action: StateAction?

  init(sign: DriftSign, diagnosis: MendingCase) {
    self.sign = sign
    self.diagnosis = diagnosis
  }

  /// What becomes of it without an edit.
  var decision: StateAction { action ?? .escalateToHuman(reason: "No edit is known to mend it.") }

  /// How its headers changed, as its trial proved.
  var renames: [(old: String, new: String)] {
    guard let chosen, chosen.verdict?.passed == true else { return [] }
    return chosen.candidate.edits.compactMap { edit in
      guard edit.selector.steps.last == .key("original_name"), let old = edit.old?.string, let new = edit.new?.string
      else { return nil }
      return (old, new)
    }
  }

  /// Whether names that were learned meanwhile say something that it was not tried with.
  func wants(_ names: [String: String]) -> Bool {
    guard case .escalateToHuman? = action, !ranked.isEmpty, names != diagnosis.evidence.upstreamNames else {
      return false
    }
    let missing = sign.renames.map(\.old) + (diagnosis.manifest.map { sign.headers(in: $0) } ?? [])
    return missing.contains { names[$0] != nil && diagnosis.evidence.upstreamNames?[$0] != names[$0] }
  }

  var member: DriftMember {
    let outcome: DriftMember.Outcome
    if let chosen {
      outcome = .fix(id: FixIdentity.id(of: chosen.candidate, for: diagnosis.failure), chosen)
    } else if case .retry(let reason) = decision {
      outcome = .postponed(reason: reason)
    } else if case .escalateToHuman(let reason) = decision {
      outcome = .escalated(reason: reason)
    } else {
      outcome = .escalated(reason: "")
    }
    return DriftMember(sign: sign, outcome: outcome, rolledBack: diagnosis.rolledBack)
  }

  /// A drift is merged without a person only as a whole.
  static func together(_ outcomes: [MendOutcome]) -> [MendOutcome] {
    let mayMerge = outcomes.allSatisfy { if case .proposed(_, mayMerge: true) = $0 { true } else { false } }
    guard !mayMerge else { return outcomes }
    return outcomes.map { outcome in
      if case .proposed(let fix, _) = outcome { .proposed(fix, mayMerge: false) } else { outcome }
    }
  }
}

extension DriftSign {
  /// The headers that its columns without one had.
  fileprivate func headers(in manifest: YAMLFile) -> [String] {
    guard let root = manifest.root, let entry = SourceEntry(identity: source, in: root) else { return [] }
    return gone.compactMap { entry.column($0)?["original_name"]?.text }
  }
}
