import Dashboard
import Foundation
import Journal
import TestJournal
import Testing

/// The page in Debian's chromium: what it draws, and that nothing of the journal runs.
@Suite(.serialized)
struct BrowserTests {
  private struct Seen: Decodable {
    var values: [JSONValue]
    var console: [String]
    var screenshot: Int
  }

  /// Opens a page and evaluates expressions in it; nil where there is no chromium.
  private func look(
    at page: String, width: Int = 1280, dark: Bool = false, _ expressions: [String]
  ) throws -> Seen? {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/chromium") else {
      print("SKIPPED: there is no chromium; apt-get install chromium")
      if ProcessInfo.processInfo.environment["CI"] == "true" { Issue.record("skipped in CI: there is no chromium") }
      return nil
    }
    let folder = NSTemporaryDirectory() + "errata-page-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(page.utf8).write(to: URL(fileURLWithPath: folder + "/page.html"))
    try Data(expressions.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: folder + "/expressions"))
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Browser/browser.py").path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["python3", script, "file://\(folder)/page.html#/", folder + "/expressions", "\(width)"]
      + (dark ? ["dark"] : [])
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode(Seen.self, from: bytes)
  }

  private func page(_ events: [Event]) throws -> String {
    try DashboardPage.html(
      of: try ModelTests.fold(events, objectives: [ServiceObjective(name: "loads", objective: 0.5)]))
  }

  private static let text = "document.querySelector('main').innerText"
  /// What is wider than the window although it is not in a place that scrolls by itself.
  private static let overflow = "document.documentElement.scrollWidth - innerWidth"
  /// Texts whose contrast with what is behind them is below 4.5.
  private static let faint = """
    (() => { const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true }); \
    const rgb = (c) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); return canvas.getImageData(0, 0, 1, 1).data; }; \
    const light = (c) => { const [r, g, b] = [...c].slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; }; \
    const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255]; }; \
    const found = new Set(); for (const e of document.querySelectorAll('body *:not(script):not(style)')) { if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue; \
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))]; const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); if (ratio < 4.5) found.add(e.className + ' ' + ratio.toFixed(2)); } \
    return [...found]; })()
    """
  /// Controls and pictures without a name, headings that skip a level.
  private static let unnamed = """
    (() => { const found = []; for (const e of document.querySelectorAll('a, button, input, select')) if (!(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length)) found.push(e.outerHTML); \
    for (const e of document.querySelectorAll('main svg')) if (e.getAttribute('aria-hidden') !== 'true' && !e.getAttribute('aria-label')) found.push(e.outerHTML.slice(0, 80)); \
    if (document.querySelectorAll('h1').length !== 1) found.push('h1'); if (document.querySelectorAll('main, nav, header, footer').length !== 4) found.push('landmarks'); return found; })()
    """

  @Test("The overview shows today's numbers, draws without a word on the console, and fits", arguments: [1280, 360])
  func overview(width: Int) throws {
    let events = RandomJournal(seed: 9, runs: 8, publications: 3, sources: 5).events
    let today = try #require(try ModelTests.fold(events).model.days.last)
    let asked = [Self.text, Self.overflow, Self.faint, Self.unnamed]
    guard let seen = try look(at: try page(events), width: width, dark: width < 600, asked) else { return }
    let text = seen.values[0].string ?? ""
    #expect(text.contains("\(today.pipeline.urlsSucceeded) URL") && text.contains("Recent errors"))
    #expect(
      text.contains("type mismatch") && text.contains("hours ago") && text.contains("No fix waits")
        && text.contains("goal 50 %"))
    #expect(seen.values[1].int ?? 1 <= 0, "wider than the window")
    #expect(seen.values[2] == [], "too faint")
    #expect(seen.values[3] == [])
    #expect(seen.console.isEmpty && seen.screenshot > 10_000, "\(seen.console)")
  }

  @Test("No name runs, on whichever page it stands")
  func hostile() throws {
    let events = RandomJournal(seed: 10, runs: 4, publications: 2, sources: 5).events
    let name = RandomJournal.hostile[0].addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let source = RandomJournal.hostile[3].addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let addresses = [
      "#/", "#/runs", "#/sources", "#/fixes", "#/run/run_20260101_060000", "#/source/\(name)%2Fnov25/\(source)",
      "#/source/<img src=x onerror=alert(1)>", "#/day/2026-01-01", "#/nothing",
    ]
    let walk = addresses.map { address in
      let quoted = String(decoding: (try? JSONEncoder().encode(address)) ?? Data(), as: UTF8.self)
      return
        "(location.hash = \(quoted), new Promise((done) => setTimeout(() => done(document.querySelector('h1').innerText), 30)))"
    }
    let count = "[document.scripts.length, document.images.length]"
    let runs = "histories().map((history) => history.runs)"
    guard let seen = try look(at: try page(events), walk + [runs, count]) else { return }
    let titles = seen.values.dropLast().map { $0.string ?? "" }
    #expect(titles.prefix(4) == ["Today", "Runs", "Sources", "Fixes"])
    #expect(titles[4].contains("1 Jan, 06:00") && titles[5] == RandomJournal.hostile[3] && titles[7] == "1 Jan")
    #expect(seen.values.last == [3, 0])
    let histories = try ModelTests.fold(events).histories.sources.map(\.runs)
    #expect(try seen.values.dropLast().last == JSONValue(encoding: histories))
    #expect(seen.console.isEmpty, "\(seen.console)")
  }

  @Test("A journal without events is a friendly page")
  func empty() throws {
    // The check itself can fail.
    let fainter = "(document.querySelector('h1').style.color = 'rgb(140, 140, 140)', \(Self.faint).length)"
    guard let seen = try look(at: try page([]), [Self.text, Self.faint, Self.unnamed, fainter]) else { return }
    #expect(seen.values[0].string?.contains("Nothing has run here yet") == true)
    #expect(seen.values[1] == [] && seen.values[2] == [] && seen.console.isEmpty)
    #expect(seen.values[3] == 1)
  }

  @Test("The colours change at a button, and nothing is stored")
  func theme() throws {
    let press = "(document.getElementById('theme').click(), getComputedStyle(document.body).backgroundColor)"
    guard let seen = try look(at: try page([]), [press, press, "Object.keys(localStorage).length"]) else { return }
    #expect(seen.values == ["rgb(246, 246, 243)", "rgb(17, 19, 21)", 0])
  }
}
