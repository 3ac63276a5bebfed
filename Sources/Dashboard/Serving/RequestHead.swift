internal import Foundation

/// What a browser asks for.
struct RequestHead: Equatable {
  var method: String
  /// The path with what follows a question mark taken off.
  var path: String
  /// Field values by their names in small letters; of a field that stands twice, nil.
  private var fields: [String: String?]

  /// Reads the head of an HTTP/1.1 request, up to the empty line; nil where it is none.
  init?(_ bytes: Data) {
    guard let text = String(data: bytes, encoding: .utf8) else { return nil }
    var lines = text.components(separatedBy: "\r\n")
    let first = lines.removeFirst().split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard first.count == 3, first[2].hasPrefix("HTTP/1."), first[1].hasPrefix("/") else { return nil }
    method = first[0]
    path = first[1].components(separatedBy: "?")[0]
    fields = [:]
    for line in lines where !line.isEmpty {
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let name = line[..<colon].lowercased()
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      fields.updateValue(fields[name] == nil ? value : nil, forKey: name)
    }
  }

  /// A field's value; nil where it does not stand exactly once.
  subscript(name: String) -> String? { fields[name] ?? nil }
}
