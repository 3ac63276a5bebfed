/// A file of a URL key as it was fetched, and what is known to be at its address by now.
public struct ReleaseFile: Equatable, Sendable {
  /// The publication.
  public var publication: String
  /// Its period.
  public var period: String
  /// The address as events may show it: without user, password and tokens.
  public var url: String
  /// Where the stage put it, as the stage says it; nil when it did not say.
  public var path: String?
  /// The SHA-256 of its bytes.
  public var sha256: String
  /// The server's `ETag` of them.
  public var etag: String?
  /// The server's `Last-Modified` of them; for a file of this machine when it was written, and its size.
  public var lastModified: String?
  /// The sources that said themselves that they are loaded from it.
  public var sources: Set<String> = []
  /// Other bytes that were found at its address and are not loaded yet.
  public var revision: Revision?

  /// `publication/period`.
  public var urlKey: String { "\(publication)/\(period)" }

  /// Whether other bytes are at its address than lie here.
  public var isRevised: Bool { revision.map { $0.sha256 != sha256 } ?? false }

  /// The last part of the address, which people know the file by.
  public var name: String {
    let path = url.prefix { $0 != "?" && $0 != "#" }
    return path.split(separator: "/").last.map(String.init) ?? url
  }

  /// A revised release.
  public struct Revision: Equatable, Sendable {
    /// The SHA-256 of the bytes that it replaces.
    public var before: String
    /// The SHA-256 of its bytes.
    public var sha256: String
    /// The server's `ETag` of them.
    public var etag: String?
    /// The server's `Last-Modified` of them.
    public var lastModified: String?
    /// The sources that are to be loaded from it; empty when it was only reported.
    public var waiting: Set<String> = []
    /// How many rows sources had from the release before.
    public var rows: [String: Int] = [:]
  }
}

extension ReleaseFile {
  /// Takes in that the file was fetched, or lay there already.
  mutating func take(fetched event: Event) {
    guard let digest = event.data["sha256"]?.string else { return }
    let etag = event.data["etag"]?.string
    let changed = event.data["last_modified"]?.string
    path = event.data["path"]?.string ?? path
    if let source = event.context.sourceCode { sources.insert(source) }
    if etag != nil || changed != nil {
      (self.etag, lastModified) = (etag, changed)
    } else if digest != sha256 {
      let isRevision = digest == revision?.sha256
      (self.etag, lastModified) = isRevision ? (revision?.etag, revision?.lastModified) : (nil, nil)
    }
    sha256 = digest
    // What is at the address is what is here again, whoever brought it; only sources that wait keep a revision open.
    let isSettled = revision?.waiting.isEmpty != false && revision?.sha256 == digest
    if isSettled || event.data["checked"]?.bool == true { revision = nil }
  }

  /// Takes in that other bytes were found at the address.
  mutating func take(revised event: Event) {
    guard let digest = event.data["after"]?.string else { return }
    var found = Revision(before: event.data["before"]?.string ?? sha256, sha256: digest)
    found.etag = event.data["etag"]?.string
    found.lastModified = event.data["last_modified"]?.string
    if event.data["outcome"] == "reloading" {
      found.waiting = Set((event.data["sources"]?.array ?? []).compactMap(\.string))
      found.rows = (event.data["rows"]?.object ?? [:]).compactMapValues(\.int)
    }
    revision = found
  }

  /// A source is loaded from the revision, or has no part in the file any more.
  mutating func settle(_ source: String) {
    guard revision?.waiting.remove(source) != nil else { return }
    if revision?.waiting.isEmpty == true { revision = nil }
  }
}
