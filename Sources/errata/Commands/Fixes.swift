import ArgumentParser
import Journal

/// What has been proposed, and what became of it.
struct Fixes: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the proposed fixes and what became of them.")

  @OptionGroup var options: WorkspaceOptions
  @Flag(help: "Only those that wait for a person.") var open = false
  @Flag(help: "Print an array of fixes as JSON.") var json = false

  func run() throws {
    let book = FixBook(replaying: try options.history())
    let fixes = open ? book.open : book.fixes
    guard !json else { return try JSONOutput.write(fixes.map(FixDocument.init)) }
    guard !fixes.isEmpty else {
      return Terminal.answer(open ? "No fix waits for review." : "No fix has been proposed here.")
    }
    Terminal.answer(FixText.list(fixes))
  }
}
