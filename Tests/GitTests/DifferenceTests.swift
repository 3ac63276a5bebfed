import Foundation
import Git
import TestSeeds
import Testing

@Suite("Differences")
struct DifferenceTests {
  /// What a path may hold; a name is a file in one state and a folder in another.
  private static let kinds = ["100644", "100755", "120000"]
  private static let names = ["a", "a.b", "a/b", "a/c/d", "a-b", "Z", "z/a/b/c", "z/a/b/d", "é", "q\\tb", "*", "a/[x]"]

  @Test("Random trees differ as git says, folders in files' places, modes, odd names and all", arguments: 0..<6)
  func asGit(seed: Int) throws {
    var dice = SplitMix(state: UInt64(seed))
    let test = try TestRepository()
    var stream = ""
    for number in 1...8 {
      stream += "commit refs/heads/main\nmark :\(number)\ncommitter A <a@b> \(number) +0000\ndata 1\nx\n"
      if number > 1 { stream += "from :\(number - 1)\n" }
      for name in Self.names where dice.chance(35) {
        let quoted = "\"\(name)\""
        if dice.chance(25) {
          stream += "D \(quoted)\n"
        } else {
          let text = "\(dice.upTo(4))\n"
          stream += "M \(dice.pick(Self.kinds)) inline \(quoted)\ndata \(text.utf8.count)\n\(text)\n"
        }
      }
    }
    try test.git("fast-import", "--quiet", input: stream)
    let commits = try test.git("rev-list", "--reverse", "main").split(separator: "\n").map(String.init)
    for (older, newer) in Array(zip(commits, commits.dropFirst())) + Array(zip(commits.reversed(), commits)) {
      let from = try #require(ObjectID(older))
      let to = try #require(ObjectID(newer))
      let git = try test.git(
        "diff", "--no-renames", "--no-color", "--full-index", "--binary", "--no-ext-diff", older, newer)
      let ours = try test.repository.unifiedDiff(from: from, to: to)
      #expect(ours == (git.isEmpty ? "" : git + "\n"), "seed \(seed), \(older) to \(newer)")
      // A file that becomes a link is two changes of one path here.
      let named = try test.git("diff", "--no-renames", "--name-only", "-z", older, newer).split(separator: "\0")
      let changes = try test.repository.treeChanges(from: from, to: to)
      #expect(Set(changes.map(\.path)) == Set(named.map(String.init)), "seed \(seed), \(older) to \(newer)")
    }
  }
}
