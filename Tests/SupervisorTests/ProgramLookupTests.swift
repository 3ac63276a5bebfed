import Foundation
import Testing

@testable import Supervisor

@Suite("A program's name") struct ProgramLookupTests {
  private let folder = TemporaryFolder()
  init() throws {

    for (path, mode) in [("a/load", 0o644), ("b/load", 0o755), ("c/load/x", 0o644), ("here", 0o755), ("a/only", 0o644)]
    {
      let file = URL(fileURLWithPath: folder.path + "/" + path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("#!/bin/sh\n".utf8).write(to: file)
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    }
  }

  private func found(_ name: String, on path: String) throws -> String {
    try ProgramLookup(name: name, from: folder.path).file(on: path)
  }

  @Test("is looked up in the folders of PATH in their order, past folders and files that are no programs")
  func onPath() throws {
    let (a, b, c) = (folder.path + "/a", folder.path + "/b", folder.path + "/c")
    #expect(try found("load", on: "/nowhere:\(a):\(c):\(b)") == b + "/load")
    #expect(try found("load", on: "a:b") == b + "/load")
    #expect(try found("here", on: "\(a):") == folder.path + "/here")
  }

  @Test("with a slash is a path from the folder that it starts in")
  func path() throws {
    #expect(try found("./here", on: "").hasSuffix("/here"))
    #expect(try found("b/load", on: "/usr/bin") == folder.path + "/b/load")
    #expect(try found("/bin/sh", on: "") == "/bin/sh")
  }

  @Test("that names none says whether it is missing or may not be executed")
  func none() {
    #expect(throws: ProgramLookup.Failure.notOnPath("none")) { try found("none", on: "/usr/bin") }
    #expect(throws: ProgramLookup.Failure.missing("./none")) { try found("./none", on: "/usr/bin") }
    #expect(throws: ProgramLookup.Failure.missing("")) { try found("", on: "/usr/bin") }
    #expect(throws: ProgramLookup.Failure.locked("only")) { try found("only", on: "a") }
    #expect(throws: ProgramLookup.Failure.locked("a/only")) { try found("a/only", on: "") }
  }
}
