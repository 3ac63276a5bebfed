internal import Journal
internal import ManifestYAML

/// What people made of a proposal is proposed the next time: the same edit with the value that they chose.
enum Learned {
  /// A rule's candidate with the values that people put in place of the same ones in other periods, the latest choice first.
  static func corrected(_ candidate: Candidate, by history: [FixRecord]) -> Candidate {
    var learned = candidate
    for fix in history.reversed() where fix.status == .changed && fix.ownChanges.count == 1 {
      guard let change = fix.ownChanges.first, let value = fix.statusValue,
        let index = learned.edits.firstIndex(where: {
          $0.selector.description == change.selector && $0.old == change.old && $0.new == change.new
        })
      else { continue }
      let selector = learned.edits[index].selector
      learned.edits[index].new = value
      learned.summary = "set \(name(of: selector)) as people did in \(fix.period)"
      learned.reason +=
        " In \(fix.period) people made another value of this proposal (fix \(fix.id)); it is theirs that is proposed here."
    }
    return learned
  }

  /// `null_values of March 2020`.
  private static func name(of selector: YAMLSelector) -> String {
    var key = "the value"
    if case .key(let last)? = selector.steps.last { key = last }
    for case .item(_, let item, _) in selector.steps.reversed() { return "\(key) of \(item)" }
    return key
  }
}
