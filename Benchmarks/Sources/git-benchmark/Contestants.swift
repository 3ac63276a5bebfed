import CGitLoop
import Foundation
import Git
import Journal
import ManifestYAML
import Repair
import Supervisor

/// Ways to make the same fixes; each gives the seconds that it took.
enum Contestants {
  struct Failed: Error { let code: Int32 }

  /// libgit2 from C, with nothing around it; `records` adds the patches and the journal's writes.
  static func loop(_ folder: String, fixes: Int, fsync: Bool, records: Bool) throws -> Double {
    git_loop_set_fsync(fsync ? 1 : 0)
    let paths = (0..<fixes).map { strdup(Ground.path($0)) }
    let references = (0..<fixes).map { strdup("refs/heads/" + Ground.branch($0)) }
    defer { for text in paths + references { free(text) } }
    let record = String(repeating: "x", count: 1500) + "\n"
    let patches = folder + "/patches"
    try FileManager.default.createDirectory(atPath: patches, withIntermediateDirectories: true)
    return try Measure.seconds {
      let code = git_loop_fixes(
        folder, paths.map { UnsafePointer($0) }, references.map { UnsafePointer($0) }, fixes, Ground.after,
        Ground.inserted, message(0), records ? folder + "/journal" : nil, record, records ? patches : nil,
        fsync ? 1 : 0)
      guard code == 0 else { throw Failed(code: code) }
    }
  }

  /// Errata's `Git`, called as `FixBranches` calls it.
  static func library(_ folder: String, fixes: Int, fsync: Bool) throws -> Double {
    let repository = try Repository(discovering: folder)
    git_loop_set_fsync(fsync ? 1 : 0)
    let author = Signature(
      name: "Errata", email: "errata@localhost", date: Date(timeIntervalSince1970: 1_700_000_000))
    let after = Data(Ground.after.utf8)
    return try Measure.seconds {
      guard let base = try repository.reference("refs/heads/main") else { throw Failed(code: 0) }
      for number in 0..<fixes {
        let path = Ground.path(number)
        let stored = try repository.contents(of: path, in: base) ?? []
        guard let place = Data(stored).range(of: after) else { throw Failed(code: 0) }
        let edited = stored[..<place.upperBound] + Array(Ground.inserted.utf8) + stored[place.upperBound...]
        let commit = try repository.createCommit(
          onto: base, parents: [base], changes: [FileChange(path: path, contents: Array(edited))], author: author,
          committer: author, message: message(0))
        try repository.update("refs/heads/" + Ground.branch(number), from: nil, to: commit, reason: "fix")
      }
    }
  }

  /// The product: each fix's edit with its proof, commit, branch and patch, and the journal before and after.
  static func errata(
    _ folder: String, fixes: Int, fsync: Bool, after: Int = 0, atHundred: () -> Void = {}
  ) async throws -> (seconds: Double, first: Double, events: [Event]) {
    let record = try Record(folder + "/events.jsonl", fsync: fsync)
    let branches = FixBranches(
      workspace: Workspace(root: folder), settings: FixSettings(), runID: "run_20260112_103000",
      history: try generated(folder, count: after), journal: { try await record.append($0) })
    git_loop_set_fsync(fsync ? 1 : 0)
    let clock = ContinuousClock()
    let start = clock.now
    // The first looks at every generated file, to see what a baseline has to hold.
    var first = 0.0
    for number in 0..<fixes {
      guard case .published = try await branches.propose(try proposal(number)) else { throw Failed(code: 0) }
      if number == 0 { first = Measure.seconds(start.duration(to: clock.now)) }
      if number == 99 { atHundred() }
    }
    return (Measure.seconds(start.duration(to: clock.now)), first, await record.events)
  }

