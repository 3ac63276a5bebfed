internal import Foundation

/// What was said of a file when it was fetched, by which a later look can ask whether it has changed.
public struct Validators: Hashable, Sendable {
  /// The `ETag` that the server gave.
  public var etag: String?
  /// The `Last-Modified` that the server gave; for a file of this machine, when it was written and its size.
  public var lastModified: String?

  /// Creates validators.
  public init(etag: String? = nil, lastModified: String? = nil) {
    self.etag = etag
    self.lastModified = lastModified
  }

  /// Whether nothing can be asked by them.
  public var isEmpty: Bool { etag == nil && lastModified == nil }

  /// Reads an answer's headers, named in lower case.
  ///
  /// A time in the very second of the answer is left out: the file may change once more in that second, and no one would see
  /// it (RFC 9110, 8.8.2.2). So is one from a server that does not say what time it is there.
  init(headers: [String: String]) {
    etag = headers["etag"].flatMap { $0.isEmpty ? nil : $0 }
    guard let text = headers["last-modified"], let changed = Validators.date(text),
      let now = headers["date"].flatMap(Validators.date), now.timeIntervalSince(changed) >= 1
    else { return }
    lastModified = text
  }

  /// Looks at a file of this machine, under the same rule.
  init(file path: String) {
    guard let facts = try? FileManager.default.attributesOfItem(atPath: path),
      let changed = facts[.modificationDate] as? Date, Date().timeIntervalSince(changed) >= 1
    else { return }
    lastModified = "\(changed.timeIntervalSince1970) \((facts[.size] as? NSNumber)?.intValue ?? 0)"
  }

  /// The headers that ask for the file only if it has changed.
  var conditions: [String: String] {
    var headers: [String: String] = [:]
    headers["If-None-Match"] = etag
    headers["If-Modified-Since"] = lastModified
    return headers
  }

  private static func date(_ text: String) -> Date? {
    let reader = DateFormatter()
    reader.locale = Locale(identifier: "en_US_POSIX")
    reader.timeZone = TimeZone(identifier: "GMT")
    reader.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return reader.date(from: text)
  }
}
