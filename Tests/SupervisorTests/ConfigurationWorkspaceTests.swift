import Foundation
import Supervisor
import Testing

struct ConfigurationWorkspaceTests {
  @Test("Paths within the workspace are taken, whether the file exists or not")
  func inside() throws {
    let workspace = try ConfiguredFolder([:]).workspace
    #expect(try workspace.absolute("manifests/a.yaml") == workspace.root + "/manifests/a.yaml")
    #expect(try workspace.absolute("./config//x") == workspace.root + "/config/x")
    #expect(workspace.relative(workspace.root + "/logs/a") == "logs/a")
    #expect(workspace.relative("/elsewhere/a") == "/elsewhere/a")
  }

  @Test(
    "Paths that lead out of the workspace are refused",
    arguments: ["", "/etc/passwd", "../a", "manifests/../../a", "~/a", ".git/config", "a/.GIT/b", ".", "a\0b"])
  func outside(path: String) throws {
    let workspace = try ConfiguredFolder([:]).workspace
    #expect(throws: WorkspacePathError.self) { _ = try workspace.absolute(path) }
  }

  @Test("Symbolic links on the way are refused, also broken ones")
  func links() throws {
    let folder = try ConfiguredFolder([:])
    let root = folder.workspace.root
    try FileManager.default.createSymbolicLink(atPath: root + "/manifests", withDestinationPath: "/nowhere")
    #expect(throws: WorkspacePathError.self) { _ = try folder.workspace.absolute("manifests/a.yaml") }
  }
}
