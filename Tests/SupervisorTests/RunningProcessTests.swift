import Foundation
import Supervisor
import Synchronization
import Testing

/// Small programs that misbehave in one way each.
struct RunningProcessTests {
  private let folder = TemporaryFolder()
  private let runner = ProcessRunner(grace: .milliseconds(300)) { $0.replacingOccurrences(of: "hunter2", with: "***") }

  private func shell(_ script: String, timeout: Duration = .seconds(60)) -> ProcessRequest {
    ProcessRequest(
      command: ["sh", "-c", script], workingDirectory: folder.path, timeout: timeout, logFile: log, label: "test")
  }

  private var log: String { folder.path + "/logs/1.log" }

  private func logText() throws -> String { try String(contentsOfFile: log, encoding: .utf8) }

  @Test("Output of both kinds, the exit code and the variables arrive")
  func plain() async throws {
    var request = shell("echo out $GREETING; echo err >&2; exit 3")
    request.environment = ["GREETING": "a b"]
    let outcome = await runner.run(request)
    #expect(outcome.exitCode == 3)
    #expect(outcome.signal == nil)
    #expect(!outcome.succeeded)
    #expect(try logText() == "out a b\nerr\n")
    #expect(outcome.tail == "out a b\nerr\n")
    #expect(outcome.outputBytes == 12)
  }

  @Test("One value stays one argument, whatever it holds")
  func arguments() async throws {
    var request = shell("")
    request.command = ["printf", "%s|", "a b", "$HOME; rm x", "é'\"", ""]
    #expect(await runner.run(request).tail == "a b|$HOME; rm x|é'\"||")
  }

  @Test("A program ended by a signal says which")
  func signal() async {
    let outcome = await runner.run(shell("kill -9 $$"))
    #expect(outcome.signal == 9)
    #expect(outcome.exitCode == nil)
    #expect(outcome.shellCode == 137)
  }

  @Test(
    "A missing program, a missing path and a missing folder are clear failures",
    arguments: [["no-such-program-here"], ["./gone"], ["/nowhere/gone"]])
  func missing(command: [String]) async throws {
    var request = shell("")
    request.command = command
    let outcome = await runner.run(request)
    #expect(outcome.notFound)
    #expect(outcome.shellCode == 127)
    #expect(try #require(outcome.problem).contains(command[0]))
  }

  @Test("A missing working directory is named")
  func missingFolder() async throws {
    var request = shell("true")
    request.workingDirectory = folder.path + "/gone"
    let outcome = await runner.run(request)
    #expect(!outcome.succeeded)
    #expect(try #require(outcome.problem).contains("/gone"))
  }

  @Test("A hundred megabytes of output go to the log, and the end of them is kept")
  func large() async throws {
    let quick = ProcessRunner { $0 }
    let outcome = await quick.run(shell("head -c 104857600 /dev/zero | tr '\\0' 'x' | fold -w 99; echo; echo the end"))
    #expect(outcome.exitCode == 0)
    let size = try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int
    #expect(size == outcome.outputBytes)
    #expect(outcome.outputBytes > 104_857_600)
    #expect(outcome.tail.utf8.count <= 16 * 1024)
    let isKept = outcome.tail.hasSuffix("\nthe end\n")
    #expect(isKept)
  }

  @Test("A line without an end does not fill the memory, and invalid UTF-8 is repaired")
  func bytes() async throws {
    let outcome = await runner.run(shell("printf 'a\\377b\\n'; head -c 300000 /dev/zero | tr '\\0' 'y'"))
    #expect(outcome.outputBytes == 300_004)
    let text = try logText()
    #expect(text.hasPrefix("a\u{FFFD}b\nyyy"))
    #expect(outcome.tail.utf8.count <= 16 * 1024)
  }

  @Test("Secrets reach neither the log nor the tail, in pieces neither")
  func redaction() async throws {
    let outcome = await runner.run(shell("printf hun; sleep 0.1; echo ter2; echo password hunter2"))
    #expect(outcome.tail == "***\npassword ***\n")
    #expect(try logText() == outcome.tail)
  }

  @Test("The time limit ends a program that ignores TERM, and its children")
  func timeout() async throws {
    let outcome = await runner.run(
      shell(
        "trap '' TERM; sh -c 'trap \"\" TERM; while :; do sleep 0.1; done' & echo $!; wait; wait",
        timeout: .milliseconds(400)))
    #expect(outcome.timedOut)
    #expect(outcome.signal == 9)
    let child = try #require(Int32(outcome.tail.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(await ended(child))
  }

  @Test("A program that closes its output and hangs is ended by the time limit")
  func closed() async {
    let outcome = await runner.run(shell("exec >&- 2>&-; sleep 60", timeout: .milliseconds(400)))
    #expect(outcome.timedOut)
    #expect(!outcome.succeeded)
  }

  @Test("A grandchild that holds the output is not waited for, and ends with its group")
  func grandchild() async throws {
    let outcome = await runner.run(shell("sleep 300 & echo $!; exit 0"))
    #expect(outcome.succeeded)
    let child = try #require(Int32(outcome.tail.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(await ended(child))
  }

  @Test("A grandchild that writes for ever does not keep the run")
  func busyGrandchild() async throws {
    let outcome = await runner.run(shell("yes & exit 0"))
    #expect(outcome.exitCode == 0)
    #expect(!outcome.timedOut)
  }

  @Test("A cancellation ends the whole group and says so")
  func cancel() async throws {
    let identity = Mutex<ProcessIdentity?>(nil)
    let request = shell("sleep 300 & wait")
    let task = Task { [runner] in
      await runner.run(request) { started in
        identity.withLock { $0 = started }
      }
    }
    while identity.withLock({ $0 }) == nil { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    let outcome = await task.value
    #expect(outcome.cancelled)
    #expect(!outcome.timedOut)
    #expect(try #require(identity.withLock { $0 }).exists == false)
  }

  @Test("A cancellation before the start starts nothing")
  func cancelledBefore() async {
    let request = shell("echo started")
    let task = Task { [runner] in
      while !Task.isCancelled { await Task.yield() }
      return await runner.run(request)
    }
    task.cancel()
    let outcome = await task.value
    #expect(outcome.cancelled)
    #expect(outcome.tail.isEmpty)
  }

  /// Ended, or ended and not yet reaped by whoever inherited it. A process that was just killed needs a moment.
  private func ended(_ pid: Int32) async -> Bool {
    for _ in 0..<200 {
      guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return true }
      if stat.contains(") Z ") || stat.contains(") X ") { return true }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return false
  }
}
