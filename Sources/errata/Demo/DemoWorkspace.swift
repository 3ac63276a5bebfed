import Foundation

/// Lays out the demo's workspace: the sample's configuration and manifests, the web site they load from, and a git repository.
struct DemoWorkspace {
  /// The port that the sample's files name.
  static let samplePort = 8765

  let product: ProductFiles
  let directory: String

  /// Whether a demo workspace stands there already, whatever has been done in it since.
  var exists: Bool { FileManager.default.fileExists(atPath: directory + "/site/serve.py") }

  /// Writes the files, with every mention of the sample's port replaced, and commits them.
  func create(port: Int) async throws {
    let files = FileManager.default
    if files.fileExists(atPath: directory), !(try files.contentsOfDirectory(atPath: directory)).isEmpty {
      throw CommandFailure(
        .usage, "\(directory) is not empty and holds no demo; name another folder with --into DIR, or empty this one")
    }
    try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
    for (from, to) in [
      ("config", "config"), ("manifests", "manifests"), ("patches", "patches"), ("sample/site", "site/site"),
    ] {
      try files.createDirectory(
        at: URL(fileURLWithPath: directory + "/" + to).deletingLastPathComponent(), withIntermediateDirectories: true)
      try files.copyItem(atPath: product.root + "/" + from, toPath: directory + "/" + to)
    }
    try files.copyItem(atPath: product.root + "/sample/serve.py", toPath: directory + "/site/serve.py")
    try write(".gitignore", StartFiles.gitIgnore)
    try write("README.md", Self.readme)
    try replacePort(with: port)
    try await DemoRepository(directory: directory)
      .commitEverything("Start the demo: three publications, eleven periods")
  }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: directory + "/" + name))
  }

  private func replacePort(with port: Int) throws {
    guard port != Self.samplePort else { return }
    for folder in ["config", "manifests"] {
      let root = directory + "/" + folder
      for name in FileManager.default.enumerator(atPath: root)?.compactMap({ $0 as? String }) ?? []
      where name.hasSuffix(".yaml") {
        let path = URL(fileURLWithPath: root + "/" + name)
        let text = try String(contentsOf: path, encoding: .utf8)
        try Data(text.replacingOccurrences(of: "\(Self.samplePort)", with: "\(port)").utf8).write(to: path)
      }
    }
  }

  private static let readme = """
    # Errata demo

    A workspace of three publications with eleven periods. `config/` says what is loaded and how, `manifests/` what is in each
    file, and `site/` is the small web site that the data come from; `errata run` starts and stops it.

        errata run            load what is not loaded, propose fixes for what fails
        errata fixes          what is proposed
        git diff main...BRANCH
        git merge BRANCH      approve a fix
        git revert COMMIT     undo it

    """
}
