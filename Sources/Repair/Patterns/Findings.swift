internal import Journal
internal import Patterns

/// What the lines of an output told so far, as far as it is needed for a verdict.
struct Findings {
  /// Lines after a failure that may add to it.
  private static let reach = 12
  /// Lines before a line in which a landmark counts.
  private static let landmarkReach = 60
  /// The first and the last findings are kept; those between only repeat them.
  private static let kept = (first: 256, last: 256)
  /// Lines between one that says that what follows does not count and the traceback that follows.
  private static let asideReach = 2
  /// Times that a pattern may run into its limit before it is left out.
  private static let patience = 3

  private let book: PatternBook
  private let stage: String?
  private var list: [Finding] = []
  private var before: [(line: Int, captures: [String: String])] = []
  private var landmarks: [String: Int] = [:]
  private var trace = TracebackReader()
  /// Where a line last said that what follows it is to be tried again or ignored, and the chain of exceptions that did.
  private var asideLine = Int.min / 2
  private var asideChain = 0
  private var exhausted: [Int: Int] = [:]
  /// The book's expressions by entry, as far as they were needed.
  private var expressions: [Expression?]

  init(book: PatternBook, stage: String?) {
    self.book = book
    self.stage = stage
    expressions = [Expression?](repeating: nil, count: book.meanings.count)
  }

  /// Whether the next line has to be looked at whatever it holds.
  var isWatching: Bool { trace.isOpen }

  /// Takes in a line.
  ///
  /// - Parameters:
  ///   - entries: What of the book may match it, in order.
  ///   - record: The structured record that it comes from.
  mutating func take(_ text: ArraySlice<UInt8>, entries: [Int], number: Int, record: LogRecord?) {
    var isStart = false
    for index in entries.reversed() {
      if index < book.firstSign { break }
      if case .traceback = book.meanings[index] { isStart = true }
      if case .link = book.meanings[index] { trace.link(at: number) }
      if case .landmark(let name) = book.meanings[index] { landmarks[name] = number }
    }
    guard isStart || trace.isOpen else {
      return name(text, entries: entries, number: number, record: record, isException: false)
    }
    switch trace.read(String(decoding: text, as: UTF8.self), isStart: isStart, number: number) {
    case .frame: return
    case .start: if number - asideLine <= Findings.asideReach { asideChain = trace.chain }
    case .exception(let message):
      name(Array(message.utf8)[...], entries: entries, number: number, record: record, isException: true)
    case .outside: name(text, entries: entries, number: number, record: record, isException: false)
    }
  }

  private mutating func name(
    _ text: ArraySlice<UInt8>, entries: [Int], number: Int, record: LogRecord?, isException: Bool
  ) {
    var finding: Finding?
    var isSettled = false
    var added: [String: String] = [:]
    var announcesRetry = false
    var tellsRecovery = false
    var level: LogLevel?
    for index in entries {
      switch book.meanings[index] {
      case .failure(let rule):
        if isSettled { continue }
        let pattern = rule.pattern
        if pattern.stage != nil, stage != nil, pattern.stage != stage { continue }
        if pattern.general, !isException {
          // A few words in a line that only informs never count: most of a log need not be asked for them.
          level = level ?? record?.level ?? LogLevel(of: text)
          if level == .information { continue }
        }
        guard pattern.near.isEmpty || pattern.near.contains(where: { isNear($0, number) }) else { continue }
        guard let captures = captures(of: index, in: text) else { continue }
        isSettled = true
        guard pattern.type != .none else { continue }
        finding = self.finding(
          pattern, text, number: number, captures: captures, isException: isException, record: record)
      case .own(let types):
        guard let type = finding?.type, types.contains(type) else { continue }
        if let captures = captures(of: index, in: text) { finding?.captures.merge(captures) { old, _ in old } }
      case .detail: if let captures = captures(of: index, in: text) { added.merge(captures) { old, _ in old } }
      case .retry: announcesRetry = announcesRetry || captures(of: index, in: text) != nil
      case .recovery: tellsRecovery = tellsRecovery || captures(of: index, in: text) != nil
      case .aside: if captures(of: index, in: text) != nil { asideLine = number }
      case .landmark, .traceback, .link, .disguise: break
      }
    }
    if finding == nil, !isSettled, let type = record?.type {
      finding = self.finding(
        ErrorPattern("record", type, []), text, number: number, captures: [:], isException: isException, record: record)
    }
    if finding == nil, !isSettled, isException, !text.starts(with: "KeyboardInterrupt".utf8) {
      finding = self.finding(
        ErrorPattern("exception", .unknown, [], general: true), text, number: number, captures: [:],
        isException: true, record: record)
    }
    if let record { added.merge(record.captures) { old, _ in old } }
    if tellsRecovery { recover(at: number) }
    if announcesRetry {
      // Of a line that names its own failure, what follows is news.
      if finding == nil || finding?.type == .unknown { asideLine = number }
      if finding == nil { retried(at: number) }
    }
    note(&finding, added: added, number: number, isRetried: announcesRetry)
  }

