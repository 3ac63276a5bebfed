import Foundation
import Journal
import Supervisor

/// Where people's text goes: standard error, so that standard output holds nothing but what a program may read.
enum Terminal {
  /// Whether standard error is a terminal that wants colour (https://no-color.org).
  static var hasColour: Bool {
    isTerminal && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty
  }

  /// Whether standard error is a terminal that a line can be written over on.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb" }

  /// Whether somebody is there to answer a question.
  static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// Asks for a line; nil at the end of the input (Ctrl-D).
  static func line(after prompt: String) -> String? {
    FileHandle.standardError.write(Data((prompt + " ").utf8))
    guard let answer = readLine() else {
      say()
      return nil
    }
    return answer.trimmingCharacters(in: .whitespaces)
  }

  /// Asks a question; everything but a yes is a no.
  static func ask(_ question: String) -> Bool {
    ["y", "yes"].contains(line(after: question + " [y/N]")?.lowercased() ?? "")
  }

  /// Writes a line for people.
  static func say(_ text: String = "") { command(CIOptions.isGitHub ? WorkflowCommand.defused(text) : text) }

  /// Lines of the journal that could not be read are told, not fatal; one that was cut off is mended by the next run.
  static func tell(_ warnings: [JournalWarning]) {
    let unread = warnings.filter { !$0.torn }
    for warning in unread.prefix(20) { say("errata: \(warning)") }
    if unread.count > 20 { say("errata: \(unread.count - 20) more lines of the journal are left out") }
  }

  /// Writes a line that a CI service is to obey.
  static func command(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

  /// Writes text that people asked for: to standard output.
  static func show(_ text: String) { answer(CIOptions.isGitHub ? WorkflowCommand.defused(text) : text) }

  /// Writes what a program may read: to standard output, byte for byte.
  static func answer(_ text: String) {
    FileHandle.standardOutput.write(Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
  }

  /// The text in bold where there is colour.
  static func bold(_ text: String) -> String { hasColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
