internal import Journal

/// A line that names a failure.
struct Finding {
  /// How sure the line is of it.
  enum Weight {
    /// It calls it a failure, or is the exception that ended a traceback.
    case strong
    /// It tells of a failure, without a word for how bad that is.
    case plain
    /// It warns, or what it tells of was tried again.
    case weak
    /// It only mentions one.
    case idle
  }

  let type: ErrorType
  let transient: Bool
  let pattern: String
  /// The line, as it was read.
  let text: String
  let line: Int
  let isGeneral: Bool
  let decides: Bool
  /// An exception that ended a traceback.
  let isException: Bool
  /// Exceptions of which one led to the next share a chain.
  let chain: Int
  var weight: Weight
  var captures: [String: String]
  /// What lines nearby add, the nearest first.
  var details: [[String: String]] = []

  /// The line for people.
  var message: String { String(text.trimmed.prefix(500)) }

  /// Whether it tells of a failure of which nothing says that it healed.
  var isTold: Bool { weight == .strong || weight == .plain }

  /// Its line begins a record of its own, so that it is no more about the line before.
  var beginsRecord: Bool { !isException && LogLevel.beginsRecord(text) }

  /// Failures between this program and another, whose kind is told better by whoever knows which other.
  var isAboutTheWay: Bool {
    switch type {
    case .notFound, .accessDenied, .rateLimited, .serverError, .timeout, .connectionFailed, .tlsError: true
    default: false
    }
  }
}

extension [Finding] {
  /// The finding that the others come from.
  ///
  /// The first that tells of a known failure counts, for later ones are mostly its consequences. A warning counts only if
  /// something failed after all and nothing says what; so does a line without a level where the program says that it succeeded.
  func cause(exit: ExitEvidence) -> Finding? {
    let strong = filter { exit.succeeded ? $0.weight == .strong : $0.isTold }
    // A few words that nobody calls a failure count only where no line knows better.
    let known = strong.filter { $0.type != .unknown }
    if let first = known.first(where: { !$0.isGeneral || $0.weight == .strong }) ?? known.first {
      return strong.better(than: first)
    }
    guard exit.failed || !strong.isEmpty else { return nil }
    // An exception of its own that nobody knows says more than warnings before it.
    if let exception = strong.first(where: \.isException) { return exception }
    let weak = filter { $0.weight == .weak && $0.type != .unknown }
    if let first = weak.first(where: { !$0.isGeneral }) ?? weak.first { return first }
    if exit.failed, exit.type != nil { return nil }
    return strong.first
  }

  /// What tells more of the same failure than its first line: a specific line right after a general one or in the same chain
  /// of exceptions, or the one that knows who was asked.
  private func better(than first: Finding) -> Finding {
    if first.isAboutTheWay || first.isGeneral || first.type == .manifestInvalid,
      let decided = self.first(where: { $0.chain == first.chain && $0.decides })
    {
      return decided
    }
    guard first.isGeneral else { return first }
    return self.first { other in
      !other.isGeneral && other.type != .unknown && other.line > first.line
        && (other.chain == first.chain || (other.line - first.line <= 12 && !other.beginsRecord))
    } ?? first
  }
}
