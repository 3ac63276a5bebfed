import Foundation
import Journal
import Subprocess
import Testing

/// The clinic's workspace with a bare repository beside it that fixes are shared through, and clones of that.
struct RemoteWorkspace: Sendable {
  let clinic: ClinicWorkspace
  var bench: Workbench { clinic.bench }
  /// The bare repository. It notes every push that it takes in its file `pushes`.
  let origin: String
  static let human = "retry: {max_retries: 0}\nremote: origin\nbase: main\n"
  static let autonomous = "execution: {mode: autonomous}\n" + human

  /// Makes workspace and remote.
  ///
  /// - Parameters:
  ///   - generated: Whether a stage writes the manifests, so that they need a baseline.
  ///   - load: The program of the load stage.
  init(_ name: String, mode: String = human, generated: Bool = false, load: String = "backfill, load") async throws {
    clinic = try await ClinicWorkspace(name, mode: mode, load: load)
    origin = try Workbench("\(name)-origin").root + "/origin.git"
    if generated {
      let manifests = "manifests/backfill/clinic"
      try await clinic.bench.git("mv", manifests, "templates")
      try clinic.write(
        try clinic.text("config/pipeline.yaml")
          .replacingOccurrences(
            of: "[\"true\"]", with: "[install, -D, -m644, \"templates/clinic_{period}_enriched.yaml\", \"{enriched}\"]"
          )
          .replacingOccurrences(of: "existing: keep\n", with: "\n"), to: "config/pipeline.yaml")
      try await clinic.commit("Generate the manifests")
    }
    try await bench.git("init", "--quiet", "--bare", "--initial-branch", "main", origin)
    try hook("post-receive", "echo pushed >> pushes\n")
    try await bench.git("remote", "add", "origin", "file://" + origin)
    try await bench.git("push", "--quiet", "origin", "main")
    try FileManager.default.removeItem(atPath: origin + "/pushes")
  }

  /// Gives the remote a hook.
  func hook(_ name: String, _ script: String) throws {
    let path = "\(origin)/hooks/\(name)"
    try Data("#!/bin/sh\n\(script)".utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  /// The remote takes no pushes to main any more, as a forge with a protected branch.
  func protectMain() throws {
    try hook("update", "case $1 in refs/heads/main) echo 'Protected branch update failed'; exit 1;; esac\n")
  }

  /// How many pushes the remote took since the workspace was made.
  var pushes: Int {
    let text = try? String(contentsOfFile: origin + "/pushes", encoding: .utf8)
    return text?.split(separator: "\n").count ?? 0
  }

  /// Another clone, beside the workspace.
  func clone(_ name: String, _ options: String...) async throws -> String {
    let place = bench.root + "-" + name
    let ended = try await bench.run("git", ["clone", "--quiet"] + options + ["file://" + origin, place])
    #expect(ended.code == 0, "\(ended.errors)")
    return place
  }

  /// The folder that the bare repository is in.
  var folder: String { URL(fileURLWithPath: origin).deletingLastPathComponent().path }

  func errata(
    _ arguments: String..., in place: String? = nil, variables: [Environment.Key: String?] = [:]
  ) async throws -> Ended {
    try await bench.run(Workbench.programs + "/errata", arguments, in: place, variables: variables)
  }

  /// The remote's references as `name commit`.
  func remoteRefs() async throws -> [String] {
    try await bench.git("for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads/", in: origin)
      .split(separator: "\n").map(String.init)
  }

  /// The remote's branches that hold fixes.
  func fixBranches() async throws -> [String] {
    try await remoteRefs().compactMap { $0.split(separator: " ").first.map(String.init) }.filter {
      $0.hasPrefix("errata/")
    }
  }

  func fixes(in place: String? = nil) async throws -> [FixRecord] {
    try JSONDecoder().decode([FixRecord].self, from: Data(try await errata("fixes", "--json", in: place).output.utf8))
  }

  /// No repository holds a damaged or odd object.
  func check(_ clones: String...) async throws {
    for place in [bench.root, origin] + clones {
      let ended = try await bench.run("git", ["fsck", "--strict", "--no-dangling"], in: place)
      #expect(ended.code == 0 && !ended.errors.contains("error"), "\(place): \(ended.output) \(ended.errors)")
    }
  }
}
