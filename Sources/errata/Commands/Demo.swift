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

      With --drift, eight tables are published anew step by step, each step is a run, and at step 8 the producer of five \
      of them goes to another schema: columns are renamed, retyped and dropped. What is printed is what the journal says. \
      It ends with 0 only if everything is loaded in the end.
      """)

  @Option(
    help: ArgumentHelp("Where to make the workspace; by default errata-demo, or errata-drift.", valueName: "dir"))
  var into: String?
  @Option(help: "The loopback port of the sample's web site; by default 8765, or a free one when that is taken.")
  var port: Int?
  @Flag(help: "Go on by itself: show a fix, merge, resume, revert, run again.") var walkthrough = false
  @Flag(help: "Show how a producer's schema drift is met, on eight tables that are published anew step by step.")
  var drift = false
  @Option(help: "With --drift: how many steps there are; the producer goes to schema 2.0 at step 8.") var steps = 25
  @Option(help: "With --drift: what the data is made from; another number gives other data.") var seed: UInt64 = 1
  @Flag(help: "With --drift: show each run's evaluation, the branches and diffs, and how goals went.") var verbose =
    false
  @Flag(help: "Remove a demo that stands there and start over.") var fresh = false

  func validate() throws {
    guard (1...200).contains(steps) else { throw ValidationError("--steps is a number from 1 to 200.") }
    guard drift || steps == 25 && seed == 1 && !verbose else {
      throw ValidationError("--steps, --seed and --verbose go with --drift.")
    }
    guard !drift || !walkthrough else { throw ValidationError("--walkthrough and --drift are two demos.") }
  }

  func run() async throws {
    let product = try ProductFiles.locate()
    guard !drift else { return try await meetDrift(product) }
    let into = into ?? "errata-demo"
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

  private func meetDrift(_ product: ProductFiles) async throws {
    let into = into ?? "errata-drift"
    let directory = URL(fileURLWithPath: into).standardizedFileURL.path
    let place = DriftWorkspace(product: product, directory: directory)
    if fresh, place.exists { try FileManager.default.removeItem(atPath: directory) }
    let port = try await port(for: product)
    try await place.create(port: port)
    Terminal.say("The workspace is \(into): eight tables of a shop, each published anew now and then.\n")
    let demo = DriftDemo(
      workspace: Workspace(root: directory), producer: DriftProducer(folder: place.site, seed: seed, steps: steps),
      steps: steps, verbose: verbose)
    guard try await place.serving(port: port, { try await demo.go() }) else { throw ExitCode.failure }
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
