import Foundation
import Git
import TestSeeds
import Testing

@Suite("New commits and the watched files that they changed") struct NewCommitsTests {
  @Test("a file that is changed, removed and put back is seen, another is not")
  func watches() throws {
    let test = try TestRepository()
    let base = try test.commit(["in/a.yaml": "1", "b": "1"])
    let changed = try test.commit(["in/a.yaml": "2"])
    try test.commit(["b": "2"])
    try test.git("rm", "-q", "in/a.yaml")
    let removed = try test.commit([:], "Remove it")
    let back = try test.commit(["in/a.yaml": "1"])
    let found = try test.repository.newCommits(of: back, since: [base], watching: ["in/a.yaml", "in/none"])
    #expect(found.entries.map(\.commit.id) == [back, removed, changed])
    #expect(found.count == 4)
    #expect(found.reached == [true])
    let blobs = found.entries.map { $0.changes.map(\.blob) }
    #expect(blobs[1] == [nil])
    #expect(blobs[0] == [try test.repository.blobID(of: "in/a.yaml", in: base)])
    #expect(found.entries[2].changes.map(\.before) == [[try test.repository.blobID(of: "in/a.yaml", in: base)]])
    #expect(try test.repository.newCommits(of: back, since: [back], watching: ["b"]).count == 0)
    #expect(try test.repository.newCommits(of: base, since: [back], watching: ["b"]).reached == [false])
  }

  @Test("random histories with merges and equal dates agree with git rev-list", arguments: 0..<5)
  func agrees(round: Int) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix(state: seed)
    let test = try TestRepository()
    var commits = [try test.propose([FileChange("d/f0", "0"), FileChange("d/f1", "0")], onto: nil)]
    for number in 1...40 {
      let parents = [
        commits.randomElement(using: &random), number % 3 == 0 ? commits.randomElement(using: &random) : nil,
      ]
      let distinct = parents.compactMap(\.self).reduce(into: [ObjectID]()) { if !$0.contains($1) { $0.append($1) } }
      let change = FileChange("d/f\(Int.random(in: 0...2, using: &random))", "\(number)")
      let seconds = TimeInterval(1_700_000_000 + Int.random(in: 0...2, using: &random))
      let signature = Signature(
        name: "Ada", email: "ada@example.com", date: Date(timeIntervalSince1970: seconds), offsetMinutes: 0)
      commits.append(
        try test.repository.createCommit(
          onto: distinct[0], parents: distinct, changes: [change], author: signature, committer: signature,
          message: "Commit \(number)"))
    }
    let tip = try #require(commits.last)
    let since = [commits[10], commits[20], commits[30]]
    let found = try test.repository.newCommits(of: tip, since: since, watching: ["d/f0", "d/f1"])
    var touching: Set<String> = []
    for text in try test.git("log", "-m", "--root", "--format=%x01%H", "--name-only", tip.hex).split(separator: "\u{1}")
    where text.contains("d/f0") || text.contains("d/f1") {
      touching.insert(String(text.prefix(40)))
    }
    for (position, id) in since.enumerated() {
      let listed = try test.git("rev-list", tip.hex, "^" + id.hex).split(separator: "\n").map(String.init)
      let expected = touching.intersection(listed)
      let own = found.entries.filter { !$0.knownTo.contains(position) }.map(\.commit.id.hex)
      #expect(Set(own) == expected, "seed \(seed)")
      #expect(found.reached[position] == (try !test.fails("merge-base", "--is-ancestor", id.hex, tip.hex)))
    }
    let order = found.entries.map(\.commit.id)
    for (index, entry) in found.entries.enumerated() {
      for parent in entry.commit.parents {
        #expect(order.firstIndex(of: parent).map { $0 > index } ?? true, "seed \(seed): a parent before its child")
      }
    }
    let line = try test.git("rev-list", "--first-parent", tip.hex)
    for entry in found.entries { #expect(entry.isOnOwnLine == line.contains(entry.commit.id.hex), "seed \(seed)") }
  }

  @Test("what is old is not walked, whatever its dates")
  func isBounded() throws {
    let test = try TestRepository()
    var base = try test.propose([FileChange("a", "0")], onto: nil)
    for number in 1...600 { base = try test.propose([FileChange("b", "\(number)")], onto: base) }
    let tip = try test.propose([FileChange("a", "1")], onto: base)
    let found = try test.repository.newCommits(of: tip, since: [base], watching: ["a"])
    #expect(found.count == 1)
    #expect(found.entries.map(\.commit.id) == [tip])
    let limited = try test.repository.newCommits(of: tip, since: [], watching: ["a"], limit: 10)
    #expect(limited.count == 10)
    #expect(!limited.isComplete)
  }

  @Test("a shallow clone ends the walk, and a damaged history does not")
  func shallow() throws {
    let test = try TestRepository()
    for number in 1...4 { try test.commit(["a": "\(number)\n"]) }
    let folder = try TestRepository.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try test.git("clone", "-q", "--depth", "2", "file://" + test.folder, folder + "/clone")
    let clone = try Repository(discovering: folder + "/clone")
    let tip = try test.id("HEAD")
    let found = try clone.newCommits(of: tip, since: [], watching: ["a"])
    #expect(found.entries.map(\.commit.id) == [tip])
    #expect(!found.isComplete)
    let hex = try test.id("HEAD~1").hex
    try FileManager.default.removeItem(atPath: "\(test.folder)/.git/objects/\(hex.prefix(2))/\(hex.dropFirst(2))")
    let damaged = try Repository(discovering: test.folder)
    #expect(throws: GitError.self) { try damaged.newCommits(of: tip, since: [], watching: ["a"]) }
  }
}
