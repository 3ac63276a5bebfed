internal import Journal
internal import ManifestYAML
internal import Repair

/// What approved fixes changed in a source's manifest without making it load: a drift's plan puts that back first, so that it
/// starts from the last good state. What people changed is theirs and stays.
enum VainFixes {
  /// The edits that put a source's entry back, the latest fix first.
  ///
  /// - Parameters:
  ///   - history: Every fix, in the order in which they were put forward.
  ///   - hasLoaded: Whether the source has loaded with its entry as it stands: then nothing was in vain.
  static func edits(
    of failure: Failure, manifest: YAMLFile, history: [FixRecord], hasLoaded: Bool
  ) -> (edits: [FixEdit], manifest: YAMLFile) {
    guard !hasLoaded else { return ([], manifest) }
    var edits: [FixEdit] = []
    var file = manifest
    let own = history.filter { fix in
      fix.status == .approved && fix.publication == failure.publication && fix.period == failure.period
        && fix.source == failure.source
    }
    for fix in own.reversed() {
      for change in fix.ownChanges.reversed() where change.file == manifest.name {
        guard let selector = try? YAMLSelector(change.selector) else { continue }
        let back = FixEdit(file: change.file, selector: selector, old: change.new, new: change.old)
        guard let operations = try? back.operations(in: file), let bytes = try? file.applying(operations),
          let edited = try? YAMLFile(bytes, name: file.name)
        else { continue }
        edits.append(back)
        file = edited
      }
    }
    return (edits, file)
  }
}

extension Candidate {
  /// The candidate after edits that are made first; where both edit one value, its own comes straight from what stands there.
  func following(_ first: [FixEdit]) -> Candidate {
    guard !first.isEmpty else { return self }
    var all = first
    for edit in edits {
      if let index = all.firstIndex(where: { $0.file == edit.file && $0.selector == edit.selector }) {
        all[index].new = edit.new
      } else {
        all.append(edit)
      }
    }
    var candidate = self
    candidate.edits = all.filter { $0.old != $0.new }
    return candidate
  }
}
