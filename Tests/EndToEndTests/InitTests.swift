import Foundation
import Testing

/// A workspace that somebody starts with.
@Suite("A new workspace")
struct InitTests {
  @Test("has the sample's configuration without its web site, is valid, and is never written over")
  func fresh() async throws {
    let bench = try Workbench("init")
    defer { try? FileManager.default.removeItem(atPath: bench.root) }
    #expect(try await bench.errata("init").code == 0)
    let pipeline = URL(fileURLWithPath: bench.root + "/config/pipeline.yaml")
    let text = try String(contentsOf: pipeline, encoding: .utf8)
    #expect(!text.contains("serve.py") && !text.contains("services:"))
    #expect(text.contains("# one command a source"))
    #expect(try await bench.errata("validate").code == 0)

    try Data("# mine\n\(text)".utf8).write(to: pipeline)
    let again = try await bench.errata("init")
    #expect(again.code == 0)
    #expect(again.errors.contains("kept     config/pipeline.yaml"))
    #expect(try String(contentsOf: pipeline, encoding: .utf8).hasPrefix("# mine\n"))
  }

  @Test("says which name stands nowhere, and does not take it for work that is done")
  func slip() async throws {
    let bench = try Workbench("slip")
    defer { try? FileManager.default.removeItem(atPath: bench.root) }
    #expect(try await bench.errata("init").code == 0)
    let run = try await bench.errata("run", "--only", "adhd/nov52")
    #expect(run.code == 64)
    #expect(run.errors.contains("no period 'nov52'") && run.errors.contains("nov25"))
    #expect(try await bench.errata("run", "--dry-run", "--only", "adhdd").code == 64)
  }
}
