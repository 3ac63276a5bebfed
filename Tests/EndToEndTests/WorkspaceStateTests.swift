import Foundation
import Testing

/// Whatever state git is in, errata says so in a sentence, writes the fixes at least as patches, and loses nothing.
@Suite("A workspace")
struct WorkspaceStateTests {
  @Test("in no git repository gets its fixes as patches, and as branches once it is one")
  func noRepository() async throws {
    let place = try SmallWorkspace("no-repository")
    let first = try await place.errata("run")
    #expect(first.code == 50)
    #expect(first.errors.contains("The workspace is in no git repository: run `git init`"))
    let patch = try #require(place.patches().first)
    #expect(try await place.errata("run").code == 20)
    #expect(place.patches() == [patch])

    try await place.commit()
    #expect(try await place.errata("run").code == 10)
    #expect(try await place.fixBranches().count == 1)
    try await place.git("am", "--quiet", patch)
    #expect(try await place.errata("run").code == 0)
  }

  @Test("without a commit gets its fixes as patches and keeps every file uncommitted")
  func unborn() async throws {
    let place = try SmallWorkspace("unborn")
    try await place.git("init", "--quiet", "--initial-branch", "main")
    let ended = try await place.errata("run")
    #expect(ended.code == 50)
    #expect(ended.errors.contains("The repository has no commits on 'main' yet: commit the workspace once"))
    #expect(place.patches().count == 1)
    #expect(try await place.git("for-each-ref", "--format=%(refname)") == "refs/errata/ledger")
    #expect(try await place.git("ls-files").isEmpty)
  }

  @Test("on a detached HEAD gets branches only where `base:` names the branch that they are for")
  func detached() async throws {
    let place = try SmallWorkspace("detached")
    try await place.commit()
    try await place.git("checkout", "--quiet", "--detach")
    let before = try await place.git("for-each-ref")
    let ended = try await place.errata("run")
    #expect(ended.code == 50)
    #expect(ended.errors.contains("set `base:` in the configuration to the branch that fixes are for"))
    #expect(place.patches().count == 1)
    let after = try await place.git("for-each-ref").split(separator: "\n")
    #expect(after.filter { !$0.hasSuffix("\trefs/errata/ledger") }.joined(separator: "\n") == before)
    #expect(after.count == before.split(separator: "\n").count + 1)

    try place.write("retry: {max_retries: 0}\nbase: main\n", to: "config/execution_mode.yaml")
    #expect(try await place.errata("run").code == 10)
    #expect(try await place.fixBranches().count == 1)
    #expect(try await place.git("rev-parse", "--abbrev-ref", "HEAD") == "HEAD")
    #expect(try await place.git("status", "--porcelain") == "M config/execution_mode.yaml")
  }

  @Test("with a branch named errata, where fix branches would be, puts them elsewhere and says so")
  func blockedName() async throws {
    let place = try SmallWorkspace("blocked-name")
    try await place.commit()
    try await place.git("branch", "errata")
    let ended = try await place.errata("run")
    #expect(ended.code == 10)
    #expect(ended.errors.contains("Because of a branch named 'errata', git has no room for branches below errata/"))
    #expect(try await place.git("for-each-ref", "--format=%(refname)", "refs/heads/errata-fix/").isEmpty == false)
    #expect(try await place.fixBranches().isEmpty)
  }

  @Test("with local changes keeps them, staged or not, and the report names those in the manifest that is fixed")
  func localChanges() async throws {
    let place = try SmallWorkspace("local-changes")
    try await place.commit()
    try place.edit("manifests/pub_jan25.yaml", "Source two", "My second source")
    try place.write("staged\n", to: "staged.txt")
    try await place.git("add", "staged.txt")
    try place.write("staged\nand more\n", to: "staged.txt")
    let before = try await place.git("status", "--porcelain=v2")
    #expect(try await place.errata("run").code == 10)
    #expect(try await place.git("status", "--porcelain=v2") == before)
    let branch = try #require(try await place.fixBranches().first)
    #expect(try await place.git("diff", "--numstat", "main", branch) == "1\t0\tmanifests/pub_jan25.yaml")
    #expect(try await place.git("show", "\(branch):manifests/pub_jan25.yaml").contains("My second") == false)
    #expect(try await place.errata("report").output.contains("has changes that are not committed"))

    let refused = try await place.errata("approve", String(branch.suffix(8)))
    #expect(refused.code != 0)
    #expect(refused.errors.contains("commit or stash") || refused.output.contains("commit or stash"))
    #expect(try await place.git("status", "--porcelain=v2") == before)
  }

