public import Foundation
internal import Journal

/// Where a page or data file is: an `http`, `https` or `file` URL.
public struct Address: Hashable, Sendable, CustomStringConvertible {
  /// The parsed URL, without its fragment.
  public let url: URL

  /// Reads an address; other schemes, a missing host and text that is no URL are refused.
  public init(_ text: String) throws(DataFileError) {
    let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard var parts = URLComponents(string: trimmed), let scheme = parts.scheme?.lowercased() else {
      throw Address.refusal(trimmed, "it is not a URL")
    }
    parts.scheme = scheme
    parts.fragment = nil
    guard let url = parts.url else { throw Address.refusal(trimmed, "it is not a URL") }
    switch scheme {
    case "http", "https":
      guard let host = parts.host, !host.isEmpty else { throw Address.refusal(trimmed, "it names no host") }
    case "file":
      guard parts.host ?? "" == "" || parts.host == "localhost" else {
        throw Address.refusal(trimmed, "a file URL cannot name another host")
      }
    default:
      throw Address.refusal(trimmed, "its scheme '\(scheme)' is not http, https or file")
    }
    self.url = url
  }

  /// Whether it is a file of this machine.
  public var isFile: Bool { url.isFileURL }

  /// The name that a file from there goes by: the last part of the path, `index` when there is none.
  public var fileName: String {
    let name = url.lastPathComponent
    return name.isEmpty || name == "/" ? "index" : name
  }

  /// The address as messages show it: without user and password.
  public var description: String { Address.shown(url.absoluteString) }

  /// Any URL text as messages may show it: without user and password.
  public static func shown(_ text: String) -> String {
    guard var parts = URLComponents(string: text), parts.user != nil || parts.password != nil else { return text }
    parts.user = nil
    parts.password = nil
    return parts.string ?? "(address with credentials)"
  }

  private static func refusal(_ text: String, _ reason: String) -> DataFileError {
    let address = shown(text)
    return DataFileError(
      .manifestInvalid, "'\(address)' cannot be fetched: \(reason)", url: address, transient: false)
  }
}
