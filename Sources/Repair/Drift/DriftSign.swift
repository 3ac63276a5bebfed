public import Journal
public import ManifestYAML

/// What one failed source shows of a change of its file's columns: the evidence that a drift is recognised by.
public struct DriftSign: Codable, Hashable, Sendable {
  /// A column that is read from another header from now on.
  public struct Rename: Codable, Hashable, Sendable {
    /// Its name in the table.
    public var column: String
    /// The header before.
    public var old: String
    /// The header now, as far as names and content tell.
    public var new: String
    /// How alike the two are, between 0 and 1.
    public var likeness: Double
    /// Whether what stands under the new header is what the column held.
    public var isConfirmed: Bool

    /// Creates a rename.
    public init(column: String, old: String, new: String, likeness: Double = 0.7, isConfirmed: Bool = false) {
      self.column = column
      self.old = old
      self.new = new
      self.likeness = likeness
      self.isConfirmed = isConfirmed
    }
  }

  /// A column that holds another type from now on.
  public struct Retype: Codable, Hashable, Sendable {
    /// Its name in the table.
    public var column: String
    /// The declared type.
    public var old: String
    /// The type that takes its values now; nil where none is known.
    public var new: String?

    /// Creates a retype.
    public init(column: String, old: String, new: String? = nil) {
      self.column = column
      self.old = old
      self.new = new
    }
  }

  /// The publication.
  public var publication: String
  /// The period.
  public var period: String
  /// The source.
  public var source: String
  /// The host of its files, or its publication where they are of this machine: whose change it is.
  public var origin: String
  /// Its columns with another header.
  public var renames: [Rename]
  /// Its columns with another type.
  public var retypes: [Retype]
  /// Its columns that the file has no more.
  public var gone: [String]
  /// The file's headers that no column reads.
  public var unread: [String]
  /// The version that the producer names, where it has changed.
  public var version: UpstreamVersion?
  /// Whether the source, of this period or another, has loaded before.
  public var hasLoaded: Bool

  /// Creates a sign.
  public init(
    publication: String, period: String, source: String, origin: String? = nil, renames: [Rename] = [],
    retypes: [Retype] = [], gone: [String] = [], unread: [String] = [], version: UpstreamVersion? = nil,
    hasLoaded: Bool = true
  ) {
    self.publication = publication
    self.period = period
    self.source = source
    self.origin = origin ?? publication
    self.renames = renames
    self.retypes = retypes
    self.gone = gone
    self.unread = unread
    self.version = version
    self.hasLoaded = hasLoaded
  }

  /// `publication/period/source`.
  public var place: String { "\(publication)/\(period)/\(source)" }

  /// What the source is whatever its period: its publication with its code without month and year.
  public var subject: String { "\(publication)/\(Self.subject(of: source))" }

  /// A source's code without month and year.
  public static func subject(of source: String) -> String {
    let pieces = PeriodWords.pieces(of: source).filter { !PeriodWords.isPeriod($0) }
    return pieces.isEmpty ? source : pieces.joined(separator: " ")
  }

  /// How many columns have changed.
  public var changes: Int { renames.count + retypes.count + gone.count }

  /// What ties the source to others that changed in the same way, whatever publication they are of.
  ///
  /// A rename that two sources share ties them wherever they are; one of case and punctuation alone, which many a program
  /// makes, a type and a version only where their files come from one place.
  public var traits: Set<String> {
    var traits = Set(
      renames.map { "rename \($0.likeness == 1 ? origin : "*") \($0.old.lowercased()) \($0.new.lowercased())" })
    for retype in retypes { traits.insert("retype \(origin) \(retype.column) \(retype.old) \(retype.new ?? "?")") }
    if let version { traits.insert("version \(origin) \(version.after)") }
    return traits
  }
}

extension DriftSign {
  /// The errors by which a change of columns shows.
  public static let types: Set<ErrorType> = [
    .missingColumn, .unexpectedColumn, .typeMismatch, .valueOutOfRange, .valueTooLong, .dateFormat,
  ]

  /// Reads a failure for it.
  ///
  /// - Parameter hasLoaded: Whether the source has loaded before.
  /// - Returns: Nil where the failure is no change of columns: some values that do not fit are markers or slips.
  public init?(_ failure: Failure, evidence: Evidence, manifest: YAMLFile?, hasLoaded: Bool) {
    let diagnosis = Diagnosis(failure: failure, evidence: evidence, manifest: manifest, publications: nil)
    guard let code = failure.source, let source = diagnosis.source, Self.types.contains(failure.error.kind) else {
      return nil
    }
    let address = source.files.first?.node["url"]?.text ?? ""
    let host = UpstreamVersion.origin(of: address)
    self.init(
      publication: failure.publication, period: failure.period, source: code,
      origin: host.isEmpty ? nil : host, version: evidence.version, hasLoaded: hasLoaded)
    retypes = evidence.failingColumns.filter { $0.totalRows > 0 && $0.failing * 2 >= $0.totalRows }.map { column in
      Retype(
        column: column.column, old: column.expectedType,
        new: column.fittingTypes.first { $0.lowercased() != column.expectedType.lowercased() }?.lowercased())
    }
    if failure.error.kind == .missingColumn || failure.error.kind == .unexpectedColumn {
      let moves = ColumnMoves(source, evidence: evidence, upstream: evidence.upstreamNames ?? [:])
      renames = moves.moves.map { move in
        Rename(
          column: move.column.name, old: move.old, new: move.renaming.name, likeness: move.renaming.likeness,
          isConfirmed: move.renaming.isConfirmed)
      }
      gone = moves.gone.map(\.name)
      unread = moves.unread
      // A file of which hardly a header is known is another one, or read with the wrong delimiter.
      guard moves.kept + moves.moves.count >= moves.gone.count else { return nil }
    }
    guard changes > 0 || !unread.isEmpty else { return nil }
  }
}
