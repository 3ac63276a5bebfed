/// `publications.yaml`: the publications in the order of the file (S0-67).
public struct PublicationsFile: Hashable, Sendable {
  /// The publications.
  public var publications: [Publication]

  /// Creates a list of publications.
  public init(publications: [Publication]) { self.publications = publications }

  /// The publication of that key.
  public subscript(key: String) -> Publication? { publications.first { $0.key == key } }

  /// Every period that is switched on, with its publication, in the order of the file.
  public var enabledPeriods: [(publication: Publication, period: Period)] {
    publications.flatMap { publication in
      publication.urls.filter(\.enabled).map { (publication, $0) }
    }
  }
}

/// A publication: one landing page, a page for each period.
public struct Publication: Hashable, Sendable {
  /// Its key in the file, such as `adhd`.
  public var key: String
  /// Its name for people.
  public var name: String?
  /// How often it comes out.
  public var frequency: String?
  /// The page that links its periods.
  public var landingPage: String?
  /// The manifest whose names and types its periods reuse, relative to the workspace.
  public var referenceManifest: String?
  /// What people noted.
  public var notes: String?
  /// Its periods.
  public var urls: [Period]

  /// Creates a publication.
  public init(
    key: String, name: String? = nil, frequency: String? = nil, landingPage: String? = nil,
    referenceManifest: String? = nil, notes: String? = nil, urls: [Period] = []
  ) {
    self.key = key
    self.name = name
    self.frequency = frequency
    self.landingPage = landingPage
    self.referenceManifest = referenceManifest
    self.notes = notes
    self.urls = urls
  }
}

/// A period of a publication.
public struct Period: Hashable, Sendable {
  /// Its name, such as `nov25`.
  public var period: String
  /// Its page.
  public var url: String
  /// Whether it is worked on.
  public var enabled: Bool

  /// Creates a period.
  public init(period: String, url: String, enabled: Bool = true) {
    self.period = period
    self.url = url
    self.enabled = enabled
  }
}
