internal import Journal
internal import ManifestYAML

extension Candidates {
  /// A file that moved: its new link is on the period's page.
  static let fileAddressFamily = CandidateFamily(
    name: "file addresses", types: [.notFound], propose: fileAddressCandidates)
  /// A period's page that moved: its new link is on the landing page.
  static let pageAddressFamily = CandidateFamily(
    name: "page addresses", types: [.notFound, .noFilesFound], propose: pageAddressCandidates)

  private static func fileAddressCandidates(_ diagnosis: Diagnosis) -> [Candidate] {
    guard let manifest = diagnosis.manifest, let root = manifest.root, let path = diagnosis.manifestPath else {
      return []
    }
    let files = fileAddresses(in: root)
    guard let dead = deadAddress(diagnosis, among: files.map(\.url)) else { return [] }
    let places = files.filter { $0.url == dead }.compactMap { place -> FixEdit? in
      guard let selector = selector(for: place.path, in: root) else { return nil }
      return FixEdit(file: path, selector: selector, old: .string(dead), new: nil)
    }
    let taken = Set(files.map(\.url))
    let links = [diagnosis.evidence.page, diagnosis.evidence.landing].compactMap { $0 }.flatMap(\.links)
    return AddressMatch.files(
      for: dead, period: diagnosis.failure.period, links: links.filter { !taken.contains($0.url) }
    )
    .prefix(3).map { match in
      candidate(match, edits: places, name: Address(match.link.url).fileName)
    }
  }

  private static func pageAddressCandidates(_ diagnosis: Diagnosis) -> [Candidate] {
    let failure = diagnosis.failure
    guard let publications = diagnosis.publications, let root = publications.root,
      let periods = root["publications"]?[failure.publication]?["urls"],
      let index = periods.items.firstIndex(where: { $0["period"]?.text == failure.period }),
      let dead = periods.items[index]["url"]?.text,
      failure.error.url.map({ isSame($0, as: dead) }) ?? true
    else { return [] }
    let path = YAMLPath(steps: [
      .key("publications"), .key(failure.publication), .key("urls"), .index(index), .key("url"),
    ])
    guard let selector = selector(for: path, in: root) else { return [] }
    let edit = FixEdit(file: publications.name, selector: selector, old: .string(dead), new: nil)
    let taken = Set(periods.items.compactMap { $0["url"]?.text })
    let links = (diagnosis.evidence.landing?.links ?? []).filter { !taken.contains($0.url) }
    return AddressMatch.pages(for: dead, period: failure.period, links: links).prefix(3).map { match in
      candidate(
        match, edits: [edit], name: Address(match.link.url).fileName, isGone: failure.error.kind == .notFound)
    }
  }

  private static func candidate(
    _ match: AddressMatch, edits: [FixEdit], name: String, isGone: Bool = true
  ) -> Candidate {
    Candidate(
      action: .fixManifestURL,
      edits: edits.map { $0.setting(.string(match.link.url)) },
      loss: Loss(.nothing), summary: "fetch \(name) from its new address",
      reason: "The old address \(isGone ? "is gone (404)" : "leads to no data"). \(match.reason)",
      prior: 0.4 + 0.5 * match.likeness,
      restsOnLikeness: !match.sameName)
  }

  /// The address that answered 404, as the manifest has it; the only one of the source where the error does not say.
  private static func deadAddress(_ diagnosis: Diagnosis, among known: [String]) -> String? {
    let own = Set(diagnosis.source?.files.compactMap { $0.node["url"]?.text } ?? [])
    guard let told = diagnosis.failure.error.url else { return own.count == 1 ? own.first : nil }
    // Of addresses that only differ in a secret, the failed source's own is meant.
    return own.sorted().first { isSame(told, as: $0) } ?? known.first { isSame(told, as: $0) }
  }

  /// Whether an error names that address: the error has lost its secrets, and may have lost its user and password too.
  private static func isSame(_ told: String, as address: String) -> Bool {
    told == address || shown(told) == shown(address)
  }

  /// An address without its secrets.
  private static func shown(_ url: String) -> String {
    let redacted = Redaction.redact(url)
    guard let start = redacted.firstRange(of: "://")?.upperBound else { return redacted }
    let host = redacted[start...].prefix { !"/?#".contains($0) }
    guard let user = host.lastIndex(of: "@") else { return redacted }
    return String(redacted[..<start] + redacted[redacted.index(after: user)...])
  }