  /// Git's plumbing, a process per step. The edited files are there already, and one index serves all fixes, so that none
  /// has to be read in from a tree: the fastest way that I know.
  static func plumbing(_ folder: String, fixes: Int, fsync: Bool) throws -> Double {
    var steps = ""
    let stored = try Shell.run("git ls-tree -r --format='%(path) %(objectname)' main", in: folder)
      .split(separator: "\n").map { $0.split(separator: " ") }
    let blobs = Dictionary(stored.map { (String($0[0]), String($0[1])) }, uniquingKeysWith: { first, _ in first })
    try FileManager.default.createDirectory(atPath: folder + "/edited", withIntermediateDirectories: true)
    for number in 0..<fixes {
      let edited = Ground.manifest(number).replacingOccurrences(
        of: Ground.after, with: Ground.after + Ground.inserted)
      try edited.write(toFile: folder + "/edited/\(number)", atomically: false, encoding: .utf8)
      steps += "\(number) \(Ground.path(number)) \(Ground.branch(number)) \(blobs[Ground.path(number)] ?? "")\n"
    }
    try steps.write(toFile: folder + "/steps", atomically: false, encoding: .utf8)
    try message(0).write(toFile: folder + "/message", atomically: false, encoding: .utf8)
    try Shell.run(
      "git config core.fsync \(fsync ? "loose-object,reference" : "none") && git read-tree main", in: folder)
    let script = """
      set -e
      base=$(git rev-parse main); last=
      export GIT_AUTHOR_NAME=Errata GIT_AUTHOR_EMAIL=errata@localhost
      export GIT_COMMITTER_NAME=Errata GIT_COMMITTER_EMAIL=errata@localhost
      zero=0000000000000000000000000000000000000000
      while read number path branch stored; do
        blob=$(git hash-object -w edited/$number)
        printf '%s100644 %s\\t%s\\n' "$last" $blob $path | git update-index --index-info
        tree=$(git write-tree)
        commit=$(git commit-tree $tree -p $base < message)
        git update-ref refs/heads/$branch $commit $zero
        last="100644 $stored	$path
      "
      done < steps
      """
    return try Measure.seconds { try Shell.run(script, in: folder) }
  }

  static func proposal(_ number: Int) throws -> Proposal {
    let (publication, period) = Ground.period(number)
    let selector = try YAMLSelector("sources[code=waits].columns[original_name=\"March 2020\"].null_values")
    let edit = FixEdit(file: Ground.path(number), selector: selector, old: nil, new: ["*"])
    let record = FixRecord(
      id: Ground.id(number), branch: Ground.branch(number), publication: publication, period: period, source: "waits",
      stage: "load", errorType: "type_mismatch", action: "add_null_values", confidence: 0.9, verified: true,
      files: [Ground.path(number)], changes: [], run: "run_20260112_103000", summary: "read '*' as null")
    return Proposal(record: record, edits: [edit], message: message(number))
  }

  private static func message(_ number: Int) -> String {
    "fix: read '*' in march_2020 as null\n\nThe column holds a marker.\n\nErrata-Fix: \(Ground.id(number))\n"
  }

  /// The manifests are what a stage wrote, as in every workspace.
  private static func generated(_ folder: String, count: Int) throws -> [Event] {
    (0..<count).map { number in
      Event(
        .fileWritten,
        data: [
          "path": .string(Ground.path(number)), "sha256": .string(Digest.sha256(Ground.manifest(number))),
        ])
    }
  }
}

/// The journal's file, which waits for the disk or not.
actor Record {
  private(set) var events: [Event] = []
  private let file: FileHandle
  private let fsync: Bool

  init(_ path: String, fsync: Bool) throws {
    try Data().write(to: URL(fileURLWithPath: path))
    file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    self.fsync = fsync
  }

  func append(_ more: [Event]) throws {
    var bytes = Data()
    for event in more {
      bytes.append(try event.line())
      bytes.append(10)
    }
    try file.write(contentsOf: bytes)
    if fsync { try file.synchronize() }
    events += more
  }
}

enum Measure {
  static func seconds(_ work: () throws -> Void) rethrows -> Double { seconds(try ContinuousClock().measure(work)) }

  static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  /// What this process holds in memory now, in MB.
  static var memory: Double {
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
    return (pages?.dropFirst().first.flatMap { Double($0) } ?? 0) * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e6
  }
}
