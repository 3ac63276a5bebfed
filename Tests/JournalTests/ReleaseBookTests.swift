import Foundation
import Journal
import Testing

@Suite("What is known of fetched files")
struct ReleaseBookTests {
  private let url = "https://example.org/a.csv"

  private func fetched(
    _ digest: String, source: String? = "one", url: String? = nil, etag: String? = nil, cached: Bool = false,
    checked: Bool = false
  ) -> Event {
    var data: [String: JSONValue] = [
      "url": .string(url ?? self.url), "sha256": .string(digest), "path": "data/raw/a.csv", "cached": .bool(cached),
    ]
    data["etag"] = etag.map(JSONValue.string)
    if checked { data["checked"] = true }
    return event(.fileFetched, source: source, stage: "load", data: data)
  }

  private func revised(_ outcome: JSONValue, to digest: String, sources: [JSONValue] = ["one"]) -> Event {
    event(
      .releaseRevised,
      data: [
        "url": .string(url), "outcome": outcome, "before": "A", "after": .string(digest), "sources": .array(sources),
        "etag": "new", "rows": ["one": 10],
      ])
  }

  @Test("a file keeps its validators while its bytes stay, and the bytes of a source are those it was loaded from last")
  func fetches() {
    var book = ReleaseBook(replaying: [fetched("A", source: nil, etag: "x"), fetched("A", cached: true), loaded("one")])
    #expect(book.files.map(\.etag) == ["x"] && book.files[0].sources == ["one"])
    #expect(book.sources(of: book.files[0], in: BackfillState(replaying: [loaded("one")])) == ["one"])
    for event in [fetched("B"), loaded("one")] { book.apply(event) }
    #expect(book.files.map(\.sha256) == ["B"] && book.files[0].etag == nil)
    // A fix gives the source another address: nobody is interested in the old one any more.
    for event in [fetched("C", url: "https://example.org/b.csv"), loaded("one")] { book.apply(event) }
    #expect(book.files.map(\.sources) == [[], ["one"]])
    let state = BackfillState(replaying: [loaded("one")])
    #expect(book.files.map { book.sources(of: $0, in: state) } == [[], ["one"]])
  }

  @Test("a program that names no sources is understood by the hashes of their inputs")
  func unnamed() {
    var load = loaded("one")
    load.data["input_hash"] = "A"
    let book = ReleaseBook(replaying: [fetched("A", source: nil), load])
    let state = BackfillState(replaying: [load, loaded("two")])
    #expect(book.sources(of: book.files[0], in: state) == ["one"])
  }

  @Test("a reported revision is known until the bytes are back or loaded")
  func reports() {
    let seen = ReleaseBook(replaying: [fetched("A"), loaded("one"), revised("reported", to: "B")])
    #expect(seen.files[0].revision?.sha256 == "B" && seen.files[0].sha256 == "A")
    #expect(seen.revised(of: "one", urlKey: "adhd/nov25").isEmpty)
    var back = seen
    back.apply(fetched("A", source: nil, etag: "x", checked: true))
    #expect(back.files[0].revision == nil && back.files[0].etag == "x")
    var loadedAnew = seen
    loadedAnew.apply(fetched("B"))
    #expect(loadedAnew.files[0].revision == nil && loadedAnew.files[0].sha256 == "B")
  }

  @Test("a revision is open until each source is loaded from it, which is told with what it changed")
  func reloads() throws {
    var book = ReleaseBook(
      replaying: [fetched("A"), fetched("A", source: "two"), revised("reloading", to: "B", sources: ["one", "two"])])
    #expect(book.completion(of: loaded("three")) == nil)
    var load = loaded("one", rows: 11)
    load.data["rows_added"] = 2
    load.data["rows_removed"] = 1
    let told = try #require(book.completion(of: load))
    #expect(told.data["outcome"] == "loaded" && told.data["rows_before"] == 10 && told.context.sourceCode == "one")
    #expect(
      told.data["message"] == "one is loaded from the revised a.csv: 11 rows instead of 10, 2 added, 1 removed")
    for event in [fetched("B", cached: true), load, told] { book.apply(event) }
    #expect(book.files[0].revision?.waiting == ["two"] && book.files[0].etag == "new")
    #expect(book.completion(of: load) == nil)
    // A failure leaves it open; a source that is switched off has no part in it any more.
    book.apply(event(.sourceFailed, source: "two", error: EventError(.unknown, "no")))
    #expect(book.files[0].revision?.waiting == ["two"])
    book.apply(event(.sourceSkipped, source: "two", data: ["reason": "disabled"]))
    #expect(book.files[0].revision == nil && book.files[0].sources == ["one"])
  }
}