  private static func fileAddresses(in root: YAMLNode) -> [(url: String, path: YAMLPath)] {
    var result: [(url: String, path: YAMLPath)] = []
    for (index, source) in (root["sources"]?.items ?? []).enumerated() {
      for (offset, file) in (source["files"]?.items ?? []).enumerated() {
        guard let url = file["url"]?.text else { continue }
        let steps: [YAMLPath.Step] = [.key("sources"), .index(index), .key("files"), .index(offset), .key("url")]
        result.append((url, YAMLPath(steps: steps)))
      }
    }
    return result
  }
}

/// The parts of an address that say what it leads to.
struct Address {
  let fileName: String
  let fileExtension: String?
  let path: String

  init(_ url: String) {
    let withoutQuery = url.prefix { $0 != "?" && $0 != "#" }
    let afterScheme = withoutQuery.firstRange(of: "://").map { withoutQuery[$0.upperBound...] } ?? withoutQuery
    let segments = afterScheme.split(separator: "/").dropFirst()
    path = segments.joined(separator: "/")
    let last = segments.last.map(String.init) ?? ""
    let name = last.removingPercentEncoding
    let dot = name.lastIndex(of: ".")
    let known = ["csv", "xlsx", "xls", "xlsm", "json", "parquet", "zip", "ods", "txt", "tsv"]
    let ending = dot.map { name[name.index(after: $0)...].lowercased() }
    fileName = name
    fileExtension = ending.flatMap { known.contains($0) ? $0 : nil }
  }

  /// The file's name without its ending and without what belongs to its period.
  var subject: String {
    let stem = fileExtension.map { fileName.dropLast($0.count + 1) } ?? fileName[...]
    let words = PeriodWords.pieces(of: String(stem)).filter { !PeriodWords.isPeriod($0) }
    return words.joined(separator: " ")
  }
}

/// A link that may be what an address was.
struct AddressMatch {
  let link: Evidence.Link
  let likeness: Double
  /// The file has the very same name, elsewhere.
  let sameName: Bool
  let reason: String

  /// Links to files of the same kind, for the same period, by the likeness of their names.
  static func files(for dead: String, period: String, links: [Evidence.Link]) -> [AddressMatch] {
    let old = Address(dead)
    return ranked(links) { link in
      let new = Address(link.url)
      guard let ending = new.fileExtension, ending == old.fileExtension, link.url != dead else { return nil }
      let sameName = new.fileName.lowercased() == old.fileName.lowercased()
      // The old name's own period counts first: a page may carry the files of several months.
      let wanted = PeriodWords(old.fileName) ?? PeriodWords(period)
      let found = PeriodWords(new.fileName) ?? PeriodWords(link.text)
      if let wanted, let found, !sameName, !wanted.agrees(with: found) { return nil }
      let likeness =
        sameName ? 1 : max(Likeness.between(old.subject, new.subject), 0.9 * Likeness.between(old.subject, link.text))
      guard likeness >= 0.5 else { return nil }
      return AddressMatch(
        link: link, likeness: likeness, sameName: sameName,
        reason: sameName
          ? "The page links a file of the same name elsewhere."
          : "The page links '\(new.fileName)', whose name is like '\(old.fileName)' to \(Candidates.percent(likeness))."
      )
    }
  }

  /// Links to pages that name the period, by the likeness of their addresses.
  static func pages(for dead: String, period: String, links: [Evidence.Link]) -> [AddressMatch] {
    let old = Address(dead)
    guard let wanted = PeriodWords(period) ?? PeriodWords(old.path) else { return [] }
    return ranked(links) { link in
      let new = Address(link.url)
      guard new.fileExtension == nil, link.url != dead else { return nil }
      let named = [PeriodWords(new.fileName), PeriodWords(link.text)].compactMap { $0 }
      guard named.contains(where: { $0.month == wanted.month && $0.year == wanted.year }) else { return nil }
      let likeness = max(Likeness.between(old.path, new.path), 0.5)
      return AddressMatch(
        link: link, likeness: likeness, sameName: new.fileName == old.fileName,
        reason: "The landing page links '\(link.text.isEmpty ? link.url : link.text)' for the period \(period).")
    }
  }

  private static func ranked(
    _ links: [Evidence.Link], match: (Evidence.Link) -> AddressMatch?
  ) -> [AddressMatch] {
    var seen: Set<String> = []
    let matches = links.filter { seen.insert($0.url).inserted }.compactMap(match)
    return matches.enumerated().sorted { ($0.element.likeness, -$0.offset) > ($1.element.likeness, -$1.offset) }
      .map(\.element)
  }
}

extension StringProtocol {
  /// The text with `%20` and the like decoded; what is no UTF-8 stays encoded.
  var removingPercentEncoding: String {
    var bytes: [UInt8] = []
    var rest = Array(utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(decoded)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self) ?? String(self)
  }
}
