import CGit2
import Foundation

/// A git repository. Not `Sendable`: libgit2's objects belong to one thread at a time, so it lives inside one actor.
public final class Repository {
  private let handle: Handle
  /// What signs every commit that is made here; nil for unsigned ones.
  public var signer: CommitSigner?

  var pointer: OpaquePointer { handle.pointer }

  /// Opens the repository that holds `path`, walking upwards as `git` does.
  public init(discovering path: String) throws(GitError) {
    guard Library.started else { throw GitError(GIT_ERROR, "libgit2 could not be started") }
    let ceilings = ProcessInfo.processInfo.environment["GIT_CEILING_DIRECTORIES"]
    do throws(GitError) {
      handle = try Handle("git_repository_open_ext", free: git_repository_free) {
        git_repository_open_ext(&$0, path, 0, ceilings)
      }
    } catch {
      throw Self.explain(error, path: path)
    }
    try addGlobalConfiguration()
  }

  private init(_ handle: consuming Handle) throws(GitError) {
    self.handle = handle
    try addGlobalConfiguration()
  }

  /// Creates a repository with a work tree, as `git init -b branch` does.
  public static func initialize(at path: String, branch: String) throws(GitError) -> Repository {
    guard Library.started else { throw GitError(GIT_ERROR, "libgit2 could not be started") }
    var options = git_repository_init_options()
    try check(
      "git_repository_init_options_init",
      git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION)))
    options.flags = GIT_REPOSITORY_INIT_MKDIR.rawValue | GIT_REPOSITORY_INIT_MKPATH.rawValue
    let name = strdup(branch)
    defer { free(name) }
    options.initial_head = UnsafePointer(name)
    let handle = try Handle("git_repository_init_ext", free: git_repository_free) {
      git_repository_init_ext(&$0, path, &options)
    }
    return try Repository(handle)
  }

  /// The folder of the checked-out files, without a final slash; nil for a bare repository.
  public var workTree: String? { git_repository_workdir(pointer).map { String(cString: $0).withoutFinalSlash } }

  /// The `.git` folder (a linked work tree's own one), without a final slash.
  public var gitDirectory: String {
    git_repository_path(pointer).map { String(cString: $0).withoutFinalSlash } ?? ""
  }

  /// Whether there is no work tree.
  public var isBare: Bool { git_repository_is_bare(pointer) == 1 }

  /// Whether history was cut off when cloning. libgit2 looks beside a linked work tree's HEAD, where the list is not.
  public var isShallow: Bool {
    let common = git_repository_commondir(pointer).map { String(cString: $0) } ?? gitDirectory
    var status = stat()
    return stat(common.withoutFinalSlash + "/shallow", &status) == 0 && status.st_size > 0
  }

  /// Whether objects were left out when cloning, for git to fetch when it needs them; libgit2 cannot.
  var isPartial: Bool {
    let configuration = try? Handle("git_repository_config_snapshot", free: git_config_free) {
      git_repository_config_snapshot(&$0, pointer)
    }
    guard let configuration else { return false }
    let pattern = #"^(remote\..*\.promisor|extensions\.partialclone)$"#
    let iterator = try? Handle("git_config_iterator_glob_new", free: git_config_iterator_free) {
      git_config_iterator_glob_new(&$0, configuration.pointer, pattern)
    }
    guard let iterator else { return false }
    var entry: UnsafeMutablePointer<git_config_entry>?
    return git_config_next(&entry, iterator.pointer) == 0
  }

  /// A setting, as `git config --get` shows it; nil when it is not set.
  public func configuration(_ key: String) -> String? {
    let configuration = try? Handle("git_repository_config_snapshot", free: git_config_free) {
      git_repository_config_snapshot(&$0, pointer)
    }
    guard let configuration else { return nil }
    return try? Buffer("git_config_get_string_buf") { git_config_get_string_buf(&$0, configuration.pointer, key) }.text
  }

  /// A setting that is true or false, in any of git's spellings.
  func flag(_ key: String, default: Bool) -> Bool {
    var parsed: Int32 = 0
    guard let text = configuration(key), git_config_parse_bool(&parsed, text) == 0 else { return `default` }
    return parsed == 1
  }

  /// libgit2 knows only fixed places for a person's settings; the file that the environment names is added by hand.
  private func addGlobalConfiguration() throws(GitError) {
    guard let path = Library.globalConfiguration, access(path, R_OK) == 0 else { return }
    let configuration = try Handle("git_repository_config", free: git_config_free) {
      git_repository_config(&$0, pointer)
    }
    try check(
      "git_config_add_file_ondisk",
      git_config_add_file_ondisk(configuration.pointer, path, GIT_CONFIG_LEVEL_GLOBAL, pointer, 1))
  }

  /// libgit2 also says "not found" of a repository that belongs to another user when there is no `~/.gitconfig`.
  private static func hasRepository(above path: String) -> Bool {
    var folder = URL(fileURLWithPath: path).standardizedFileURL.path
    while access(folder + "/.git/HEAD", F_OK) != 0 {
      guard folder != "/", !folder.isEmpty else { return false }
      folder = String(folder[..<(folder.lastIndex(of: "/") ?? folder.startIndex)])
    }
    return true
  }

  private static func explain(_ error: GitError, path: String) -> GitError {
    let words = error.message.lowercased()
    var code = error.code
    let message: String
    if error.has(GIT_ENOTFOUND), !hasRepository(above: path) {
      message = "\(path) is not in a git repository (nor are its parent folders); run `git init` there first"
    } else if error.has(GIT_EOWNER) || error.has(GIT_ENOTFOUND) {
      code = GIT_EOWNER.rawValue
      message =
        "the git repository at \(path) belongs to another user, so git will not trust its settings; "
        + "if you do, run `git config --global --add safe.directory <its folder>`"
    } else if words.contains("refstorage") || words.contains("reftable") {
      message =
        "the git repository at \(path) stores its references as a reftable, which cannot be read here; "
        + "convert it with `git refs migrate --ref-format=files`"
    } else if words.contains("objectformat") || words.contains("object format") {
      message = "the git repository at \(path) names objects by SHA-256, which cannot be read here; use a SHA-1 one"
    } else {
      message = "the git repository at \(path) cannot be opened: \(error.message)"
    }
    return GitError(code: code, call: "open", message: message)
  }
}

extension String {
  fileprivate var withoutFinalSlash: String { hasSuffix("/") && self != "/" ? String(dropLast()) : self }
}
