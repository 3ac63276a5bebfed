internal import Foundation
internal import Git
internal import Journal

/// `patches/<run>/`: every proposal as a mail that `git am` accepts, and `series`, which names them in their order as quilt's does.
struct PatchFolder {
  let workspace: Workspace
  let run: String

  /// What the folder holds by what follows the number, and the highest number; nil before it was looked at.
  private var listing: (names: [String: String], highest: Int)?

  init(workspace: Workspace, run: String) {
    self.workspace = workspace
    self.run = run
  }

  private var relative: String { "patches/\(run.isEmpty ? "run" : run)" }

  /// Whether a patch may be written: the lines around an edit are in it too, and a manifest may hold what nobody else is
  /// to see.
  static func maySave(_ mail: String) -> Bool { Redaction.redact(mail) == mail }

  /// Writes a patch, unless this run has written it before; gives its path relative to the workspace.
  mutating func write(_ mail: String, for fix: FixRecord) throws -> String {
    let folder = try workspace.absolute(relative)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var (names, highest) = try listing ?? PatchFolder.read(folder)
    let suffix = "-\(PatchFolder.slug(fix)).patch"
    let known = names[suffix]
    let name = known ?? PatchFolder.number(highest + 1) + suffix
    try Data(mail.utf8).write(to: URL(fileURLWithPath: folder).appending(path: name), options: .atomic)
    if known == nil {
      try list(name, in: "\(folder)/series")
      names[suffix] = name
      highest += 1
    }
    listing = (names, highest)
    return "\(relative)/\(name)"
  }

  private static func read(_ folder: String) throws -> (names: [String: String], highest: Int) {
    var names: [String: String] = [:]
    var highest = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where name.hasSuffix(".patch") {
      let number = name.prefix { $0 != "-" }
      highest = max(highest, Int(number) ?? 0)
      let suffix = String(name.dropFirst(number.count))
      names[suffix] = names[suffix] ?? name
    }
    return (names, highest)
  }

  private func list(_ name: String, in series: String) throws {
    if !FileManager.default.fileExists(atPath: series) { try Data().write(to: URL(fileURLWithPath: series)) }
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: series))
    defer { try? handle.close() }
    try handle.seekToEnd()
    try handle.write(contentsOf: Data((name + "\n").utf8))
  }

  static func number(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// `adhd-nov25-adhd_data-add_null_values-3f9a1c2e`.
  static func slug(_ fix: FixRecord) -> String {
    let parts = [fix.publication, fix.period, fix.source ?? fix.stage, fix.action, fix.id]
    let text = parts.joined(separator: "-").map { character in
      character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character)) ? character : "_"
    }
    return String(text.suffix(120))
  }

  /// The mail of edits to files that no commit holds: built in a repository of its own, which is removed again.
  func mail(
    _ files: [(path: String, before: [UInt8], after: [UInt8])], prefix: String, message: String, settings: FixSettings
  ) throws -> String {
    let scratch = try ScratchPlace(workspace: workspace)
    defer { scratch.remove() }
    let repository = try Repository.initialize(at: scratch.path, branch: "base")
    let author = Signature(
      name: settings.author.name, email: settings.author.email, date: Date(), offsetMinutes: 0)
    func commit(_ changes: [FileChange], after parents: [ObjectID], _ message: String) throws -> ObjectID {
      try repository.createCommit(
        onto: parents.first, parents: parents, changes: changes, author: author, committer: author, message: message)
    }
    let base = try commit(
      files.map { FileChange(path: prefix + $0.path, contents: $0.before) }, after: [], "The files as they stand")
    let fix = try commit(files.map { FileChange(path: prefix + $0.path, contents: $0.after) }, after: [base], message)
    return try repository.mail(of: fix)
  }
}
