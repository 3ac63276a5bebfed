import ArgumentParser
import Foundation
import Journal
import Supervisor

/// What has been proposed, and what became of it.
struct Fixes: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the proposed fixes and what became of them.",
    discussion: "--where takes an expression, as in `errata approve --where`; `errata help approve` explains it.")

  @OptionGroup var options: WorkspaceOptions
  @Flag(help: "Only those that wait for a person.") var open = false
  @Option(
    name: .customLong("where"), help: ArgumentHelp("Only those that match.", valueName: "expr"),
    transform: { try FixFilter($0) })
  var filter: FixFilter?
  @Flag(help: "What waits, counted by cause.") var digest = false
  @Flag(help: "Print an array of fixes, or of causes, as JSON.") var json = false

  func run() throws {
    let history = try options.history()
    let book = FixBook(replaying: history)
    let now = Date()
    let fixes = (open || digest ? book.open : book.fixes).filter { fix in
      filter?.matches(fix, since: book.waitingSince(fix.id), now: now) ?? true
    }
    if digest {
      let found = FixDigest(fixes) { book.waitingSince($0.id) }
      guard !json else { return try JSONOutput.write(found.groups.map(DigestDocument.init)) }
      return Terminal.show(fixes.isEmpty ? nothing : DigestText.table(of: found, now: now))
    }
    guard !json else {
      let pulls = PullRequestBook(replaying: history)
      return try JSONOutput.write(fixes.map { FixDocument(fix: $0, pullRequest: pulls[$0.id]) })
    }
    Terminal.show(fixes.isEmpty ? nothing : FixText.list(fixes))
  }

  private var nothing: String {
    if filter != nil { return "No fix\(open || digest ? " that waits" : "") matches." }
    return open || digest ? "No fix waits for review." : "No fix has been proposed here."
  }
}
