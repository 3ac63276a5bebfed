import ArgumentParser
import Foundation
import Journal
import Supervisor

/// The sample, from nothing to proposed fixes.
struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a sample workspace, run its backfill, and show what to do next.",
    discussion: """
      Three publications with eleven periods are loaded from a small web site on loopback. Some sources fail as real \
      ones do. A demo that stands already is continued; --fresh starts over.
      """)

  @Option(help: ArgumentHelp("Where to make the workspace.", valueName: "dir")) var into = "errata-demo"
  @Option(help: "The loopback port of the sample's web site; by default 8765, or a free one when that is taken.")
  var port: Int?
  @Flag(help: "Go on by itself: show a fix, merge, resume, revert, run again.") var walkthrough = false
  @Flag(help: "Remove a demo that stands there and start over.") var fresh = false

  func run() async throws {
    let product = try ProductFiles.locate()
    let directory = URL(fileURLWithPath: into).standardizedFileURL.path
    let place = DemoWorkspace(product: product, directory: directory)
    if fresh, place.exists { try FileManager.default.removeItem(atPath: directory) }
    if !place.exists { try await place.create(port: port(for: product)) }

    let workspace = Workspace(root: directory)
    let backfill = {
      try await RunCommand.perform(workspace: workspace, config: "config", options: RunOptions())
        .exitCode()
    }
    Terminal.say("The workspace is \(into).")
    _ = try await backfill()
    if walkthrough {
      try await Walkthrough(workspace: workspace, run: backfill).go()
    } else {
      try Self.sayWhatNext(workspace, shown: into)
    }
  }

  private func port(for product: ProductFiles) async throws -> Int {
    if let port { return port }
    let answer = try await ToolCommand.run(
      "python3", [product.root + "/sample/serve.py", "--free-port", "--port", "\(DemoWorkspace.samplePort)"])
    guard let port = Int(answer.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw CommandFailure(.usage, "the sample's web site found no free port on 127.0.0.1")
    }
    return port
  }

  private static func sayWhatNext(_ workspace: Workspace, shown: String) throws {
    let open = FixBook(replaying: try JournalReader.events(in: workspace.logs)).open
    guard let first = open.first else { return }
    Terminal.say(
      """

      What to type next:
        cd \(shown)
        git log --oneline --all                   every fix is a branch
        git show \(first.branch)
        git merge \(first.branch)
                                                  approves it; or: errata approve \(first.id)
        errata run                                resumes what failed
        git revert -m 1 HEAD                      undoes a merged fix
      or see it all happen: errata demo --into \(shown) --walkthrough
      """)
  }
}
