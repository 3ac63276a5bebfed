internal import Journal

/// What the way a process ended says by itself.
struct ExitEvidence {
  /// The exit code, where one is known.
  let code: Int?
  /// The signal that ended it; a shell reports signal N as exit code 128 + N.
  let signal: Int?

  init(code: Int?, signal: Int?) {
    self.code = code
    self.signal = signal ?? code.flatMap { (129...192).contains($0) ? $0 - 128 : nil }
  }

  /// Whether the process ended as one does that failed.
  var failed: Bool { signal != nil || (code ?? 0) != 0 }

  /// Whether the process said that it succeeded.
  var succeeded: Bool { signal == nil && code == 0 }

  /// The type that follows from the ending alone; nil when it tells nothing.
  var type: ErrorType? {
    switch signal {
    // The kernel ends what takes too much memory with 9.
    case 9: return .outOfMemory
    // SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV: the program ran into its own fault, which neither data nor time mends.
    case 4, 6, 7, 8, 11: return .codeError
    // SIGXCPU: the limit on processor time. SIGXFSZ: the limit on a file's size.
    case 24: return .timeout
    case 25: return .diskFull
    case _?: return nil
    case nil: break
    }
    switch code {
    case 124: return .timeout
    case 126: return .permissionDenied
    case 127: return .codeError
    default: return nil
    }
  }

  /// The ending in words.
  var sentence: String {
    if let signal { return "The process was ended by signal \(signal)." }
    switch code {
    case 124: return "The command ran out of time (exit code 124)."
    case 126: return "The command could not be executed (exit code 126)."
    case 127: return "The command was not found (exit code 127)."
    case let code?: return "The command exited with \(code) and no message."
    case nil: return ""
    }
  }
}
