/// A fix as the ledger's lines tell of it.
struct LedgerFix {
  /// The publication that counts: the last one.
  let publication: LedgerLine
  /// The publications on the same evidence, the one that counts last.
  let publications: [LedgerLine]
  /// The line that decides the status: a status, or the publication itself for an open fix.
  let deciding: LedgerLine
  /// What became of the fix.
  let status: FixStatus

  /// Reads a fix's file; nil where it was never put forward.
  init?(_ file: LedgerFile) {
    let published = file.lines.values.filter { $0.kind.hasPrefix("published=") }
    guard let last = published.max() else { return nil }
    publication = last
    publications = published.filter { $0.subject == last.subject }.sorted()
    let statuses = file.lines.values.filter { $0.subject == last.subject }.compactMap { line in
      Self.status(line).map { (line: line, status: $0) }
    }
    let decided = statuses.filter { $0.status.isDecision }.max { $0.line < $1.line }
    let passing = (statuses.filter { !$0.status.isDecision } + [(last, .open)]).max { $0.line < $1.line }
    // What a person turned down stays turned down, whatever another machine put forward without knowing; only a later
    // decision, or other evidence, changes that.
    if let decided, decided.status.isRefusal || passing.map({ $0.line < decided.line }) != false {
      (deciding, status) = decided
    } else {
      (deciding, status) = passing ?? (last, .open)
    }
  }

  private static func status(_ line: LedgerLine) -> FixStatus? {
    guard line.kind.hasPrefix("status=") else { return nil }
    return FixStatus(rawValue: String(line.kind.dropFirst("status=".count)))
  }
}

extension FixStatus {
  /// Whether people decided: by merging, changing, turning down or reverting.
  public var isDecision: Bool {
    switch self {
    case .approved, .changed, .rejected, .reverted: true
    case .open, .superseded, .lost: false
    }
  }

  /// Whether people do not want the fix.
  public var isRefusal: Bool { self == .rejected || self == .reverted }
}

extension Ledger {
  /// The fixes that were put forward, as they stand by the ledger; without those that a newer version wrote in its own way.
  public var fixes: [FixRecord] {
    files.filter { $0.key.hasPrefix("fixes/") }.sorted { $0.key < $1.key }.compactMap { LedgerFix($0.value)?.record }
  }
}

extension LedgerFix {
  fileprivate var record: FixRecord? {
    guard let event = publication.event, LedgerNews.isSound(event),
      var record = try? event.data["fix"]?.decode(FixRecord.self)
    else { return nil }
    record.status = status
    let decision = deciding == publication ? nil : deciding.event
    record.statusReason = decision?.data["reason"]?.string
    record.statusCommit = decision?.data["commit"]?.string
    record.statusValue = decision?.data["value"]
    return record
  }
}
