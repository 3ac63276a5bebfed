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

  /// A member of an archive that was renamed.
  static let memberFamily = CandidateFamily(name: "archive members", types: [.noFilesFound, .notFound]) { diagnosis in
    guard let source = diagnosis.source, let members = diagnosis.evidence.members else { return [] }
    let places = source.settings("extract").filter { $0.old?.string.map { !members.contains($0) } ?? false }
    guard let wanted = places.first?.old?.string else { return [] }
    let old = Address("archive://members/" + wanted)
    let period = PeriodWords(old.fileName) ?? PeriodWords(diagnosis.failure.period)
    let alike = members.compactMap { name -> (name: String, likeness: Double)? in
      let new = Address("archive://members/" + name)
      guard new.fileExtension == old.fileExtension else { return nil }
      if let period, let found = PeriodWords(new.fileName), !period.agrees(with: found) { return nil }
      let sameName = new.fileName.lowercased() == old.fileName.lowercased()
      let likeness = sameName ? 1 : Likeness.between(old.subject, new.subject)
      return likeness >= 0.5 ? (name, likeness) : nil
    }
    return alike.enumerated().sorted { ($0.element.likeness, -$0.offset) > ($1.element.likeness, -$1.offset) }
      .prefix(3).map { _, match in
        let same = match.likeness == 1
        return Candidate(
          action: .fixManifestURL,
          edits: places.filter { $0.old?.string == wanted }.map { $0.setting(.string(match.name)) },
          loss: Loss(.nothing), summary: "unpack '\(match.name)' for '\(wanted)'",
          reason:
            "The archive has no '\(wanted)'. Of its \(Numbers.counted(members.count, "file")), '\(match.name)' is like "
            + "it to \(percent(match.likeness)).",
          prior: 0.4 + 0.5 * match.likeness, restsOnLikeness: !same)
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
