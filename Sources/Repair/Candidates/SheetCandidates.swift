internal import Journal
internal import ManifestYAML

extension Candidates {
  /// A sheet that was renamed.
  static let sheetFamily = CandidateFamily(name: "sheets", types: [.sheetNotFound], propose: sheetCandidates)

  private static func sheetCandidates(_ diagnosis: Diagnosis) -> [Candidate] {
    guard let source = diagnosis.source, let sheets = diagnosis.evidence.sheets else { return [] }
    let missing = diagnosis.failure.error.sheet
    let places = source.settings("sheet").filter { missing == nil || $0.old?.string == missing }
    guard let wanted = places.first?.old?.string else { return [] }
    let taken = sheetsOfOthers(than: source)
    let free = sheets.filter { !taken.contains($0) && $0 != wanted }
    let evidence = diagnosis.evidence
    let contents = evidence.sheetContents.compactMapValues {
      ContentLikeness(ofSheet: $0, wanted: source.requiredNames, comparedTo: evidence.loadedProfiles)
    }
    return Renaming.all(of: wanted, among: free, atLeast: 0.4, contents: contents).prefix(3).map { renaming in
      let name = renaming.name
      let same = renaming.likeness == 1
      return Candidate(
        action: .fixSheetName,
        edits: places.filter { $0.old?.string == wanted }.map { $0.setting(.string(name)) },
        loss: Loss(.nothing), summary: "read sheet '\(name)' for '\(wanted)'",
        reason: (same
          ? "The workbook has no sheet '\(wanted)'; '\(name)' differs from it in case, blanks or punctuation only."
          : "The workbook has no sheet '\(wanted)'. Of \(Numbers.counted(free.count, "sheet")) that no other source reads, '\(name)' "
            + "is like it to \(percent(renaming.likeness)).") + renaming.finding,
        prior: 0.4 + 0.5 * renaming.rank, restsOnLikeness: !same && !renaming.isConfirmed)
    }
  }

  static func sheetsOfOthers(than source: ManifestSource) -> Set<String> {
    let addresses = Set(source.files.compactMap { $0.node["url"]?.text })
    var taken: Set<String> = []
    for (index, other) in (source.root["sources"]?.items ?? []).enumerated() where index != source.index {
      for file in other["files"]?.items ?? [] {
        guard let sheet = (file["sheet"] ?? other["sheet"])?.text, let url = file["url"]?.text else { continue }
        if addresses.contains(url) { taken.insert(sheet) }
      }
    }
    return taken
  }

  /// The way to a value by identities other than the value itself, which is about to change.
  static func selector(for path: YAMLPath, in root: YAMLNode) -> YAMLSelector? {
    guard case .key(let edited)? = path.steps.last else { return nil }
    let keys = ["code", "original_name", "period", "name", "url", "filename", "sheet", "extract", "mode"].filter {
      $0 != edited
    }
    return YAMLSelector.selector(for: path, in: root, identityKeys: keys)
  }

  static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
