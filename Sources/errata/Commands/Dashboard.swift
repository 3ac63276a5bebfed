import ArgumentParser
import Dashboard
import Foundation
import Journal
import Supervisor

/// Everything at a glance, in a browser.
struct DashboardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dashboard",
    abstract: "Write a page of how everything stands: today, failures, runs, trends, fixes.",
    discussion: """
      One HTML file that needs nothing else: no network, no other file. Ages on it are as of when it was written. Values of the \
      data are shown as the reports show them (report.values). --serve shows it at http://127.0.0.1:PORT/ instead, to this \
      machine only, and the open page follows what is written, until it is interrupted.
      """)

  @OptionGroup var options: WorkspaceOptions
  @Option(
    help: ArgumentHelp("The file to write, logs/dashboard.html by default; - is standard output.", valueName: "file"))
  var output: String?
  @Option(help: ArgumentHelp("The moment that the page is as of (ISO 8601); now by default.", valueName: "time"))
  var now: String?

  @Flag(help: "Serve the page, and keep it up to date.") var serve = false
  @Option(help: "The port that is served; 0 for any that is free.") var port = 8787

  func validate() throws {
    if serve && now != nil { throw ValidationError("--serve shows the page as of now: leave out --now") }
    guard (0...65_535).contains(port) else { throw ValidationError("--port is a number from 0 to 65535") }
  }

  func run() async throws {
    guard !serve else { return try await served() }
    let moment = try self.moment()
    let page = try DashboardPage.html(of: try await source().fold(try options.history(), now: moment))
    guard output != "-" else { return Terminal.answer(page) }
    // Beside the journal, where git does not look.
    let logs = try options.located().logs
    let path = output ?? logs + "/dashboard.html"
    do {
      if output == nil { try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true) }
      try Data(page.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      let failure = JournalError("write", path, error)
      if failure.kind == .failed { throw CommandFailure(.usage, failure.description) }
      throw failure
    }
    Terminal.say("The dashboard is in \(path): open it in a browser.")
  }

  private func source() throws -> DashboardSource {
    DashboardSource(workspace: try options.located(), config: options.config, objectives: objectives())
  }

  private func served() async throws {
    let page = LivePage(try source())
    let server: LoopbackServer
    do { server = try LoopbackServer(port: port) } catch let error as ServingError {
      throw CommandFailure(.usage, error.description)
    }
    let (signals, heard) = AsyncStream.makeStream(of: Void.self)
    let watch = InterruptWatch { heard.finish() }
    server.start { try await page.page() }
    Terminal.say("The dashboard is at http://127.0.0.1:\(server.port)/; Ctrl-C ends it.")
    for await _ in signals {}
    withExtendedLifetime(watch) { server.stop() }
  }

  /// Goals that cannot be read keep nobody from looking.
  private func objectives() -> [ServiceObjective] {
    do { return try options.goals().objectives } catch {
      Terminal.say("errata: the page is without goals: \(error)")
      return []
    }
  }

  private func moment() throws -> Date {
    guard let now else { return Date() }
    guard let date = Event.date(from: now) else {
      throw CommandFailure(.usage, "--now \(now) is no time; give one like 2026-01-12T10:30:00Z")
    }
    return date
  }
}
