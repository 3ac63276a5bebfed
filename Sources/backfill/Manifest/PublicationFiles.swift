internal import DataFiles
internal import Foundation
internal import Journal

/// What a period's page offers: its data files, or the reason why there are none.
struct PublicationFiles: Sendable {
  /// The page's name; nil when the address is a file's own.
  var title: String?
  /// Links to the period's data files, in the page's order.
  var links: [Link]
  /// Links left out because their names say another month.
  var otherPeriods: [Link]

  /// Reads the page, or takes the address itself where it is a data file.
  /// - Throws: `upcoming_publication` with the day when the page says so and links nothing, `no_files_found`, and what
  ///   fetching throws.
  static func find(
    url: String, landingPage: String?, period: String, fetcher: Fetcher
  ) async throws(DataFileError) -> PublicationFiles {
    let address = try Address(url)
    let direct = Link(url: url, text: "", fileName: address.fileName)
    if direct.isDataFile { return PublicationFiles(title: nil, links: [direct], otherPeriods: []) }
    let page: [UInt8]
    let base: String
    do {
      let answer = try await fetcher.bytes(of: url)
      page = answer.contents
      base = answer.fetched.finalURL
    } catch {
      throw await upcoming(error, landingPage: landingPage, period: period, url: url, fetcher: fetcher) ?? error
    }
    switch DataFileKind(start: page, fileName: address.fileName) {
    case .xlsx, .zip, .parquet, .xls: return PublicationFiles(title: nil, links: [direct], otherPeriods: [])
    case .csv, .json, .html, .unknown: break
    }
    let content = PageLinks(html: page, base: base)
    let links = content.dataFiles
    guard links.isEmpty else { return choose(links, title: content.name, period: period, url: url) }
    if let notice = content.notice { throw upcoming(notice, url: url) }
    throw DataFileError(
      .noFilesFound, "\(address): the page links no data files (it has \(content.links.count) links)",
      url: address.description, transient: false)
  }

  /// Pages sometimes list earlier periods too: a file that names another month is left out when one names this month.
  private static func choose(_ links: [Link], title: String?, period: String, url: String) -> PublicationFiles {
    let month = PeriodMonth.iso(key: period, hints: [url, title ?? ""])
    func months(_ link: Link) -> [String] {
      let own = PeriodMonth.months(in: link.fileName)
      return own.isEmpty ? PeriodMonth.months(in: link.text) : own
    }
    guard links.contains(where: { months($0).contains(month) }) else {
      return PublicationFiles(title: title, links: links, otherPeriods: [])
    }
    let own = links.filter { months($0).isEmpty || months($0).contains(month) }
    return PublicationFiles(title: title, links: own, otherPeriods: links.filter { !own.contains($0) })
  }

  private static func upcoming(_ notice: UpcomingNotice, url: String) -> DataFileError {
    let address = Address.shown(url)
    let day = notice.date.map { "is expected on \($0)" } ?? "has no date yet"
    var error = DataFileError(
      .upcomingPublication, "\(address): not yet published, \(day); the page says: \(notice.sentence)", url: address,
      transient: false)
    error.event.expectedDate = notice.date
    return error
  }

  /// A period whose page does not exist yet may be announced on the publication's landing page.
  private static func upcoming(
    _ error: DataFileError, landingPage: String?, period: String, url: String, fetcher: Fetcher
  ) async -> DataFileError? {
    guard error.kind == .notFound, let landingPage, let answer = try? await fetcher.bytes(of: landingPage) else {
      return nil
    }
    let month = PeriodMonth.iso(key: period, hints: [url])
    let lines = PageLinks(html: answer.contents, base: answer.fetched.finalURL).lines
    let own = lines.filter { PeriodMonth.months(in: $0).contains(month) }
    return UpcomingNotice(lines: own).map { upcoming($0, url: url) }
  }
}
