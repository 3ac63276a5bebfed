import CGit2
import Foundation

/// Starts libgit2 once per process and makes it behave as the `git` command does here.
enum Library {
  /// Touch this before any other call.
  static let started: Bool = {
    guard git_libgit2_init() > 0 else { return false }
    // Harmless to what Errata reads and writes: sparse checkouts and blobless clones turn these on.
    withArray(of: ["worktreeconfig", "partialclone"]) { _ = errata_git_set_extensions($0, $1) }
    // A branch that the journal calls published must survive a power cut.
    _ = errata_git_set_fsync(1)
    let environment = ProcessInfo.processInfo.environment
    if environment["GIT_CONFIG_GLOBAL"] != nil {
      _ = errata_git_set_search_path(Int32(GIT_CONFIG_LEVEL_GLOBAL.rawValue), "")
      _ = errata_git_set_search_path(Int32(GIT_CONFIG_LEVEL_XDG.rawValue), "")
    }
    if let off = environment["GIT_CONFIG_NOSYSTEM"], !["", "0", "false", "no", "off"].contains(off.lowercased()) {
      _ = errata_git_set_search_path(Int32(GIT_CONFIG_LEVEL_SYSTEM.rawValue), "")
    }
    // libgit2 1.5 knows `safe.directory` but not its `*`, by which containers trust every repository.
    if trustsEveryOwner { _ = errata_git_set_owner_validation(0) }
    return true
  }()

  private static var trustsEveryOwner: Bool {
    let configuration = try? Handle("git_config_open_default", free: git_config_free) { git_config_open_default(&$0) }
    guard let configuration else { return false }
    if let path = globalConfiguration, access(path, R_OK) == 0 {
      git_config_add_file_ondisk(configuration.pointer, path, GIT_CONFIG_LEVEL_GLOBAL, nil, 1)
    }
    let iterator = try? Handle("git_config_multivar_iterator_new", free: git_config_iterator_free) {
      git_config_multivar_iterator_new(&$0, configuration.pointer, "safe.directory", nil)
    }
    guard let iterator else { return false }
    var trusts = false
    var entry: UnsafeMutablePointer<git_config_entry>?
    while git_config_next(&entry, iterator.pointer) == 0, let value = entry?.pointee.value {
      // An empty value takes back what stood before it.
      let text = String(cString: value)
      trusts = text == "*" || (trusts && !text.isEmpty)
    }
    return trusts
  }

  /// The file that stands in for `~/.gitconfig`, as `git` reads it from the environment.
  static var globalConfiguration: String? {
    guard let path = ProcessInfo.processInfo.environment["GIT_CONFIG_GLOBAL"], !path.isEmpty, path != "/dev/null"
    else { return nil }
    return path
  }
}

/// Lends a C array of C strings.
func withArray<Result>(
  of texts: [String], _ body: (UnsafeMutablePointer<UnsafePointer<CChar>?>?, Int) -> Result
) -> Result {
  let copies = texts.map { strdup($0) }
  defer { for copy in copies { free(copy) } }
  var pointers = copies.map { UnsafePointer($0) } + [nil]
  return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress, texts.count) }
}
