public import Journal

/// One run of the failed stage in a scratch place.
public struct Trial: Codable, Hashable, Sendable {
  /// How it ended; nil when a signal ended it.
  public var exitCode: Int?
  /// The error that it told.
  public var error: EventError?
  /// The rows that the source has afterwards.
  public var rows: Int?
  /// Nulls per column afterwards.
  public var nullCounts: [String: Int]
  /// Whether what shares the table came out as it was.
  public var othersUnchanged: Bool
  /// The digest of the input that it read.
  public var inputHash: String?

  /// Creates a trial.
  public init(
    exitCode: Int?, error: EventError? = nil, rows: Int? = nil, nullCounts: [String: Int] = [:],
    othersUnchanged: Bool = true, inputHash: String? = nil
  ) {
    self.exitCode = exitCode
    self.error = error
    self.rows = rows
    self.nullCounts = nullCounts
    self.othersUnchanged = othersUnchanged
    self.inputHash = inputHash
  }

  /// It ended well and told no error.
  public var succeeded: Bool { exitCode == 0 && error == nil }

  enum CodingKeys: String, CodingKey {
    case error, rows
    case exitCode = "exit_code"
    case nullCounts = "null_counts"
    case othersUnchanged = "others_unchanged"
    case inputHash = "input_hash"
  }
}

/// What running the failed stage with and without a candidate showed.
public struct Verdict: Codable, Hashable, Sendable {
  /// The stage as it is.
  public var control: Trial
  /// The stage with the edit.
  public var treatment: Trial
  /// Whether the control failed alike and the treatment passed.
  public var passed: Bool
  /// Why, in one sentence.
  public var reason: String
  /// Whether both ran on the bytes that the stage had failed on; otherwise the input was fetched again.
  public var capturedInput: Bool
  /// How many rounds it took: a second error found on the way adds its edits and a round.
  public var rounds: Int
  /// The other periods that the edit was tried on before it was put into the reference manifest; nil when it was not.
  public var otherPeriods: [String]?

  /// Creates a verdict as found.
  public init(control: Trial, treatment: Trial, passed: Bool, reason: String, capturedInput: Bool, rounds: Int = 1) {
    self.control = control
    self.treatment = treatment
    self.passed = passed
    self.reason = reason
    self.capturedInput = capturedInput
    self.rounds = rounds
  }

  enum CodingKeys: String, CodingKey {
    case control, treatment, passed, reason, rounds
    case capturedInput = "captured_input"
    case otherPeriods = "other_periods"
  }
}
