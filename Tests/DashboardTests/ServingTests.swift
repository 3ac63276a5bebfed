import Foundation
import FoundationNetworking
import Journal
import TestJournal
import Testing

@testable import Dashboard

struct ServingTests {
  private func page(_ version: String = "1-2026-01-03") throws -> ServedPage {
    let events = RandomJournal(seed: 11, runs: 2, publications: 2, sources: 3).events
    return try ServedPage(of: try ModelTests.fold(events), version: version)
  }

  private func answer(_ text: String) throws -> String {
    let head = RequestHead(Data(text.replacingOccurrences(of: "\n", with: "\r\n").utf8))
    return String(decoding: Answer(to: head, port: 8787, page: try page()).bytes, as: UTF8.self)
  }

  @Test(
    "Only a request that means this machine is answered, only to read, and only the page",
    arguments: [
      ("GET / HTTP/1.1\nHost: 127.0.0.1:8787", "200"), ("GET /?x=1 HTTP/1.1\nhost: LOCALHOST:8787", "200"),
      ("GET / HTTP/1.1\nHost: evil.example:8787", "421"), ("GET / HTTP/1.1\nHost: 127.0.0.1", "421"),
      ("GET / HTTP/1.1\nHost: 127.0.0.1:8787\nHost: evil.example", "421"), ("GET / HTTP/1.1", "421"),
      ("POST / HTTP/1.1\nHost: 127.0.0.1:8787", "405"), ("GET /../etc/passwd HTTP/1.1\nHost: 127.0.0.1:8787", "404"),
      ("GET /logs/ HTTP/1.1\nHost: 127.0.0.1:8787", "404"), ("GET http://x/ HTTP/1.1\nHost: 127.0.0.1:8787", "400"),
      ("GET /", "400"), ("", "400"), ("GET / HTTP/1.1\nnonsense", "400"),
    ])
  func routes(request: String, status: String) throws {
    let answer = try answer(request)
    #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
    #expect(answer.contains("<!doctype html>") == (status == "200"))
    #expect(answer.contains("X-Content-Type-Options: nosniff\r\n"))
  }

  @Test("Who knows the version gets nothing, and who knows an older one the news")
  func versions() throws {
    let head = "GET /model.json HTTP/1.1\nHost: 127.0.0.1:8787\nIf-None-Match: "
    #expect(try answer(head + "\"1-2026-01-03\"").hasPrefix("HTTP/1.1 304 "))
    let news = try answer(head + "\"0-2026-01-03\"")
    #expect(news.hasPrefix("HTTP/1.1 200 ") && news.contains("ETag: \"1-2026-01-03\"") && news.contains("\"model\":{"))
  }

  @Test("Many ask at once and each gets the page; after the end nobody does")
  func server() async throws {
    let page = try page()
    let server = try LoopbackServer(port: 0)
    server.start { page }
    let address = try #require(URL(string: "http://127.0.0.1:\(server.port)/"))
    try await withThrowingTaskGroup(of: Data.self) { group in
      for _ in 0..<40 { group.addTask { try await URLSession.shared.data(from: address).0 } }
      for try await body in group { #expect(body == page.html) }
    }
    #expect(throws: ServingError.self) { try LoopbackServer(port: server.port) }
    server.stop()
    await #expect(throws: (any Error).self) {
      try await URLSession.shared.data(for: URLRequest(url: address, timeoutInterval: 2))
    }
  }
}
