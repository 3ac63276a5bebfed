import Foundation
import Testing

/// What `make crash-test` does at every call, here at some that are spread over all of them, others each time.
@Suite("A run that is disturbed at a call that changes a file")
struct CrashTests {
  @Test("is followed by one that arrives where an undisturbed one does", arguments: [true, false])
  func disturbed(withDuckDB: Bool) async throws {
    let bench = try Workbench("crash")
    let seed = UInt64.random(in: 0...UInt64.max)
    let arguments =
      [Workbench.project + "/Tests/Crash/crash.py", Workbench.programs, "--workers", "1"]
      + ["--sample", withDuckDB ? "3" : "14", "--offset", "\(seed)"] + (withDuckDB ? ["--real"] : [])
    let ended = try await bench.run("python3", arguments)
    print("crash: offset \(seed)\n\(ended.output)")
    #expect(ended.code == 0, "offset \(seed)\n\(ended.output)\n\(ended.errors)")
  }
}
