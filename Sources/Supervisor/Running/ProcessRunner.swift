import Foundation
import Operations
import Subprocess
import SystemPackage

/// Runs programs, each in a session and process group of its own.
///
/// Whatever a program does, `run` returns: a time limit or a cancellation ends the whole group; a grandchild that keeps the
/// output open is not waited for, and is ended with its group.
public struct ProcessRunner: Sendable {
  private let redact: @Sendable (String) -> String
  private let grace: Duration

  /// Creates a runner.
  ///
  /// - Parameters:
  ///   - grace: How long a group may take to end after TERM, before KILL.
  ///   - redact: Takes secrets out of output before it is kept anywhere.
  public init(grace: Duration = .seconds(5), redact: @escaping @Sendable (String) -> String) {
    self.grace = grace
    self.redact = redact
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - request: What to run.
  ///   - started: Called once the program exists and before its output is read, so that it can be journalled.
  public func run(
    _ request: ProcessRequest, started: @escaping @Sendable (ProcessIdentity) async -> Void = { _ in }
  ) async -> ProcessOutcome {
    let ender = GroupEnder(grace: grace)
    // A task of its own: a cancellation must not stop the bookkeeping, only end the program.
    let work = Task { await supervise(request, ender, started) }
    let outcome = await withTaskCancellationHandler {
      await work.value
    } onCancel: {
      ender.end(.cancelled)
    }
    if let operation = request.operation {
      let failure = outcome.operationFailure(of: request.label)
      OperationLog.current.note(operation, failure: failure, final: failure != nil)
    }
    return outcome
  }

  private func supervise(
    _ request: ProcessRequest, _ ender: GroupEnder, _ started: @Sendable (ProcessIdentity) async -> Void
  ) async -> ProcessOutcome {
    var outcome = ProcessOutcome()
    if ender.reason == .cancelled {
      outcome.cancelled = true
      return outcome
    }
    let clock = ContinuousClock()
    let start = clock.now
    let timer = Task {
      try await Task.sleep(for: request.timeout)
      ender.end(.timeout)
    }
    do {
      let result = try await launch(request, ender, started)
      outcome = result.outcome
      switch result.status {
      case .exited(let code): outcome.exitCode = Int(code)
      case .signaled(let number): outcome.signal = Int(number)
      }
    } catch {
      outcome.notFound =
        (error as? SubprocessError)?.code == .executableNotFound || (error as? ProgramLookup.Failure)?.isMissing == true
      outcome.problem = Self.sentence(for: error, request)
    }
    timer.cancel()
    outcome.timedOut = ender.reason == .timeout
    outcome.cancelled = ender.reason == .cancelled
    outcome.duration = clock.now - start
    return outcome
  }

  /// Starts the program and reads what it says until it has ended.
  private func launch(
    _ request: ProcessRequest, _ ender: GroupEnder, _ started: @Sendable (ProcessIdentity) async -> Void
  ) async throws -> (outcome: ProcessOutcome, status: TerminationStatus) {
    let configuration = Subprocess.Configuration(
      executable: .path(
        FilePath(
          try ProgramLookup(name: request.command.first ?? "", from: request.workingDirectory)
            .file(on: Self.searchPath(of: request)))), arguments: Arguments(Array(request.command.dropFirst())),
      environment: .inherit.updating(Self.environment(of: request)),
      workingDirectory: FilePath(request.workingDirectory), platformOptions: Self.ownSession)
    let input = try Self.input(of: request)
    guard let limit = request.outputLimit else {
      let result = try await Subprocess.run(
        configuration, input: .fileDescriptor(input, closeAfterSpawningProcess: true), output: .sequence,
        error: .combinedWithOutput
      ) { [redact] execution in
        let pid = execution.processIdentifier.value
        ender.begin(pid)
        if let identity = ProcessIdentity(of: pid) { await started(identity) }
        let output = await Self.read(execution.standardOutput, of: pid, to: request.logFile, ender, redact)
        await Self.awaitEnd(of: pid)
        ender.finish()
        return output
      }
      return (result.closureResult, result.terminationStatus)
    }
    let result = try await Subprocess.run(
      configuration, input: .fileDescriptor(input, closeAfterSpawningProcess: true), output: .sequence, error: .sequence
    ) { [redact] execution in
      let pid = execution.processIdentifier.value
      ender.begin(pid)
      if let identity = ProcessIdentity(of: pid) { await started(identity) }
      async let collected = Self.collect(execution.standardOutput, limit: limit)
      // What a helper of the program holds open after its end must not be waited for.
      async let ended: Void = Self.finish(pid, ender)
      var outcome = await Self.read(execution.standardError, of: pid, to: request.logFile, ender, redact)
      let (output, problem) = await collected
      await ended
      outcome.output = output
      outcome.problem = outcome.problem ?? problem
      return outcome
    }
    return (result.closureResult, result.terminationStatus)
  }

  /// What the program reads: nothing, or a file without a name. Not a pipe: a program that ends before it has read all of one
  /// ends whoever writes to it with SIGPIPE.
  private static func input(of request: ProcessRequest) throws -> FileDescriptor {
    guard let bytes = request.input else { return try .open(FilePath("/dev/null"), .readOnly, options: .closeOnExec) }
    let path = FilePath(NSTemporaryDirectory()).appending("errata-input-\(UUID().uuidString)")
    let file = try FileDescriptor.open(
      path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
    do {
      try FileManager.default.removeItem(atPath: path.string)
      try file.writeAll(bytes)
      try file.seek(offset: 0, from: .start)
      return file
    } catch {
      try? file.close()
      throw error
    }
  }

  private static func finish(_ pid: Int32, _ ender: GroupEnder) async {
    await awaitEnd(of: pid)
    ender.finish()
  }

  private static func collect(
    _ output: SubprocessOutputSequence, limit: Int
  ) async -> (bytes: [UInt8], problem: String?) {
    var bytes: [UInt8] = []
    do {
      for try await buffer in output where bytes.count <= limit {
        bytes += unsafe buffer.withUnsafeBytes { unsafe Array($0) }
      }
    } catch {
      return (bytes, "the output could not be read: \(error)")
    }
    return (bytes, bytes.count > limit ? "the output is longer than \(limit) bytes" : nil)
  }

  /// Streams the output to the log until its end, or until the program has ended though others still hold its output.
  private static func read(
    _ output: SubprocessOutputSequence, of pid: Int32, to path: String?, _ ender: GroupEnder,
    _ redact: @escaping @Sendable (String) -> String
  ) async -> ProcessOutcome {
    var log = OutputLog(path: path, redact: redact)
    var outcome = ProcessOutcome()
    var chunks = 0
    do {
      for try await buffer in output {
        log.append(unsafe buffer.withUnsafeBytes { unsafe Array($0) })
        chunks += 1
        // A busy grandchild could write for ever after the program's end.
        if chunks.isMultiple(of: 64), ProcessStatus(of: pid)?.hasEnded != false { ender.finish() }
      }
    } catch {
      outcome.problem = "the output could not be read: \(error)"
    }
    outcome.tail = log.finish()
    outcome.outputBytes = log.count
    outcome.problem = outcome.problem ?? log.problem
    return outcome
  }

  /// Waits until the program itself has ended: it may have closed its output long before.
  private static func awaitEnd(of pid: Int32) async {
    var pause = Duration.microseconds(50)
    while let status = ProcessStatus(of: pid), !status.hasEnded {
      try? await Task.sleep(for: pause)
      pause = min(pause * 2, .milliseconds(50))
    }
  }

  private static var ownSession: PlatformOptions {
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(1))]
    return options
  }

