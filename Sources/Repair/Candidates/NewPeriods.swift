public import ManifestYAML
internal import Journal

/// A period that a landing page links and the publications do not have yet.
public struct NewPeriod: Hashable, Sendable {
  /// Its name, in the manner of the publication's others.
  public let period: String
  /// Its page.
  public let url: String
  /// What the link says.
  public let text: String
}

/// Finds new periods on landing pages.
///
/// A link is a new period's when it names a month and a year after the last one known, and when its address or its text is,
/// but for the period, that of a period which is known. It has to be on a known period's host.
public enum NewPeriods {
  /// How many periods one look may add.
  static let most = 6

  /// The new periods of a publication, in their order.
  ///
  /// - Parameters:
  ///   - known: The periods there are, with their addresses.
  public static func found(
    known: [(period: String, url: String)], landing: Evidence.Page
  ) -> [NewPeriod] {
    let dated = known.compactMap { entry in Month(entry.period).map { (month: $0, period: entry.period) } }
    guard let last = dated.max(by: { $0.month < $1.month }),
      // May's short name is its whole one too: any other month shows more.
      let example = dated.last(where: { $0.month.month != 5 }) ?? dated.last
    else { return [] }
    let addresses = Set(known.map(\.url))
    let shapes = Set(known.map { shape(path($0.url)) })
    let texts = Set(landing.links.filter { addresses.contains($0.url) }.map { shape($0.text) }).filter { $0.count > 1 }
    let hosts = Set(known.map { host($0.url) })
    let endings = Set(known.map { Address($0.url).fileExtension })
    var found: [Month: NewPeriod] = [:]
    for link in landing.links where !addresses.contains(link.url) && hosts.contains(host(link.url)) {
      let named = [Address(link.url).fileName, link.text].compactMap { Month($0) }
      guard let month = named.first, named.allSatisfy({ $0 == month }), last.month < month, found[month] == nil,
        endings.contains(Address(link.url).fileExtension),
        shapes.contains(shape(path(link.url))) || texts.contains(shape(link.text)),
        let name = PeriodNaming.name(month: month.month, year: month.year, like: example.period),
        !known.contains(where: { $0.period == name })
      else { continue }
      found[month] = NewPeriod(period: name, url: link.url, text: link.text)
    }
    return found.sorted { $0.key < $1.key }.prefix(most).map(\.value)
  }

  /// The edits that add periods to a publication; nil where the publications do not have it.
  public static func candidate(
    _ periods: [NewPeriod], publication: String, publications: YAMLFile, path: String
  ) -> Candidate? {
    guard !periods.isEmpty, let list = publications.root?["publications"]?[publication]?["urls"],
      list.kind == .sequence
    else { return nil }
    let edits = periods.map { period in
      FixEdit(
        file: path,
        selector: YAMLSelector(steps: [
          .key("publications"), .key(publication), .key("urls"),
          .item(key: "period", value: period.period, occurrence: 1),
        ]), old: nil, new: ["period": .string(period.period), "url": .string(period.url)])
    }
    let names = periods.map(\.period).joined(separator: ", ")
    let texts = periods.map { "'\($0.text.isEmpty ? $0.url : $0.text)'" }.joined(separator: ", ")
    return Candidate(
      action: .addPeriod, edits: edits, loss: Loss(.nothing), summary: "add the period \(names)",
      reason: "The landing page links \(texts), which the publications do not have yet.", prior: 0.85, safe: false)
  }

  /// A month that a text names, with its year.
  private struct Month: Hashable, Comparable {
    let year: Int
    let month: Int

    init?(_ text: String) {
      guard let words = PeriodWords(text), let month = words.month, let year = words.year else { return nil }
      (self.year, self.month) = (year, month)
    }

    static func < (left: Month, right: Month) -> Bool { (left.year, left.month) < (right.year, right.month) }
  }

  private static func shape(_ text: String) -> [String] {
    PeriodWords.pieces(of: text).filter { !PeriodWords.isPeriod($0) }
  }

  private static func path(_ url: String) -> String { Address(url).path }

  private static func host(_ url: String) -> Substring {
    guard let scheme = url.firstRange(of: "://") else { return "" }
    return url[scheme.upperBound...].prefix { $0 != "/" }
  }
}
