internal import Journal
internal import ManifestYAML

extension AdviserReply {
  /// The reply as a candidate like any other, once everything it names has been found in the files as they stand.
  ///
  /// - Parameters:
  ///   - offered: The names of the actions that were offered.
  ///   - adviser: Who replied, such as `anthropic claude-x`.
  /// - Returns: Nil when the adviser says that no edit helps.
  /// - Throws: `AdviserFault` for whatever does not fit.
  public func candidate(
    for failure: Failure, evidence: Evidence, places: AdvisedPlaces, offered: [String], adviser: String
  ) throws(AdviserFault) -> Candidate? {
    // Compared byte by byte: letters of other scripts that look alike are other letters.
    guard offered.contains(where: { Array($0.utf8) == Array(action.utf8) }) else {
      throw AdviserFault("the action '\(action.prefix(60))' is not among those offered")
    }
    guard let fix = FixAction(rawValue: action) else {
      guard details?.changes.isEmpty ?? true else {
        throw AdviserFault("'\(action)' edits nothing, yet changes are given")
      }
      return nil
    }
    guard let details, !details.changes.isEmpty else { throw AdviserFault("'\(action)' needs changes") }
    var edits: [FixEdit] = []
    for change in details.changes {
      let edit = try edit(change, in: details.file, action: fix, places: places)
      guard !edits.contains(where: { $0.selector == edit.selector }) else {
        throw AdviserFault("'\(change.path)' is changed twice")
      }
      try AdvisedValue(evidence: evidence, failure: failure, places: places).check(edit, for: fix)
      edits.append(edit)
    }
    let candidate = Candidate(
      action: fix, edits: edits, loss: AdvisedValue.loss(of: edits, for: fix, evidence: evidence),
      summary: AdvisedValue.summary(of: edits[0], for: fix, more: edits.count - 1, failure: failure),
      reason: "An adviser, the model \(adviser), suggested this edit; its words: \u{201C}\(said)\u{201D}",
      // Models are surer of themselves than they are right: published ones mend a fifth to a half of what they say they do.
      prior: 0.1 + 0.2 * confidence, safe: false, suggestedBy: adviser)
    try applies(candidate, to: places)
    return candidate
  }

  /// The cause in the adviser's words: one line, secrets out, no longer than a sentence or two.
  private var said: String { TextLayout.flattened(Redaction.redact(rootCause), longest: 300) }

  private func edit(
    _ change: Change, in file: String, action: FixAction, places: AdvisedPlaces
  ) throws(AdviserFault) -> FixEdit {
    let shown = TextLayout.flattened(change.path, longest: 120)
    guard VisibleText.isPlain(change.path), let path = try? YAMLPath(change.path) else {
      throw AdviserFault("'\(shown)' is not a path such as sources[3].columns[5].data_type")
    }
    guard let entry = places.entry(of: path, in: file, for: action) else {
      throw AdviserFault(
        "'\(action.rawValue)' may not change '\(shown)' of '\(TextLayout.flattened(file, longest: 120))'")
    }
    let node = entry.root.node(at: path)
    guard node != nil || path.parent.flatMap({ entry.root.node(at: $0) })?.kind == .mapping else {
      throw AdviserFault("'\(shown)' does not exist")
    }
    let standing = node.map { JSONValue($0.value) }
    guard standing == change.old || standing == .some(.null) && change.old == nil else {
      throw AdviserFault("'old' of '\(shown)' is not the value that stands there")
    }
    guard standing != change.new else {
      throw AdviserFault("'new' of '\(shown)' is the value that stands there already")
    }
    guard let selector = Candidates.selector(for: path, in: entry.root) else {
      throw AdviserFault("'\(shown)' cannot be told from its neighbours")
    }
    return FixEdit(file: file, selector: selector, old: standing, new: change.new)
  }

  private func applies(_ candidate: Candidate, to places: AdvisedPlaces) throws(AdviserFault) {
    for entry in [places.manifest, places.publication].compactMap(\.self)
    where candidate.files.contains(entry.file.name) {
      do {
        _ = try entry.file.patched(candidate.operations(in: entry.file, named: entry.file.name))
      } catch {
        throw AdviserFault("the changes cannot be made: \(error)")
      }
    }
  }
}
