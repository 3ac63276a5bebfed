/// A demo's own repository: no hooks, no signing and no identity of the user's are needed for it.
struct DemoRepository {
  let directory: String

  /// Makes the repository with one commit of all that stands there.
  func commitEverything(_ message: String) async throws {
    let identity = ["-c", "user.name=Errata demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false"]
    try await ToolCommand.run("git", ["init", "--quiet", "--initial-branch=main", directory])
    // People who try `git revert` or `git commit` in the demo should not be stopped by a missing identity.
    for (key, value) in [("user.name", "Errata demo"), ("user.email", "demo@localhost"), ("commit.gpgsign", "false")] {
      try await ToolCommand.run("git", ["config", key, value], in: directory)
    }
    try await ToolCommand.run("git", ["add", "--all"], in: directory)
    try await ToolCommand.run("git", identity + ["commit", "--quiet", "--message", message], in: directory)
  }
}
