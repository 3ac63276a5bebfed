/// Why a command ends with other than 0, in one sentence for people and one exit code for programs.
struct CommandFailure: Error, CustomStringConvertible, Sendable {
  /// The exit codes that a command line can end with by itself; those of a run come from its outcome.
  enum Code: Int32, Sendable {
    case configuration = 40
    case git = 50
    case usage = 64
  }

  let code: Code
  let description: String

  init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
