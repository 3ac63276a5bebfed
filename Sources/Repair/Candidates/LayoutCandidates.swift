internal import Journal

extension Candidates {
  /// A table whose header stands in another row than the manifest says.
  static let headerRowFamily = CandidateFamily(
    name: "header rows", types: [.missingColumn, .unexpectedColumn, .emptyData]
  ) { diagnosis in
    guard let source = diagnosis.source, let row = diagnosis.evidence.headerRow else { return [] }
    let places = source.settings("header_row").filter { $0.old != .int(row) }
    guard let before = places.first?.old?.int, Set(places.map(\.old)).count == 1 else { return [] }
    return [
      Candidate(
        action: .fixHeaderRow, edits: places.map { $0.setting(.int(row)) }, loss: Loss(.nothing),
        summary: "read the headers from row \(row)",
        reason: "Row \(row) has every header that the manifest names; row \(before) has not.", prior: 0.9)
    ]
  }

  private static let folder = "archive://members/"

  /// A member of an archive that was renamed.
  static let memberFamily = CandidateFamily(name: "archive members", types: [.noFilesFound, .notFound]) { diagnosis in
    guard let source = diagnosis.source, let members = diagnosis.evidence.members else { return [] }
    let places = source.settings("extract").filter { $0.old?.string.map { !members.contains($0) } ?? false }
    guard let wanted = places.first?.old?.string else { return [] }
    // The members of an archive are to it what the files are to a page that links them.
    let links = members.map { Evidence.Link(url: folder + $0) }
    return AddressMatch.files(for: folder + wanted, period: diagnosis.failure.period, links: links).prefix(3).map {
      match in
      let name = String(match.link.url.dropFirst(folder.count))
      return Candidate(
        action: .fixManifestURL, edits: places.filter { $0.old?.string == wanted }.map { $0.setting(.string(name)) },
        loss: Loss(.nothing), summary: "unpack '\(name)' for '\(wanted)'",
        reason:
          "The archive has no '\(wanted)'. Of its \(Numbers.counted(members.count, "file")), '\(name)' is like it to "
          + "\(percent(match.likeness)).",
        prior: 0.4 + 0.5 * match.likeness, restsOnLikeness: !match.sameName)
    }
  }
}

extension FixEdit {
  /// The same place with a value.
  func setting(_ value: JSONValue) -> FixEdit {
    var edit = self
    edit.new = value
    return edit
  }
}
