internal import Foundation

/// How a text file of rows is written: encoding and delimiter, and its first rows.
public struct TextTable: Hashable, Sendable {
  /// `utf-8`, `utf-16` or `windows-1252`.
  public let encoding: String
  /// What parts the fields.
  public let delimiter: Character
  /// The first rows' fields, exactly.
  public let rows: [[String]]

  /// Reads the beginning of a file; its encoding is that of all its bytes.
  public init(path: String, maximumRows: Int = 60) throws(DataFileError) {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
      throw Fetcher.storage("read", path, error.localizedDescription)
    }
    encoding = TextTable.encoding(of: data)
    let start = data.prefix(1 << 20)
    let text: String
    switch encoding {
    case "utf-16": text = String(data: start.prefix(start.count & ~1), encoding: .utf16) ?? ""
    case "windows-1252": text = String(data: start, encoding: .windowsCP1252) ?? String(decoding: start, as: UTF8.self)
    default:
      text = String(decoding: start.starts(with: [0xEF, 0xBB, 0xBF]) ? start.dropFirst(3) : start, as: UTF8.self)
    }
    let attempts = ([",", ";", "\t", "|"] as [Character]).map { delimiter in
      (delimiter, TextTable.parse(text, delimiter: delimiter, maximumRows: maximumRows))
    }
    // The delimiter that most rows agree on with the most fields; a comma when none stands out.
    let best = attempts.max { TextTable.weight($0.1) < TextTable.weight($1.1) }
    let comma = attempts[0]
    let chosen = best.flatMap { TextTable.weight($0.1) > TextTable.weight(comma.1) ? $0 : nil } ?? comma
    delimiter = chosen.0
    rows = chosen.1
  }

  /// The rows of a text, quotes undone (RFC 4180); at most so many.
  public static func parse(_ text: String, delimiter: Character, maximumRows: Int = .max) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field = ""
    var quoted = false
    var wasQuoted = false
    var characters = text.makeIterator()
    var pending: Character?
    while rows.count < maximumRows, let character = pending ?? characters.next() {
      pending = nil
      if quoted {
        guard character == "\"" else {
          field.append(character)
          continue
        }
        let next = characters.next()
        if next == "\"" {
          field.append("\"")
        } else {
          quoted = false
          pending = next
        }
      } else if character == "\"", field.isEmpty, !wasQuoted {
        quoted = true
        wasQuoted = true
      } else if character == delimiter || character.isNewline {
        row.append(field)
        field = ""
        wasQuoted = false
        if character.isNewline {
          rows.append(row)
          row = []
        }
      } else {
        field.append(character)
      }
    }
    if rows.count < maximumRows, !field.isEmpty || !row.isEmpty { rows.append(row + [field]) }
    return rows
  }

  private static func weight(_ rows: [[String]]) -> Int {
    let counts = rows.map(\.count).filter { $0 > 1 }.sorted()
    return counts.isEmpty ? 0 : counts[counts.count / 2] * counts.count
  }

  private static func encoding(of data: Data) -> String {
    if data.starts(with: [0xFF, 0xFE]) || data.starts(with: [0xFE, 0xFF]) { return "utf-16" }
    return data.withUnsafeBytes { bytes in
      (try? UTF8Span(validating: bytes.bindMemory(to: UInt8.self).span)) != nil
    } ? "utf-8" : "windows-1252"
  }
}
