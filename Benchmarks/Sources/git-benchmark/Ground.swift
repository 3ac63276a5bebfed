import Foundation

/// The repositories that are measured on, made with the real `git`.
struct Ground {
  /// A folder of its own, removed at the end: ext4 is slow for seconds where files have just been deleted.
  let folder: String

  /// Where nothing waits for the disk, memory's file system keeps what else is going on there out of the numbers.
  init(onDisk: Bool) throws {
    let memory = "/dev/shm"
    let place = onDisk || access(memory, W_OK) != 0 ? FileManager.default.temporaryDirectory.path : memory
    folder = place + "/errata-git-benchmark-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// One of the manifests: a hundred publications of as many periods as it takes.
  static func period(_ number: Int) -> (publication: String, period: String) {
    ("pub\(number % 100)", "p\(number / 100)")
  }

  static func path(_ number: Int) -> String {
    let (publication, period) = period(number)
    return "manifests/backfill/\(publication)/\(publication)_\(period)_enriched.yaml"
  }

  static func branch(_ number: Int) -> String {
    let (publication, period) = period(number)
    return "errata/\(publication)/\(period)/waits-add_null_values-\(id(number))"
  }

  static func id(_ number: Int) -> String { String(format: "%08x", number &* 2_654_435_761 % 4_294_967_296) }

  /// Where the plain peers insert, and what: the line that Errata's editor writes.
  static let after = "    semantic_name: march_2020\n    data_type: integer\n"
  static let inserted = "    null_values: [\"*\"]\n"

  /// About 3 kB, as a small manifest is.
  static func manifest(_ number: Int, change: String = "") -> String {
    let (publication, period) = period(number)
    var text =
      "# \(publication), \(period)\(change)\nmanifest:\n  name: \(publication)_\(period)   # the key\nsources:\n"
    for source in ["waits", "data", "staff"] {
      text += "- code: \(source)\n  table: tbl_\(publication)_\(source)\n  enabled: true\n  files:\n"
      text += "  - url: 'https://example.org/\(publication)/\(period)/\(source).csv'\n    period: 2025-11\n  columns:\n"
      text += "  - original_name: \"Org code\"\n    semantic_name: org_code\n    data_type: varchar\n"
      if source == "waits" { text += "  - original_name: \"March 2020\"\n\(after)" }
      for column in 0..<8 {
        text += "  - original_name: \"Count \(column)\"\n    semantic_name: count_\(column)\n    data_type: integer\n"
      }
    }
    return text
  }

  /// Makes a repository whose `main` has the manifests and a history of that many commits, with its files.
  func repository(_ name: String, manifests: Int, commits: Int) throws -> String {
    let path = folder + "/" + name
    try Shell.run("git init -q -b main \(path)")
    var stream = Data()
    func add(_ text: String) { stream.append(contentsOf: text.utf8) }
    func commit(_ message: String, _ time: Int) {
      add("commit refs/heads/main\ncommitter Person <person@example.org> \(time) +0000\n")
      add("data \(message.utf8.count)\n\(message)\n")
    }
    commit("Start", 1_600_000_000)
    for number in 0..<manifests { add(Self.file(Self.path(number), Self.manifest(number))) }
    for number in 1..<max(1, commits) {
      commit("Note \(number)", 1_600_000_000 + number * 60)
      add(Self.file("notes/\(number % 50).md", "Note \(number)\n"))
    }
    try stream.write(to: URL(fileURLWithPath: folder + "/stream"))
    try Shell.run(
      "git fast-import --quiet < \(folder)/stream && git config user.name Person && git config commit.gpgsign false"
        + " && git config user.email person@example.org && git reset -q --hard main", in: path)
    return path
  }

  static func file(_ path: String, _ text: String) -> String {
    "M 100644 inline \(path)\ndata \(text.utf8.count)\n\(text)\n"
  }

  /// The same repository again, with or without its files.
  func copy(of path: String, named name: String, files: Bool = false) throws -> String {
    let copy = folder + "/" + name
    if files {
      try Shell.run("cp -a \(path) \(copy)")
    } else {
      try Shell.run("mkdir \(copy) && cp -a \(path)/.git \(copy)/.git")
    }
    return copy
  }
}

/// The command line, with nobody's own settings.
enum Shell {
  struct Failed: Error { let command: String, output: String }

  @discardableResult
  static func run(_ command: String, in folder: String = "/") throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": "/nonexistent",
      "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8",
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(command: command, output: output) }
    return output.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