  @Test("whose manifest nobody committed gets its fix as a patch, and as a branch once it is committed")
  func uncommittedManifest() async throws {
    let place = try SmallWorkspace("uncommitted-manifest")
    let manifest = "manifests/pub_jan25.yaml"
    let text = try place.text(manifest)
    try FileManager.default.removeItem(atPath: place.root + "/" + manifest)
    try await place.commit()
    try place.write(text, to: manifest)
    let ended = try await place.errata("run")
    #expect(ended.code == 50)
    #expect(ended.errors.contains("\(manifest) is not committed, and its bytes are not a stage's"))
    #expect(place.patches().count == 1)
    #expect(try await place.errata("run").code == 20)
    try await place.git("add", manifest)
    try await place.git("commit", "--quiet", "--message", "Add the manifest")
    #expect(try await place.errata("run").code == 10)
    #expect(try await place.fixBranches().count == 1)
  }

  @Test("that is a shallow clone says so, and its fixes are branches that approve by merging")
  func shallow() async throws {
    let place = try SmallWorkspace("shallow")
    try await place.commit()
    try await place.git("commit", "--quiet", "--allow-empty", "--message", "More")
    let clone = place.bench.root + "/clone"
    try await place.git("clone", "--quiet", "--depth", "1", "file://" + place.root, clone)
    let ended = try await place.errata("run", in: clone)
    #expect(ended.code == 10)
    #expect(ended.errors.contains("This is a shallow clone"))
    let branch = try #require(try await place.fixBranches(in: clone).first)
    try await place.git("merge", "--quiet", "--no-ff", "--no-edit", branch, in: clone)
    let resumed = try await place.errata("run", in: clone)
    #expect(resumed.code == 0)
    #expect(resumed.errors.contains("is approved"))
  }

  @Test("that is a linked worktree proposes on its own branch and leaves the main one alone")
  func linkedWorktree() async throws {
    let place = try SmallWorkspace("linked-worktree")
    try await place.commit()
    let linked = place.bench.root + "/linked"
    try await place.git("worktree", "add", "--quiet", linked, "-b", "side")
    #expect(try await place.errata("run", in: linked).code == 10)
    let branch = try #require(try await place.fixBranches().first)
    #expect(try await place.git("merge-base", "side", branch) == place.git("rev-parse", "side"))
    #expect(try await place.git("status", "--porcelain").isEmpty)
    #expect(try await place.git("status", "--porcelain", in: linked).isEmpty)
  }

  @Test("with a fix's branch checked out takes nothing there for anybody's approval")
  func onFixBranch() async throws {
    let place = try SmallWorkspace("on-fix-branch")
    try await place.commit()
    #expect(try await place.errata("run").code == 10)
    let branch = try #require(try await place.fixBranches().first)
    try await place.git("checkout", "--quiet", branch)
    let ended = try await place.errata("reconcile")
    #expect(ended.code == 0)
    let status = try await place.errata("fixes", "--json").output
    #expect(status.contains("\"status\" : \"open\"") || status.contains("\"status\":\"open\""))
    let again = try await place.errata("run")
    #expect(again.errors.contains("HEAD is on the fix branch '\(branch)'"))
    try await place.git("checkout", "--quiet", "main")
    #expect(try await place.errata("run").code == 20)
  }

  @Test(
    "in a subfolder with a space, its manifest with CRLF by core.autocrlf or .gitattributes, gets a one-line fix",
    arguments: ["core.autocrlf", ".gitattributes", "as it is"])
  func lineEndings(_ way: String) async throws {
    let place = try SmallWorkspace("line-endings", folder: "a b/c d")
    let manifest = "manifests/pub_jan25.yaml"
    try place.edit(manifest, "\n", "\r\n")
    let top = place.bench.root + "/a b"
    if way == ".gitattributes" { try place.write("*.yaml text eol=crlf\n", to: ".gitattributes") }
    try await place.git("init", "--quiet", "--initial-branch", "main", in: top)
    if way == "core.autocrlf" { try await place.git("config", "core.autocrlf", "true", in: top) }
    try await place.commit(in: top)
    #expect(try await place.errata("run").code == 10)
    let branch = try #require(try await place.fixBranches().first)
    #expect(try await place.git("diff", "--numstat", "main", branch) == "1\t0\tc d/\(manifest)")
    #expect(try await place.git("status", "--porcelain").isEmpty)
    #expect(try await place.errata("approve", String(branch.suffix(8))).code == 0)
    let bytes = try #require(FileManager.default.contents(atPath: place.root + "/" + manifest))
    #expect(bytes.count(where: { $0 == 13 }) == bytes.count(where: { $0 == 10 }))
    #expect(try await place.git("status", "--porcelain").isEmpty)
    #expect(try await place.errata("run").code == 0)
  }
}
