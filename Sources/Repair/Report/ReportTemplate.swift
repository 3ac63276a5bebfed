/// The form of reports of one error type, as Markdown with placeholders in double braces (S0-66).
///
/// The commit message, the Markdown file and a pull request's text come from it. A block stands alone between blank lines;
/// a text whose placeholders all have no value is left out, and so is a heading with nothing under it.
public struct ReportTemplate: Hashable, Sendable {
  /// Placeholders that stand for a whole block: a table, a list, a diff.
  public static let blocks = [
    "outcome", "sources", "facts", "why", "evidence", "candidates", "next_step", "edit", "verification", "repeat",
    "diff",
    "decide", "notes", "log",
  ]
  /// Placeholders that stand for a few words.
  public static let words = [
    "place", "what", "publication", "period", "source", "stage", "error_type", "meaning", "message", "column", "value",
    "declared_type", "file", "sheet", "row", "table", "address", "status", "expected_on", "manifest", "run",
    "confidence",
  ]

  /// The longest template that is taken, in bytes.
  public static let longest = 65_536

  enum Piece: Hashable, Sendable {
    case heading(Int, String)
    case block(String)
    case paragraph(String)
    case items([String])
    case verbatim([String])
  }

  let pieces: [Piece]

  /// Reads a template.
  ///
  /// - Throws: `ReportTemplateError` with the line and column of what is wrong.
  public init(_ text: String) throws(ReportTemplateError) {
    guard text.utf8.count <= ReportTemplate.longest else {
      throw ReportTemplateError(line: 1, column: 1, "it is longer than \(ReportTemplate.longest) bytes; shorten it")
    }
    let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    guard lines.contains(where: { !$0.trimmed.isEmpty }) else {
      throw ReportTemplateError(line: 1, column: 1, "it is empty; write it, or remove it for the built-in one")
    }
    for (index, line) in lines.enumerated() { try ReportTemplate.check(line, number: index + 1) }
    pieces = ReportTemplate.pieces(of: lines)
  }

  private init(pieces: [Piece]) { self.pieces = pieces }

  /// The built-in form of all types.
  public static let standard = ReportTemplate(
    pieces: pieces(of: standardText.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)))

  private static func check(_ line: String, number: Int) throws(ReportTemplateError) {
    var column = 1
    for part in TextPart.parts(of: line) {
      switch part {
      case .text(let text): column += text.count
      case .placeholder(let name):
        if blocks.contains(name), line.trimmed != "{{\(name)}}" {
          throw ReportTemplateError(
            line: number, column: column, "{{\(name)}} is a block of its own: put it on a line alone")
        }
        guard blocks.contains(name) || words.contains(name) else {
          throw ReportTemplateError(
            line: number, column: column,
            "there is no placeholder {{\(name)}}; there are \((words + blocks).joined(separator: ", "))")
        }
        column += name.count + 4
      }
    }
  }

  private static func pieces(of lines: [String]) -> [Piece] {
    var pieces: [Piece] = []
    var gathered: [String] = []
    func close() {
      defer { gathered = [] }
      guard !gathered.isEmpty else { return }
      if gathered.allSatisfy({ $0.hasPrefix("    ") || $0.hasPrefix("|") }) {
        pieces.append(.verbatim(gathered.map { $0.hasPrefix("    ") ? String($0.dropFirst(4)) : $0 }))
      } else if gathered[0].hasPrefix("- ") || gathered[0].hasPrefix("* ") {
        var items: [String] = []
        for line in gathered {
          if line.hasPrefix("- ") || line.hasPrefix("* ") || items.isEmpty {
            items.append(String(line.dropFirst(2)))
          } else {
            items[items.count - 1] += " " + line.trimmed
          }
        }
        pieces.append(.items(items))
      } else {
        pieces.append(.paragraph(gathered.map(\.trimmed).joined(separator: " ")))
      }
    }
    for line in lines {
      let marks = line.prefix { $0 == "#" }.count
      if (1...6).contains(marks), line.dropFirst(marks).hasPrefix(" ") {
        close()
        pieces.append(.heading(marks, String(line.dropFirst(marks)).trimmed))
      } else if case .placeholder(let name)? = TextPart.parts(of: line.trimmed).first, blocks.contains(name) {
        close()
        pieces.append(.block(name))
      } else if line.trimmed.isEmpty {
        close()
      } else {
        gathered.append(line)
      }
    }
    close()
    return pieces
  }
}

/// Why a report template cannot be used, and where.
public struct ReportTemplateError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The line, from 1.
  public let line: Int
  /// The column, in characters from 1.
  public let column: Int
  /// What is wrong and what to do, without a full stop.
  public let description: String

  init(line: Int, column: Int, _ description: String) {
    self.line = line
    self.column = column
    self.description = description
  }
}