  /// `PATH` with the folder of errata's own program first, so that `backfill` is found beside it.
  private static func searchPath(of request: ProcessRequest) -> String {
    let inherited = request.environment["PATH"] ?? inheritedPath
    return ownFolder.map { "\($0):\(inherited)" } ?? inherited
  }

  /// The added variables, and `PATH`.
  private static func environment(of request: ProcessRequest) -> [Environment.Key: String?] {
    var variables = request.environment
    variables["PATH"] = searchPath(of: request)
    var result: [Environment.Key: String?] = [:]
    for name in request.unset { if let key = Environment.Key(rawValue: name) { result[key] = .some(nil) } }
    for (name, value) in variables { if let key = Environment.Key(rawValue: name) { result[key] = value } }
    return result
  }

  private static let inheritedPath = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"

  private static let ownFolder: String? =
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")).map {
      FilePath($0).removingLastComponent().string
    }

  private static func sentence(for error: any Error, _ request: ProcessRequest) -> String {
    let name = request.command.first ?? ""
    if let error = error as? ProgramLookup.Failure { return error.description }
    guard let error = error as? SubprocessError else { return "\(name): \(error)" }
    if error.code == .executableNotFound { return "\(name): no such program; check the stage's command" }
    if error.code == .failedToChangeWorkingDirectory {
      return "\(request.workingDirectory): no such folder to run \(name) in; check the stage's working_directory"
    }
    return "\(name) could not be started: \(error)"
  }
}
