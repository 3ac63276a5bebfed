internal import DataFiles
internal import Foundation
internal import Journal

extension HTTPResponse {
  /// What a program's interface says of an error in words: one short line without secrets. A page says nothing.
  var words: String {
    guard let answer = try? JSONDecoder().decode(JSONValue.self, from: Data(body)) else { return "" }
    var parts = Self.texts(answer["message"] ?? answer["error"])
    parts += (answer["errors"]?.array ?? []).flatMap { Self.texts($0["message"] ?? $0) }
    let line = parts.joined(separator: ", ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return String(Redaction.redact(line).prefix(200))
  }

  private static func texts(_ value: JSONValue?) -> [String] {
    if let text = value?.string { return [text] }
    if let list = value?.array { return list.flatMap(texts) }
    return (value?.object ?? [:]).sorted { $0.key < $1.key }.flatMap { name, value in
      texts(value).map { "\(name) \($0)" }
    }
  }
}
