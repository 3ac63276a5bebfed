import Foundation
public import Operations

/// A command to run: an array of arguments, never a shell string.
public struct ProcessRequest: Sendable {
  /// The program and its arguments. A name without a slash is looked up on `PATH`.
  public var command: [String]
  /// Variables added to (or replacing those of) the inherited environment.
  public var environment: [String: String]
  /// Variables that the program must not inherit.
  public var unset: [String] = []
  /// How many bytes of standard output are collected apart from what is said on standard error, neither redacted nor mixed with
  /// it; nil takes both as one output.
  public var outputLimit: Int?
  /// What the program reads from standard input; nil for nothing.
  public var input: [UInt8]?
  /// The absolute path of the folder that the program starts in.
  public var workingDirectory: String
  /// How long the program may take before its whole group is ended.
  public var timeout: Duration
  /// The absolute path of the file that gets the whole output, redacted; nil keeps only the tail.
  public var logFile: String?
  /// What messages call the program, such as `adhd/nov25 load`.
  public var label: String
  /// What it is at the door; nil where its caller passes there itself, since only the caller knows what a failure is.
  public var operation: ExternalOperation?

  /// Creates a request.
  public init(
    command: [String], environment: [String: String] = [:], workingDirectory: String,
    timeout: Duration = .seconds(3600), logFile: String? = nil, label: String = "",
    operation: ExternalOperation? = .runTool
  ) {
    self.command = command
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.timeout = timeout
    self.logFile = logFile
    self.label = label
    self.operation = operation
  }
}

/// How a program ended. A failure is a result here, never a thrown error.
public struct ProcessOutcome: Sendable, Equatable {
  /// The exit code, nil when the program was ended by a signal or never started.
  public var exitCode: Int?
  /// The signal that ended the program.
  public var signal: Int?
  /// The time limit ended the program.
  public var timedOut = false
  /// A cancellation (an interrupt) ended the program.
  public var cancelled = false
  /// There is no such program.
  public var notFound = false
  /// Why the program could not be started, or its output not be kept, in one sentence.
  public var problem: String?
  /// From start to end.
  public var duration: Duration = .zero
  /// The last 16 KiB of the output, redacted, valid UTF-8.
  public var tail = ""
  /// How much output there was, before redaction.
  public var outputBytes = 0
  /// Standard output, where it was asked for apart: then `tail` holds standard error alone.
  public var output: [UInt8] = []

  /// Creates an outcome with an exit code.
  public init(exitCode: Int? = nil) { self.exitCode = exitCode }

  /// The program ran to its end, in time, and said that it succeeded.
  public var succeeded: Bool { exitCode == 0 && !timedOut && !cancelled && problem == nil }

  /// The exit code as shells count: 127 for a missing program, 128 and the signal's number for a signal.
  public var shellCode: Int {
    if notFound { return 127 }
    if let exitCode { return exitCode }
    if let signal { return 128 + signal }
    return 126
  }
}

extension ProcessOutcome {
  /// How the door takes it: an exit code is an answer, which others judge; that a program could not be started or did not come
  /// to an end of its own is a failure.
  func operationFailure(of label: String) -> OperationFailure? {
    guard !cancelled else { return nil }
    if timedOut { return OperationFailure(type: "timeout", message: "\(label) did not end in time", kind: .transient) }
    if let problem { return OperationFailure(type: "code_error", message: problem, kind: .logic) }
    guard let signal else { return nil }
    return OperationFailure(type: "code_error", message: "\(label) was ended by signal \(signal)", kind: .logic)
  }
}
