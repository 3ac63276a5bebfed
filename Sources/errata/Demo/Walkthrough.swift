import Foundation
import Journal
import Supervisor

/// What a person would do after the first run, done step by step: look at a fix, merge the fixes, resume, revert one, run again.
struct Walkthrough {
  let workspace: Workspace
  let run: () async throws -> Int32

  func go() async throws {
    let open = try fixes().filter { $0.status == .open && !$0.branch.isEmpty }
    guard let first = open.first(where: { $0.errorType == ErrorType.typeMismatch.rawValue }) ?? open.first else {
      return Terminal.say(
        "No fix waits for review, so there is nothing to walk through: `errata demo --fresh` starts over.")
    }

    try await show("A fix is a branch with one commit. Its diff:", ["diff", "\(first.branch)~1", first.branch])
    try await show("Its commit message is the report:", ["log", "-1", "--format=%B", first.branch])

    heading("Merging the \(open.count) fixes, as anybody would")
    for fix in open {
      Terminal.say("  git merge \(fix.branch)")
      try await git(["merge", "--quiet", "--no-edit", fix.branch])
    }
    heading("The next run resumes from the points of failure")
    _ = try await run()

    heading("Reverting one of them")
    let merge = try await git(["log", "--merges", "-1", "--format=%H", "--grep", first.branch, "--fixed-strings"])
      .trimmingCharacters(in: .whitespacesAndNewlines)
    Terminal.say("  git revert -m 1 \(merge.prefix(8))   (\(first.summary))")
    try await git(["revert", "--no-edit", "-m", "1", merge])
    heading("The next run takes its rows out again and looks for something better")
    _ = try await run()

    let standing = try fixes()
    heading("What became of the fixes")
    Terminal.say(FixText.list(standing))
  }

  private func fixes() throws -> [FixRecord] {
    FixBook(replaying: try JournalReader.events(in: workspace.logs)).fixes
  }

  private func heading(_ text: String) { Terminal.say("\n" + Terminal.bold(text)) }

  private func show(_ title: String, _ arguments: [String]) async throws {
    heading(title)
    let text = try await git(arguments).trimmingCharacters(in: .newlines)
    Terminal.say(
      text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "  " + $0 }
        .joined(separator: "\n"))
  }

  @discardableResult
  private func git(_ arguments: [String]) async throws -> String {
    try await ToolCommand.run("git", ["-c", "core.pager=cat"] + arguments, in: workspace.root)
  }
}
