import Operations
import Subprocess
import SystemPackage

/// Runs a small tool (git, the sample's server) to its end and takes what it printed. Stages go through the supervisor's own
/// runner; this is for the demo and for messages that git itself should word.
enum ToolCommand {
  /// The tool's standard output; throws its standard error as one sentence when it fails.
  @discardableResult
  static func run(_ tool: String, _ arguments: [String], in directory: String? = nil) async throws -> String {
    try await attempt(.runTool, describe: { OperationFailure(type: "code_error", message: "\($0)", kind: .logic) }) {
      try await runOnce(tool, arguments, in: directory)
    }
  }

  /// Runs a tool that goes on until its standard input ends, for as long as something else takes: it ends even when this
  /// program is killed.
  static func alongside<Result: Sendable>(
    _ tool: String, _ arguments: [String], in directory: String, _ work: () async throws -> Result
  ) async throws -> Result {
    try await Subprocess.run(
      .name(tool), arguments: Arguments(arguments), workingDirectory: FilePath(directory), input: .inputWriter,
      output: .discarded, error: .discarded
    ) { execution in
      let result = try await work()
      try await execution.standardInputWriter.finish()
      return result
    }.closureResult
  }

  private static func runOnce(_ tool: String, _ arguments: [String], in directory: String?) async throws -> String {
    let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
    do {
      result = try await Subprocess.run(
        .name(tool), arguments: Arguments(arguments), workingDirectory: directory.map { FilePath($0) },
        output: .string(limit: 16 << 20), error: .string(limit: 1 << 20))
    } catch {
      throw CommandFailure(.usage, "\(tool) could not be started; install it and try again (\(error))")
    }
    guard result.terminationStatus.isSuccess else {
      let words = result.standardError.split(separator: "\n").joined(separator: " ")
      throw CommandFailure(.git, "\(tool) \(arguments.first ?? "") failed: \(words)")
    }
    return result.standardOutput
  }
}
