import DataFiles
import Foundation
import Journal
import TestSite
import Testing

@Suite struct RawCacheTests {
  let site: TestSite
  let folder: TestFolder
  let cache: RawCache

  init() throws {
    site = try TestSite(["a.csv": "x,y\n1,2\n"])
    folder = try TestFolder()
    cache = RawCache(directory: folder.path("raw"))
  }

  @Test("a good file is downloaded once")
  func once() async throws {
    let first = try await cache.file(for: site.url("a.csv"))
    try site.write("a.csv", "changed\n")
    let second = try await cache.file(for: site.url("a.csv"))
    #expect(first.fetchedNow)
    #expect(!second.fetchedNow)
    #expect(first.sha256 == second.sha256)
    #expect(first.path.hasSuffix("-a.csv"))
    #expect(first.kind == .csv)
  }

  @Test("an HTML page in place of a workbook is corrupt, kept to be looked at, and fetched anew by the next call")
  func heals() async throws {
    try site.write(workbook: "b.xlsx", [.init("Data", [["k"], ["1"]])])
    let address = site.url("heals/b.xlsx")
    let error = await #expect(throws: DataFileError.self) { try await cache.file(for: address) }
    #expect(error?.kind == .corruptFile)
    #expect(error?.event.file == "b.xlsx")
    #expect(error?.description.contains("HTML page") == true)
    #expect(try cache.existing(for: address)?.kind == .html)
    let file = try await cache.file(for: address)
    #expect(file.kind == .xlsx)
    #expect(file.fetchedNow)
  }

  @Test("a truncated workbook, an empty file and binary in a CSV are not what their names say")
  func defects() async throws {
    try site.write(workbook: "c.xlsx", [.init("Data", [["k"], ["1"]])])
    let whole = try Data(contentsOf: URL(fileURLWithPath: site.path("c.xlsx")))
    try site.write("cut.xlsx", whole.prefix(whole.count / 2))
    try site.write("empty.csv", "")
    try site.write("binary.csv", Data([0, 1, 2, 0, 0]))
    try site.write("fake.parquet", "PAR1 and nothing more")
    for name in ["cut.xlsx", "empty.csv", "binary.csv", "fake.parquet"] {
      let error = await #expect(throws: DataFileError.self) { try await cache.file(for: site.url(name)) }
      #expect(error?.kind == .corruptFile, "\(name)")
    }
  }

  @Test("many downloads of one address at once leave one whole file and nothing else")
  func atOnce() async throws {
    let body = String(repeating: "1,2\n", count: 50_000)
    try site.write("big.csv", body)
    let address = site.url("big.csv")
    let cache = cache
    let files = try await withThrowingTaskGroup(of: CachedFile.self) { group in
      for _ in 0..<6 { group.addTask { try await cache.file(for: address) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(files.map(\.sha256)).count == 1)
    #expect(files.allSatisfy { $0.bytes == body.utf8.count })
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("raw")).count == 1)
  }

  @Test("names cannot leave the folder, and two addresses with one name do not meet")
  func names() throws {
    let one = try cache.path(for: "http://h/x/%2e%2e%2fetc%2fpasswd")
    #expect(URL(fileURLWithPath: one).deletingLastPathComponent().path == folder.path("raw"))
    #expect(try cache.path(for: "http://h/1/data.csv") != cache.path(for: "http://h/2/data.csv"))
    let long = try cache.path(for: "http://h/" + String(repeating: "n", count: 300) + ".xlsx")
    #expect(long.hasSuffix(".xlsx") && (long as NSString).lastPathComponent.utf8.count < 120)
  }

  @Test("a member of an archive is unpacked beside it; one that is missing is named with those there are")
  func members() async throws {
    try site.write(archive: "z.zip", ["monthly/in.csv": "p,q\n1,2\n", "../evil.csv": "a\n", "__MACOSX/x": ""])
    let archive = try await cache.file(for: site.url("z.zip"))
    #expect(try Archive.members(at: archive.path).map(\.name) == ["../evil.csv", "monthly/in.csv"])
    let member = try cache.member("monthly/in.csv", of: archive)
    #expect(try String(contentsOfFile: member.path, encoding: .utf8) == "p,q\n1,2\n")
    #expect(try cache.member("../evil.csv", of: archive).path.hasPrefix(folder.path("raw")))
    #expect(try !cache.member("monthly/in.csv", of: archive).fetchedNow)
    let error = #expect(throws: DataFileError.self) { try cache.member("monthly/other.csv", of: archive) }
    #expect(error?.kind == .noFilesFound)
    #expect(error?.description.hasPrefix("z.zip has no member 'monthly/other.csv'; it has") == true)
    #expect(error?.description.contains("'monthly/in.csv'") == true)
    #expect(throws: DataFileError.self) { try Archive.contents(of: "monthly/in.csv", at: archive.path, limit: 3) }
  }
}
