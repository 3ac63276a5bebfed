import DataFiles
import Foundation
import Journal
import ManifestYAML
import TestSite
import Testing

@Suite struct ManifestTests {
  let site: TestSite
  let backfill: BackfillCommand

  init() throws {
    site = try TestSite()
    backfill = try BackfillCommand()
  }

  private func page(_ title: String, _ links: [String]) throws {
    let items = links.map { "<li><a href=\"\($0)\">\($0)</a></li>" }.joined()
    try site.write("page.html", "<html><body><h1>\(title)</h1><ul>\(items)</ul></body></html>")
  }

  private func draft(_ url: String = "page.html", to output: String = "m.yaml") throws -> BackfillCommand.Outcome {
    try backfill.run(
      "manifest", "--publication", "adhd", "--period", "may25", "--url", site.url(url), "--output", output)
  }

  @Test("a page's files become sources: CSV, every sheet, members of an archive; other months are left out")
  func wholePage() throws {
    try site.write("ADHD_May25.csv", "a,b\n1,2\n")
    try site.write("ADHD_Apr25.csv", "a,b\n1,2\n")
    try site.write(
      workbook: "Book_May25.xlsx",
      [
        .init("Title page", [["A book"], ["Published in May"]]),
        .init("By region", [["Table 1"], [nil], ["Region", "Count"], ["North", "4"], ["South", "*"]]),
      ])
    try site.write(archive: "All.zip", ["monthly/ADHD_in_May25.csv": "p;q\n1;2\n", "read.md": "x"])
    try page("ADHD, May 2025", ["ADHD_May25.csv", "ADHD_Apr25.csv", "Book_May25.xlsx", "All.zip", "about.html"])
    let outcome = try draft()
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    let manifest = try backfill.manifest("m.yaml")
    let codes = manifest["sources"]?.sequence?.compactMap { $0["code"]?.string }
    #expect(codes == ["adhd_data", "book_title_page", "book_by_region", "adhd_in"])
    let sheet = manifest.source("book_by_region")?["files"]?[0]
    #expect(sheet?["sheet"] == "By region")
    #expect(sheet?["header_row"] == 3)
    #expect(sheet?["period"] == "2025-05")
    #expect(sheet?["mode"] == "replace")
    #expect(sheet?["preview"] == "Region,Count\nNorth,4\nSouth,*")
    #expect(manifest.source("book_by_region")?["columns"] == nil)
    let member = manifest.source("adhd_in")?["files"]?[0]
    #expect(member?["extract"] == "monthly/ADHD_in_May25.csv")
    #expect(member?["delimiter"] == ";")
    #expect(manifest["manifest"]?["name"] == "adhd_may25")
    #expect(manifest["manifest"]?["publication_context"]?["page_title"] == "ADHD, May 2025")
    let fetched = outcome.events.filter { $0.type == .fileFetched }
    #expect(fetched.count == 3)
    #expect(fetched.first?.data["sha256"]?.string == Digest.sha256("a,b\n1,2\n"))
    #expect(fetched.first?.context.urlKey == "adhd/may25")
    let written = outcome.events.first { $0.type == .fileWritten }
    #expect(written?.data["sha256"]?.string == Digest.sha256(try backfill.text("m.yaml")))
  }

  @Test("the same input gives the same bytes")
  func deterministic() throws {
    try site.write("ADHD_May25.csv", "a,b\n1,2\n")
    try page("ADHD", ["ADHD_May25.csv"])
    #expect(try draft(to: "one.yaml").exitCode == 0)
    #expect(try draft(to: "two.yaml").exitCode == 0)
    #expect(try backfill.text("one.yaml") == backfill.text("two.yaml"))
  }

  @Test("a data file's own address is enough")
  func direct() throws {
    try site.write("ADHD_May25.csv", "a,b\n1,2\n")
    #expect(try draft("ADHD_May25.csv").exitCode == 0)
    #expect(
      try backfill.manifest("m.yaml").source("adhd_data")?["files"]?[0]?["url"] == .string(site.url("ADHD_May25.csv")))
  }

  @Test("a file that is missing or an HTML page keeps its entry, with a warning; the others are looked into")
  func brokenFiles() throws {
    try site.write("good_may25.csv", "a,b\n1,2\n")
    try site.write("fake_may25.xlsx", "<!DOCTYPE html><html><body>Sorry</body></html>")
    try page("ADHD", ["good_may25.csv", "fake_may25.xlsx", "gone_may25.csv"])
    let outcome = try draft()
    #expect(outcome.exitCode == 0)
    let manifest = try backfill.manifest("m.yaml")
    #expect(manifest["sources"]?.sequence?.count == 3)
    #expect(manifest.source("fake_data")?["enabled"] == true)
    #expect(manifest.source("gone_data")?["files"]?[0]?["url"] == .string(site.url("gone_may25.csv")))
    #expect(outcome.events.count { $0.type == .warning } == 2)
  }

  @Test("an upcoming publication, a page without files and a missing page fail with their own errors")
  func failures() throws {
    try site.write(
      "soon.html", "<h1>ADHD</h1><p>Upcoming, not yet published</p><p>Publication date: 29 January 2026</p>")
    try site.write("bare.html", "<h1>ADHD</h1><p>Published</p><a href='about.html'>x</a>")
    let soon = try draft("soon.html")
    #expect(soon.exitCode == 1)
    let error = soon.ending?.error
    #expect(soon.ending?.type == .stageFailed)
    #expect(error?.kind == .upcomingPublication)
    #expect(error?.expectedDate == "2026-01-29")
    #expect(try draft("bare.html").ending?.error?.kind == .noFilesFound)
    let gone = try draft("gone.html").ending?.error
    #expect(gone?.kind == .notFound)
    #expect(gone?.url == site.url("gone.html"))
    #expect(!FileManager.default.fileExists(atPath: backfill.folder.path("m.yaml")))
  }

  @Test("a period without a page that the landing page announces is upcoming")
  func landingPage() throws {
    try site.write(
      "all.html", "<h1>ADHD</h1><p>April 2025: out now</p><p>May 2025: will be published on 3 June 2025</p>")
    let outcome = try backfill.run(
      "manifest", "--publication", "adhd", "--period", "may25", "--url", site.url("gone.html"), "--output", "m.yaml",
      "--landing-page", site.url("all.html"))
    #expect(outcome.ending?.error?.kind == .upcomingPublication)
    #expect(outcome.ending?.error?.expectedDate == "2025-06-03")
  }

  @Test("a file that the server cannot give just now fails the step: a draft without its sheets would stay wrong")
  func transient() throws {
    try page("ADHD", ["status/503#x.csv", "truncated/may25.csv"])
    let error = try draft().ending?.error
    #expect(error?.transient == true)
    #expect(!FileManager.default.fileExists(atPath: backfill.folder.path("m.yaml")))
  }
}
