internal import Foundation
internal import Git

/// Why hooks were not installed: one sentence.
public struct HookError: Error, CustomStringConvertible, Sendable {
  /// The sentence.
  public let description: String
}

/// Puts git hooks into a repository, and takes them out again. What a person put there is never overwritten.
public struct HookInstaller: Sendable {
  /// What became of one hook.
  public struct Outcome: Sendable {
    /// What was done or found.
    public enum Deed: String, Sendable { case written, present, chained, kept, removed, restored }

    /// The hook, such as `pre-commit`.
    public let name: String
    /// Where it is.
    public let path: String
    /// What was done.
    public let deed: Deed
  }

  /// The hooks of a clone, and the one of a repository that receives pushes.
  public static let names = (clone: ["pre-commit", "commit-msg", "post-merge", "post-rewrite"], server: ["update"])

  /// Where git looks for hooks here.
  public let folder: String
  private let product: String

  /// Finds where git looks for hooks: `core.hooksPath`, else `hooks/` beside the refs, which all work trees share.
  ///
  /// - Parameters:
  ///   - directory: A folder of the repository.
  ///   - product: The folder of the hooks that come with the program.
  ///   - server: Whether it is the repository that receives pushes.
  /// - Throws: `HookError` where hooks there would not be this repository's alone, or are not this repository's kind.
  public init(repository directory: String, product: String, server: Bool) throws {
    let repository = try Repository(discovering: directory)
    if repository.isBare, !server {
      throw HookError(
        description: "this is a bare repository, which nobody commits in: install the server's hook with --server")
    }
    self.product = product
    let own = repository.commonDirectory
    guard let configured = repository.configuration("core.hookspath"), !configured.isEmpty else {
      folder = own + "/hooks"
      return
    }
    let top = repository.workTree ?? repository.gitDirectory
    let path = (configured as NSString).expandingTildeInPath
    folder = URL(fileURLWithPath: path.hasPrefix("/") ? path : "\(top)/\(path)").standardizedFileURL.path
    guard [top, own].contains(where: { folder == $0 || folder.hasPrefix($0 + "/") }) else {
      throw HookError(
        description:
          "core.hooksPath names \(folder), whose hooks serve other repositories too, so nothing is put there;"
          + " add `errata hooks run NAME \"$@\"` to the hooks there, or unset core.hooksPath here")
    }
  }

  /// Puts hooks in. Doing it again changes nothing.
  ///
  /// - Parameter chain: Whether a hook that is there already is moved aside, to be run first, instead of being kept alone.
  public func install(_ names: [String], chain: Bool) throws -> [Outcome] {
    let files = FileManager.default
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return try names.map { name in
      let path = "\(folder)/\(name)"
      let body = try Data(contentsOf: URL(fileURLWithPath: "\(product)/\(name)"))
      var deed = Outcome.Deed.written
      if isThere(path) {
        guard !calls(name, at: path) || isOurs(name, at: path) else {
          return Outcome(name: name, path: path, deed: .present)
        }
        if isOurs(name, at: path) {
          guard files.contents(atPath: path) != body || !files.isExecutableFile(atPath: path) else {
            return Outcome(name: name, path: path, deed: .present)
          }
        } else {
          guard chain, !isThere(path + Self.aside) else { return Outcome(name: name, path: path, deed: .kept) }
          try files.moveItem(atPath: path, toPath: path + Self.aside)
          deed = .chained
        }
      }
      // Atomically, and executable from the first moment: a commit may be on its way.
      let draft = "\(path).\(ProcessInfo.processInfo.processIdentifier).tmp"
      try body.write(to: URL(fileURLWithPath: draft))
      try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: draft)
      guard unsafe rename(draft, path) == 0 else {
        throw HookError(description: "\(path) cannot be written; look whose folder it is")
      }
      return Outcome(name: name, path: path, deed: deed)
    }
  }

  /// Takes out what `install` put in, and puts back what it moved aside.
  public func uninstall() throws -> [Outcome] {
    let files = FileManager.default
    return try (Self.names.clone + Self.names.server).compactMap { name in
      let path = "\(folder)/\(name)"
      guard isOurs(name, at: path) else { return nil }
      try files.removeItem(atPath: path)
      guard isThere(path + Self.aside) else { return Outcome(name: name, path: path, deed: .removed) }
      try files.moveItem(atPath: path + Self.aside, toPath: path)
      return Outcome(name: name, path: path, deed: .restored)
    }
  }

  private static let aside = ".before-errata"

  private func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }

  private func isOurs(_ name: String, at path: String) -> Bool {
    text(path).split(separator: "\n").dropFirst().first?.hasPrefix("# errata: \(name). Put here by") == true
  }

  private func calls(_ name: String, at path: String) -> Bool { text(path).contains("errata hooks run \(name)") }

  /// A link that leads nowhere is there too.
  private func isThere(_ path: String) -> Bool {
    (try? FileManager.default.attributesOfItem(atPath: path)) != nil
  }
}
