internal import CXML2
internal import Foundation

/// A link of a page.
public struct Link: Hashable, Sendable, Codable {
  /// The absolute address, without its fragment.
  public let url: String
  /// What a reader clicks on, spaces tidied.
  public let text: String
  /// The name of the file behind it, percent signs undone.
  public let fileName: String

  /// Creates a link.
  public init(url: String, text: String, fileName: String) {
    self.url = url
    self.text = text
    self.fileName = fileName
  }

  /// What the file's name promises.
  public var kind: DataFileKind { DataFileKind(fileName: fileName) }

  /// Whether a data file is behind it, going by its name.
  public var isDataFile: Bool {
    switch kind {
    case .csv, .xlsx, .xls, .json, .parquet, .zip: true
    case .html, .unknown: false
    }
  }
}

/// What a publication's page says: its links, headings and text. Broken markup is read as browsers do.
public struct PageLinks: Hashable, Sendable {
  /// The text of `<title>`.
  public let title: String?
  /// All links in the page's order, each address once.
  public let links: [Link]
  /// Headings of the first three levels.
  public let headings: [String]
  /// The page's visible text, a line for each block.
  public let lines: [String]

  /// Reads a page; `base` is the address that relative links start from.
  public init(html: [UInt8], base: String) {
    var reader = PageReader(base: base)
    reader.read(html)
    title = reader.title.isEmpty ? nil : reader.title
    links = reader.links
    headings = reader.headings
    lines = reader.lines
  }

  /// The visible text.
  public var text: String { lines.joined(separator: "\n") }

  /// The page's own name: its first heading, else its title.
  public var name: String? { headings.first ?? title }

  /// Links to data files.
  public var dataFiles: [Link] { links.filter(\.isDataFile) }

  /// What the page says of a publication that is still to come; nil when it says nothing such.
  public var notice: UpcomingNotice? { UpcomingNotice(lines: lines) }

  /// The links of a page.
  public static func links(html: [UInt8], base: String) -> [Link] { PageLinks(html: html, base: base).links }
}

/// Walks libxml2's tree of a page.
private struct PageReader {
  var title = ""
  var links: [Link] = []
  var headings: [String] = []
  var lines: [String] = []
  private var base: URL?
  private var seen: Set<String> = []
  private var line = ""

  init(base: String) { self.base = URL(string: base) }

  mutating func read(_ html: [UInt8]) {
    let encoding = String(validating: html, as: UTF8.self) == nil ? nil : "UTF-8"
    let options = Int32(
      HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
        | HTML_PARSE_NONET.rawValue)
    let document = html.withUnsafeBytes { bytes in
      htmlReadMemory(
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: bytes.count), nil, encoding, options)
    }
    guard let document else { return }
    defer { xmlFreeDoc(document) }
    guard let root = xmlDocGetRootElement(document) else { return }
    walk(root)
    endLine()
  }

  /// Goes through the tree without recursion: a page's depth is not ours to trust.
  private mutating func walk(_ root: xmlNodePtr) {
    var node: xmlNodePtr = root
    while true {
      let descends = enter(node)
      if descends, let child = node.pointee.children {
        node = child
        continue
      }
      leave(node)
      while node.pointee.next == nil {
        guard node != root, let parent = node.pointee.parent, parent != root else { return }
        node = parent
        leave(node)
      }
      guard let next = node.pointee.next else { return }
      node = next
    }
  }

  /// Takes what a node says; returns whether its children are to be read.
  private mutating func enter(_ node: xmlNodePtr) -> Bool {
    if node.pointee.type == XML_TEXT_NODE || node.pointee.type == XML_CDATA_SECTION_NODE {
      line += text(of: node)
      return false
    }
    guard node.pointee.type == XML_ELEMENT_NODE else { return false }
    switch name(of: node) {
    case "script", "style", "noscript", "template": return false
    case "base":
      if let href = attribute("href", of: node), let url = URL(string: href, relativeTo: base) { base = url }
    case "title": if title.isEmpty { title = tidy(text(of: node)) }
    case "h1", "h2", "h3":
      endLine()
      let heading = tidy(text(of: node))
      if !heading.isEmpty { headings.append(heading) }
    case "a": take(node)
    case let name where PageReader.blocks.contains(name): endLine()
    default: break
    }
    return true
  }

  private mutating func leave(_ node: xmlNodePtr) {
    guard node.pointee.type == XML_ELEMENT_NODE, PageReader.blocks.contains(name(of: node)) else { return }
    endLine()
  }

  private mutating func take(_ node: xmlNodePtr) {
    guard let href = attribute("href", of: node)?.trimmingCharacters(in: .whitespacesAndNewlines), !href.isEmpty,
      !href.hasPrefix("#"), let url = URL(string: href, relativeTo: base)?.absoluteURL,
      let address = try? Address(url.absoluteString), seen.insert(address.url.absoluteString).inserted
    else { return }
    let shown = [tidy(text(of: node)), attribute("aria-label", of: node), attribute("title", of: node)]
    let download = attribute("download", of: node).map { ($0 as NSString).lastPathComponent } ?? ""
    links.append(
      Link(
        url: address.url.absoluteString, text: shown.compactMap { $0 }.first { !$0.isEmpty } ?? "",
        fileName: DataFileKind(fileName: address.fileName) == .unknown && !download.isEmpty
          ? download : address.fileName))
  }

  private mutating func endLine() {
    let tidied = tidy(line)
    if !tidied.isEmpty { lines.append(tidied) }
    line = ""
  }

  private func name(of node: xmlNodePtr) -> String {
    node.pointee.name.map { String(cString: $0) } ?? ""
  }

  private func text(of node: xmlNodePtr) -> String {
    guard let content = xmlNodeGetContent(node) else { return "" }
    defer { cxml2_free(content) }
    return String(cString: content)
  }

  private func attribute(_ name: String, of node: xmlNodePtr) -> String? {
    guard let value = xmlGetProp(node, name) else { return nil }
    defer { cxml2_free(value) }
    return String(cString: value)
  }

  private func tidy(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  private static let blocks: Set<String> = [
    "address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "table",
    "td", "th", "title", "tr", "ul",
  ]
}