  private func finding(
    _ pattern: ErrorPattern, _ text: ArraySlice<UInt8>, number: Int, captures: [String: String], isException: Bool,
    record: LogRecord?
  ) -> Finding {
    var weight: Finding.Weight =
      switch record?.level ?? LogLevel(of: text) {
      case .error: .strong
      case .plain: .plain
      case .warning: .weak
      case .information: .idle
      }
    if isException, record?.level == nil { weight = trace.chain == asideChain ? .weak : .strong }
    return Finding(
      type: pattern.type, transient: pattern.transient ?? Transience.isTransient(pattern.type), pattern: pattern.name,
      text: String(decoding: text, as: UTF8.self), line: number, isGeneral: pattern.general, decides: pattern.decides,
      isException: isException, chain: trace.chain(at: number), weight: weight, captures: captures)
  }

  /// Files a finding and what lines nearby say.
  private mutating func note(
    _ finding: inout Finding?, added: [String: String], number: Int, isRetried: Bool
  ) {
    if !added.isEmpty {
      if finding == nil, let last = list.indices.last, number - list[last].line <= Findings.reach {
        list[last].details.append(added)
      } else if finding == nil {
        before.append((number, added))
        if before.count > 4 { before.removeFirst() }
      }
    }
    guard var new = finding else { return }
    if isRetried { new.weight = new.weight == .idle ? .idle : .weak }
    if !added.isEmpty { new.details.append(added) }
    new.details += before.reversed().filter { number - $0.line <= 3 }.map(\.captures)
    before = []
    list.append(new)
    if list.count > 2 * (Findings.kept.first + Findings.kept.last) {
      list.removeSubrange(Findings.kept.first..<(list.count - Findings.kept.last))
    }
  }

  /// What failed last is tried again: it is no failure yet, nor are the exceptions that it came from.
  private mutating func retried(at number: Int) {
    guard let last = list.last, number - last.line <= Findings.reach else { return }
    for index in list.indices.reversed() {
      guard list[index].chain == last.chain else { break }
      if list[index].isTold { list[index].weight = .weak }
    }
  }

  /// What had failed and been tried again works now; so does what failed last, if it is of a kind that heals.
  private mutating func recover(at number: Int) {
    if let last = list.last, last.transient, number - last.line <= 30 {
      list.removeAll { $0.chain == last.chain }
    }
    list.removeAll { $0.weight == .weak && $0.transient }
  }

  private func isNear(_ landmark: String, _ number: Int) -> Bool {
    number - (landmarks[landmark] ?? .min / 2) <= Findings.landmarkReach
  }

  private mutating func captures(of index: Int, in text: ArraySlice<UInt8>) -> [String: String]? {
    guard exhausted.isEmpty || exhausted[index, default: 0] < Findings.patience else { return nil }
    if expressions[index] == nil { expressions[index] = book.expression(index) }
    switch expressions[index]?.search(text) {
    case .matched(let captures): return captures
    case .absent, nil: return nil
    case .exhausted:
      exhausted[index, default: 0] += 1
      return nil
    }
  }

  /// The answer, when everything was read.
  func verdict(_ exit: ExitEvidence, lastLine: String) -> Classification {
    guard let cause = list.cause(exit: exit) else {
      guard exit.failed else { return Classification(type: .none, transient: false) }
      let type = exit.type ?? .unknown
      let message = lastLine.isEmpty ? exit.sentence : lastLine
      return Classification(type: type, transient: Transience.isTransient(type), message: message)
    }
    var fields = Classification.Fields()
    fields.add(cause.captures)
    // Others of the chain, and the general line that this one tells more of, name the same failure in other words.
    let kin = list.filter { other in
      (other.chain == cause.chain || (other.isGeneral && (0...Findings.reach).contains(cause.line - other.line)))
        && (other.type == cause.type || other.isGeneral)
    }
    for other in kin where other.type == cause.type { fields.add(other.captures) }
    let details = cause.details + kin.flatMap(\.details)
    // A parser names where a thing began, and then where it failed.
    for place in details.reversed() where place["file"] != nil && place["line"] != nil { fields.add(place) }
    for detail in details { fields.add(detail) }
    return Classification(
      type: cause.type, transient: cause.transient, message: cause.message, fields: fields, pattern: cause.pattern,
      leftOut: leftOut)
  }

  /// Patterns that took too long over this output, by their text.
  private var leftOut: [String] {
    exhausted.filter { $0.value >= Findings.patience }.keys.sorted().compactMap { book.expression($0)?.pattern }
  }
}
