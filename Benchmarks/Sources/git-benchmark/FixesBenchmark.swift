import Foundation

/// 1,000 fixes on a repository of 10,000 manifests.
struct FixesBenchmark {
  let ground: Ground
  let fsync: Bool
  let fixes = 1000
  let manifests = 10_000

  func run(_ report: inout Report) async throws {
    report.heading("\(fixes) fixes on \(manifests) manifests, fsync \(fsync ? "on" : "off")")
    let base = try ground.repository("base", manifests: manifests, commits: 1)
    // Once to warm up what all use, then each on copies of its own, in turn, the best of three.
    _ = try Contestants.loop(try ground.copy(of: base, named: "warm"), fixes: 100, fsync: fsync, records: false)
    var (loop, library, recorded) = (Double.infinity, Double.infinity, Double.infinity)
    for turn in 1...3 {
      func copy(_ name: String) throws -> String { try ground.copy(of: base, named: "\(name)\(turn)") }
      loop = min(loop, try Contestants.loop(try copy("loop"), fixes: fixes, fsync: fsync, records: false))
      library = min(library, try Contestants.library(try copy("library"), fixes: fixes, fsync: fsync))
      recorded = min(recorded, try Contestants.loop(try copy("recorded"), fixes: fixes, fsync: fsync, records: true))
    }
    let part = 200
    let plumbing =
      try Contestants.plumbing(try ground.copy(of: base, named: "plumbing"), fixes: part, fsync: fsync)
      * Double(fixes / part)
    var memory = 0.0
    let product = try await Contestants.errata(
      try ground.copy(of: base, named: "errata", files: true), fixes: fixes, fsync: fsync, after: manifests
    ) { memory = Measure.memory }
    let grown = Measure.memory / memory
    let each = 1000 / Double(fixes)
    report.line("libgit2 from C: blob, trees, commit, reference", loop * each, "ms a fix")
    report.line("Errata's Git library, the same", library * each, "ms a fix")
    report.line("Errata's Git library against C", library / loop, "times", atMost: 1.5)
    report.line("libgit2 from C with patches and a journal", recorded * each, "ms a fix")
    report.line("Errata's proposals: edit, proof, commit, patch, journal", product.seconds * each, "ms a fix")
    report.line("of that the first, which looks at every generated file", product.first * 1000, "ms")
    report.line(
      "Errata's proposals against C with patches and a journal", product.seconds / recorded, "times", atMost: 1.5)
    report.line("git's plumbing commands", plumbing * each, "ms a fix")
    report.line("the commands against Errata's library", plumbing / library, "times", atLeast: fsync ? 8 : 30)
    report.line("the commands against Errata's proposals", plumbing / product.seconds, "times", atLeast: fsync ? 8 : 30)
    report.line("memory after 1,000 proposals against after 100", grown, "times", atMost: 1.25)
    try check()
  }

  /// All must have made the same trees, and a sound repository; else the numbers mean nothing.
  private func check() throws {
    let tree = "git rev-parse refs/heads/\(Ground.branch(7))^{tree}"
    let trees = try ["loop1", "library1", "plumbing", "errata"].map {
      try Shell.run(tree, in: ground.folder + "/" + $0)
    }
    guard Set(trees).count == 1 else { throw Shell.Failed(command: tree, output: trees.joined(separator: " ")) }
    try Shell.run("git fsck --strict --no-dangling", in: ground.folder + "/errata")
  }
}
