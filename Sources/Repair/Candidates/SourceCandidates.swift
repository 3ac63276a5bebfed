internal import Journal
internal import ManifestYAML

extension Candidates {
  /// A text file in another encoding than the one it was read in.
  static let encodingFamily = CandidateFamily(name: "encodings", types: [.encodingError]) { diagnosis in
    guard let source = diagnosis.source else { return [] }
    let now = source.node["encoding"]?.text
    return ["windows-1252", "utf-16"].filter { $0 != now }.map { encoding in
      Candidate(
        action: .fixEncoding, edits: [source.edit("encoding", to: .string(encoding))], loss: Loss(.nothing),
        summary: "read the file as \(encoding)",
        reason: "The file is no \(now ?? "utf-8"); \(encoding) is what such files mostly are.",
        prior: encoding == "utf-16" ? 0.4 : 0.7, restsOnLikeness: true)
    }
  }

  /// The last resort for a source whose data does not load: leave it out, visibly.
  static let disableFamily = CandidateFamily(
    name: "disabling",
    types: [.typeMismatch, .valueOutOfRange, .valueTooLong, .dateFormat, .sheetNotFound, .missingColumn]
  ) { diagnosis in
    guard let source = diagnosis.source, let code = diagnosis.failure.source, source.node["enabled"]?.value != false
    else {
      return []
    }
    let rows = diagnosis.evidence.values?.totalRows ?? 0
    return [
      Candidate(
        action: .disableSource, edits: [source.edit("enabled", to: false)], loss: Loss(.source, values: rows),
        summary: "leave out \(code)", reason: "Without \(code) the period's other sources load; its data is missing.",
        prior: 0.25, safe: false)
    ]
  }
}
