internal import ManifestYAML

extension PublicationsFile {
  /// Reads the file. Keys that Errata does not know are left alone, since real files carry more; one that stands twice
  /// is told and its last value taken, as its other readers take it: it must not keep the others from being loaded.
  init?(_ file: ConfigurationFile) {
    guard let document = file.decode(PublicationsDocument.self, with: YAMLDecoder(repeatedKeys: .lastCounts)) else {
      return nil
    }
    publications = document.publications.items.compactMap { entry in
      let key = entry.key?.text ?? ""
      guard PlainName.accepts(key) else {
        file.note("the publication key '\(key)' must be \(PlainName.expectation)", at: entry.key)
        return nil
      }
      return entry.value.map { Publication(key: key, $0, file) }
    }
  }
}

private struct PublicationsDocument: YAMLDescribed {
  let publications: YAMLNamedItems<PublicationDocument>

  static let examples = ["publications": "{adhd: {urls: [{period: nov25, url: https://example.org/nov-2025}]}}"]
  static let allowsOtherKeys = true
}

private struct PublicationDocument: YAMLDescribed {
  let name: String?
  let frequency: String?
  let landingPage: Text<WebAddress>?
  let referenceManifest: Text<InnerPath>?
  let notes: String?
  let urls: YAMLItems<PeriodDocument>?

  static let noun: String? = "publication"
  static let allowsOtherKeys = true
  enum CodingKeys: String, CodingKey {
    case name, frequency, notes, urls
    case landingPage = "landing_page"
    case referenceManifest = "reference_manifest"
  }
}

private struct PeriodDocument: YAMLDescribed {
  let period: Text<PlainName>
  let url: Text<WebAddress>
  let enabled: Bool?

  static let noun: String? = "url"
  static let examples = ["period": "nov25", "url": "https://example.org/nov-2025"]
  static let allowsOtherKeys = true
}

extension Publication {
  fileprivate init(key: String, _ document: PublicationDocument, _ file: ConfigurationFile) {
    self.init(
      key: key, name: document.name, frequency: document.frequency, landingPage: document.landingPage?.value,
      referenceManifest: document.referenceManifest?.value, notes: document.notes)
    var lines: [String: Int] = [:]
    for item in document.urls?.items ?? [] {
      guard let period = item.value else { continue }
      let name = period.period.value
      let place = item.node.member("period") ?? item.node
      if let first = lines[name] {
        file.note(
          "the period '\(name)' stands twice in publication '\(key)', on lines \(first) and \(place.line); keep one of them",
          at: place)
        continue
      }
      lines[name] = place.line
      urls.append(Period(period: name, url: period.url.value, enabled: period.enabled ?? true))
    }
  }
}
