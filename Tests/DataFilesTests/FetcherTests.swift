import DataFiles
import Foundation
import Journal
import TestSite
import Testing

@Suite struct FetcherTests {
  let site: TestSite
  let folder: TestFolder

  init() throws {
    site = try TestSite(["ADHD May25.csv": "a,b\n1,2\n"])
    folder = try TestFolder()
  }

  @Test("a file arrives whole, with its hash, also through redirects and from file URLs")
  func arrives() async throws {
    let target = folder.path("new/got.csv")
    for address in [
      site.url("ADHD%20May25.csv"), site.url("ADHD May25.csv"), site.url("moved/moved/ADHD%20May25.csv"),
      URL(fileURLWithPath: site.path("ADHD May25.csv")).absoluteString,
    ] {
      let fetched = try await Fetcher().fetch(address, to: target)
      #expect(fetched.sha256 == Digest.sha256("a,b\n1,2\n"))
      #expect(try String(contentsOfFile: target, encoding: .utf8) == "a,b\n1,2\n")
      try FileManager.default.removeItem(atPath: target)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("new")).isEmpty)
  }

  @Test("what has not changed is not fetched again, and what has is", arguments: ["", "tagged/", "file"])
  func unchanged(_ way: String) async throws {
    let target = folder.path("got.csv")
    let name = site.path("ADHD May25.csv")
    let old = Date(timeIntervalSinceNow: -3600)
    try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: name)
    let url = way == "file" ? URL(fileURLWithPath: name).absoluteString : site.url("\(way)ADHD%20May25.csv")
    let first = try await Fetcher().fetch(url, to: target)
    #expect(!first.validators.isEmpty)
    try FileManager.default.removeItem(atPath: target)
    #expect(try await Fetcher().fetch(url, to: target, unless: first.validators) == nil)
    #expect(!FileManager.default.fileExists(atPath: target))
    try site.write("ADHD May25.csv", "a,b\n1,3\n")
    let second = try #require(try await Fetcher().fetch(url, to: target, unless: first.validators))
    #expect(second.sha256 == Digest.sha256("a,b\n1,3\n") && second.validators != first.validators)
  }

  @Test("a time in the second of the answer, or none at all, is nothing to ask by")
  func unaskable() async throws {
    try site.write("new.csv", "a\n1\n")
    // What is written in the second of the answer, and what a clock that goes wrong says.
    let future = Date(timeIntervalSinceNow: 3600)
    try FileManager.default.setAttributes([.modificationDate: future], ofItemAtPath: site.path("new.csv"))
    let file = URL(fileURLWithPath: site.path("new.csv")).absoluteString
    for url in [site.url("new.csv"), file, site.url("plain/new.csv")] {
      let fetched = try await Fetcher().fetch(url, to: folder.path("x"))
      #expect(fetched.validators.isEmpty, "\(url)")
    }
  }

  @Test(
    "a status becomes its error type",
    arguments: [
      (404, ErrorType.notFound, false), (410, .notFound, false), (403, .accessDenied, false),
      (401, .accessDenied, false), (429, .rateLimited, true), (503, .serverError, true), (504, .serverError, true),
    ])
  func status(_ status: Int, _ type: ErrorType, _ transient: Bool) async throws {
    let error = await #expect(throws: DataFileError.self) {
      try await Fetcher().fetch(site.url("status/\(status)"), to: folder.path("x"))
    }
    #expect(error?.kind == type)
    #expect(error?.event.status == status)
    #expect(error?.event.transient == transient)
    #expect(error?.event.url == site.url("status/\(status)"))
  }

  @Test("a body shorter than its Content-Length is truncated, and what was there before stays")
  func truncated() async throws {
    let target = folder.path("kept.csv")
    try Data("before".utf8).write(to: URL(fileURLWithPath: target))
    let error = await #expect(throws: DataFileError.self) {
      try await Fetcher().fetch(site.url("truncated/x.csv"), to: target)
    }
    #expect(error?.kind == .connectionFailed)
    #expect(error?.event.transient == true)
    #expect(error?.description.contains("truncated: 8 of 5000 bytes") == true)
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "before")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["kept.csv"])
  }

  @Test("silence, refusals, endless redirects and forbidden targets each have their own error")
  func connections() async throws {
    func error(_ url: String, _ fetcher: Fetcher = Fetcher()) async -> DataFileError? {
      await #expect(throws: DataFileError.self) { try await fetcher.fetch(url, to: folder.path("x")) }
    }
    #expect(await error(site.url("silent"), Fetcher(idleTimeout: 1))?.kind == .timeout)
    let trickle = await error(site.url("trickle"), Fetcher(totalTimeout: 1))
    #expect(trickle?.kind == .timeout && trickle?.description.contains("longer than 1 s") == true)
    #expect(await error("http://127.0.0.1:1/x.csv")?.kind == .connectionFailed)
    #expect(await error("http://no-such-host.invalid/x.csv")?.kind == .connectionFailed)
    #expect(await error(site.url("circle"))?.description.contains("redirects") == true)
    let local = await error(site.url("local"))
    #expect(local?.kind == .accessDenied)
    #expect(!FileManager.default.fileExists(atPath: folder.path("x")))
    #expect(await error(site.url("ADHD%20May25.csv"), Fetcher(maximumBytes: 3))?.kind == .corruptFile)
    #expect(await error("file:///no/such/file.csv")?.kind == .notFound)
    #expect(await error("ftp://example.org/x.csv")?.kind == .manifestInvalid)
    #expect(await error("not a url")?.kind == .manifestInvalid)
  }

  @Test("credentials in an address never reach a message")
  func credentials() async throws {
    let address = site.url("status/404").replacingOccurrences(of: "http://", with: "http://me:secret@")
    let error = await #expect(throws: DataFileError.self) {
      try await Fetcher().fetch(address, to: folder.path("x"))
    }
    #expect(error?.description.contains("secret") == false)
    #expect(error?.event.url?.contains("secret") == false)
  }
}
