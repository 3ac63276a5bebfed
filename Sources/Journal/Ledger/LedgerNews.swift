/// What the ledger knows and a machine's journal does not: as events for that journal.
///
/// The journal wins for what happened on its own machine: of a source, stage or URL key that it saw something happen to, it
/// takes nothing from others. Of fixes it takes every later decision.
public enum LedgerNews {
  /// The events to append to the journal, marked as learned, in the order in which they are to be folded.
  ///
  /// - Parameters:
  ///   - own: The journal's digest.
  ///   - fixes: The fixes as the journal knows them.
  public static func events(in ledger: Ledger, own: LedgerDigest, fixes: FixBook) -> [Event] {
    var states: [LedgerLine] = []
    var books: [(line: LedgerLine, path: String, file: LedgerFile)] = []
    for (path, file) in ledger.files {
      if path.hasPrefix("fixes/") {
        if let first = file.lines.values.min() { books.append((first, path, file)) }
      } else {
        // That somebody knows of a failure, or was told of it, counts everywhere, as a fix's status does.
        let isDecision = path.hasPrefix("acknowledged/") || path.hasPrefix("alerts/")
        states += file.lines.values.filter { (isDecision || !own.hasOwn($0, at: path)) && !own.knows($0, at: path) }
      }
    }
    let known = states.compactMap { line in line.event.map { (line, $0) } }
      .filter { !Self.isFix($0.1) }
      .sorted { (rank($0.1), $0.0) < (rank($1.1), $1.0) }
    // By time first; what happened in one millisecond in the order in which runs write it.
    let events = known.map(\.1).enumerated().sorted {
      ($0.element.timestamp, $0.offset) < ($1.element.timestamp, $1.offset)
    }.map(\.element)
    let decisions = books.sorted { ($0.line, $0.path) < ($1.line, $1.path) }
      .flatMap { self.events(of: $0.file, at: $0.path, own: own, fixes: fixes) }
    return events.map(learned) + decisions
  }

  private static func learned(_ event: Event) -> Event {
    var event = event
    event.data[Event.learnedKey] = true
    return event
  }

  private static func events(
    of file: LedgerFile, at path: String, own: LedgerDigest, fixes: FixBook
  ) -> [Event] {
    let intended = file.lines["intended"]
    guard let fix = LedgerFix(file) else {
      return [intended].compactMap(\.self).filter { !own.knows($0, at: path) }.compactMap(\.event).filter(isSound)
        .map(learned)
    }
    var lines = fix.publications
    if let intended, intended > fix.publication { lines.append(intended) }
    lines = lines.filter { !own.knows($0, at: path) }
    var events = lines.compactMap(\.event).filter(isSound).map(learned)
    guard fix.deciding != fix.publication, !own.knows(fix.deciding, at: path), let event = fix.deciding.event,
      let id = event.ledgerFix
    else { return events }
    var book = fixes
    for event in events { book.apply(event) }
    if book[id]?.status != fix.status { events.append(learned(event)) }
    return events
  }

  private static func isFix(_ event: Event) -> Bool {
    [.fixIntended, .fixPublished, .fixStatus].contains(event.type)
  }

  /// Whether a fix that others wrote down stays where fixes belong: a ledger can hold anything.
  static func isSound(_ event: Event) -> Bool {
    guard let fix = try? event.data["fix"]?.decode(FixRecord.self) else { return false }
    let folder = fix.branch.prefix { $0 != "/" }
    let isBranch = folder.isEmpty || folder != fix.branch && (folder == "errata" || folder.hasPrefix("errata-fix"))
    let isReference = event.type != .fixIntended || event.data["ref"]?.string == "refs/heads/\(fix.branch)"
    return isBranch && isReference && fix.files.allSatisfy(isInside) && fix.changes.allSatisfy { isInside($0.file) }
  }

  private static func isInside(_ path: String) -> Bool {
    !path.isEmpty && !path.hasPrefix("/")
      && !path.split(separator: "/").contains { $0 == ".." || $0.lowercased() == ".git" }
  }

  private static func rank(_ event: Event) -> Int {
    switch event.type {
    case .urlStarted: 0
    case .sourceUnloaded: 1
    case .sourceFailed: 3
    case .stageCompleted, .stageFailed, .stageSkipped: 4
    case .failureDiagnosed: 5
    case .urlCompleted, .urlFailed: 6
    default: 2
    }
  }
}
