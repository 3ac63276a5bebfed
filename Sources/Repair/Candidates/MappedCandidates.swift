internal import Journal

extension Candidates {
  /// Types of columns in places of a manifest map: the least wide type that takes the value.
  static let mappedTypeFamily = CandidateFamily(
    name: "mapped types", types: [.typeMismatch, .valueOutOfRange, .valueTooLong, .dateFormat], propose: mappedTypes)

  /// Names of source tables in places of a manifest map: the one that the database has instead.
  static let mappedTableFamily = CandidateFamily(
    name: "mapped tables", types: [.tableNotFound], propose: mappedTables)

  private static func mappedTypes(_ diagnosis: Diagnosis) -> [Candidate] {
    guard let value = diagnosis.failure.error.value, let column = diagnosis.failure.error.column else { return [] }
    return diagnosis.mapped.values(.columnType, of: diagnosis.failure).flatMap { place -> [Candidate] in
      guard let declared = ColumnType(place.text), !declared.fits(value) else { return [] }
      let wider: [ColumnType] = declared.isNumber ? [.bigint, .numeric, .double, .varchar(nil)] : [.varchar(nil)]
      // The least wide number that takes it, and text, which takes everything.
      let number = wider.first { $0.isNumber && $0 != declared && $0.fits(value) }
      return [number, .varchar(nil)].compactMap(\.self).filter { $0 != declared }.map { type in
        Candidate(
          action: .fixManifestType, edits: [place.edit(to: type.description)],
          loss: Loss(type.isNumber ? .widening : .arithmetic, values: 1),
          summary: "read \(column) as \(type)",
          reason: "A value of \(column) does not fit \(declared), and \(type) takes it.",
          prior: type.isNumber ? 0.7 : 0.4,
          safe: type.isNumber)
      }
    }
  }

  private static func mappedTables(_ diagnosis: Diagnosis) -> [Candidate] {
    let error = diagnosis.failure.error
    guard let table = error.table?.split(separator: ".").last.map(String.init) else { return [] }
    let places = diagnosis.mapped.values(.sourceTable, of: diagnosis.failure).filter { $0.text == table }
    let said = [error.message, error.stacktrace ?? "", diagnosis.failure.logTail].joined(separator: "\n")
    return suggestions(in: said).filter { $0 != table }.flatMap { name in
      places.map { place in
        Candidate(
          action: .fixManifestURL, edits: [place.edit(to: name)], loss: Loss(.nothing),
          summary: "read the table \(name) in place of \(table)",
          reason: "The database has no table \(table); it names \(name) as the one that is most like it.", prior: 0.6,
          // A like name over other rows would load as well.
          restsOnLikeness: true, safe: false)
      }
    }
  }

  /// The tables that a database offers in place of one that is not there (`Did you mean "products"?`), each once.
  private static func suggestions(in text: String) -> [String] {
    var names: [String] = []
    for line in text.split(whereSeparator: \.isNewline) {
      guard let start = line.firstRange(of: "Did you mean \"")?.upperBound,
        let end = line[start...].firstIndex(of: "\"")
      else {
        continue
      }
      let name = line[start..<end].split(separator: ".").last.map(String.init) ?? ""
      if !name.isEmpty, !names.contains(name) { names.append(name) }
    }
    return Array(names.prefix(3))
  }
}
