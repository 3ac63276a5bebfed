import ArgumentParser
import Foundation
import Git
import Journal
import ManifestYAML
import Supervisor

/// Turns every error into its one sentence and its exit code: the one place where errors become text.
enum Ending {
  static func end(with error: any Error) -> Never {
    guard let (sentence, code) = describe(error) else { Errata.exit(withError: error) }
    Terminal.say(sentence.hasPrefix("errata:") ? sentence : "errata: " + sentence)
    exit(code)
  }

  /// The error's one sentence, where it ends nothing.
  static func sentence(of error: any Error) -> String {
    describe(error)?.0 ?? Errata.message(for: error)
  }

  /// Nil for what the argument parser words itself: help, usage, explicit exit codes.
  static func describe(_ error: any Error) -> (String, Int32)? {
    switch error {
    case let error as CommandFailure: (error.description, error.code.rawValue)
    case let error as ConfigurationErrors: (error.description, CommandFailure.Code.configuration.rawValue)
    case let error as YAMLError: (error.description, CommandFailure.Code.configuration.rawValue)
    case let error as GitError: (error.description, CommandFailure.Code.git.rawValue)
    case let error as HookError: (error.description, CommandFailure.Code.git.rawValue)
    case let error as FixingError: (error.description, CommandFailure.Code.git.rawValue)
    case let error as WorkspacePathError: (error.description, CommandFailure.Code.usage.rawValue)
    case is ExitCode, is ValidationError, is CleanExit: nil
    default: String(describing: type(of: error)) == "CommandError" ? nil : ("\(error)", 1)
    }
  }
}
