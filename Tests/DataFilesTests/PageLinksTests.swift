import DataFiles
import Testing

@Suite struct PageLinksTests {
  @Test("links are absolute, once each, with text and file name")
  func links() {
    let page = PageLinks(
      html: Array(
        """
        <title>T</title><base href="/files/"><h1>ADHD,  May 2025</h1><p>See <a href="ADHD%20May25.csv#top">The <b>data</b>
        </a> and <a href="ADHD%20May25.csv">again</a><a href="https://h.example/x.xlsx?a=1&amp;b=2" title="Book"></a>
        <a href="#here">x</a><a href="mailto:a@b">m</a><a href="javascript:f()">j</a><script>"<a href='no.csv'>"</script>
        <p>Unclosed<div>Text &amp; more
        """.utf8), base: "https://h.example/pages/may")
    #expect(
      page.links == [
        Link(url: "https://h.example/files/ADHD%20May25.csv", text: "The data", fileName: "ADHD May25.csv"),
        Link(url: "https://h.example/x.xlsx?a=1&b=2", text: "Book", fileName: "x.xlsx"),
      ])
    #expect(page.headings == ["ADHD, May 2025"])
    #expect(page.name == "ADHD, May 2025")
    #expect(page.lines.last == "Text & more")
    #expect(page.notice == nil)
  }

  @Test(
    "a page that announces a publication gives the day",
    arguments: [
      ("<p>This publication is due on 29 January 2026</p>", "2026-01-29"),
      ("<h2>Upcoming, not yet published</h2><dl><dt>Publication date:</dt><dd>29th Jan 2026</dd></dl>", "2026-01-29"),
      ("<p>Upcoming</p><p>January 5, 2026</p>", "2026-01-05"),
      ("<p>It will be published on 05/02/2026.</p>", "2026-02-05"),
      ("<p>Publication date: 2026-03-01</p><p>a</p><p>b</p><p>Not yet published</p>", "2026-03-01"),
      ("<p>Will be published on 31 February 2026</p>", nil),
      ("<p>Not yet published</p>", nil),
    ])
  func notices(_ html: String, _ date: String?) throws {
    let notice = try #require(PageLinks(html: Array(html.utf8), base: "http://h/").notice)
    #expect(notice.date == date)
  }

  @Test("a page of an ordinary publication announces nothing")
  func noNotice() {
    let html = "<h1>ADHD</h1><p>Publication date: 27 November 2025</p><p>Published by NHS England</p>"
    #expect(PageLinks(html: Array(html.utf8), base: "http://h/").notice == nil)
  }

  @Test("a very deep page, bytes that are no UTF-8 and an empty page are read")
  func odd() {
    let deep = String(repeating: "<div>", count: 20_000) + "<a href='x.csv'>x</a>"
    _ = PageLinks(html: Array(deep.utf8), base: "http://h/")
    let latin = Array("<p>Caf".utf8) + [0xE9] + Array("<a href='d.csv'>d</a>".utf8)
    #expect(PageLinks(html: latin, base: "http://h/").links.map(\.url) == ["http://h/d.csv"])
    #expect(PageLinks(html: [], base: "").links.isEmpty)
  }
}
