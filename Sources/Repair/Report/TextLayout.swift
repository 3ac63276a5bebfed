/// Lays out text for commit messages: 72 columns, underlined headings, and no line that git or a mail reader takes for
/// something else.
enum TextLayout {
  static let width = 72

  /// Text that came from elsewhere, on one line: line breaks and control characters become blanks, and nothing in it
  /// can pass for a trailer of ours.
  static func flattened(_ text: String, longest: Int = 400) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
      let isBreak = scalar.properties.isWhitespace
      if isControl || isBreak {
        if result.last != " " { result.append(" ") }
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    result = result.trimmed.replacing("Errata-", with: "Errata ")
    return result.count > longest ? result.prefix(longest - 1) + "…" : result
  }

  /// A paragraph wrapped at 72 columns. A word that is longer stands on a line of its own.
  static func paragraph(_ text: String, indent: String = "", hanging: String? = nil) -> String {
    var lines: [String] = []
    var line = indent
    var isEmpty = true
    for word in flattened(text, longest: 4000).split(separator: " ") {
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = hanging ?? indent
        isEmpty = true
      }
      line += isEmpty ? String(word) : " \(word)"
      isEmpty = false
    }
    if !isEmpty { lines.append(line) }
    return lines.map(safe).joined(separator: "\n")
  }

  /// A heading with its underline. Equals signs: a line of three hyphens cuts a message.
  static func heading(_ text: String) -> String { "\(text)\n\(String(repeating: "=", count: text.count))" }

  /// Lines as they are, indented by four.
  static func quoted(_ lines: [String]) -> String {
    lines.map { "    " + flattened($0, longest: 500) }.joined(separator: "\n")
  }

  /// A line that git takes for text: comment marks, cut marks, diffs and mail separators are moved in by a blank.
  static func safe(_ line: String) -> String {
    let risky = ["#", "---", "diff -", "Index: ", "From ", ">From ", "-- >8"]
    return risky.contains(where: line.hasPrefix) ? " " + line : line
  }

  /// A subject of at most 72 characters.
  static func subject(_ text: String) -> String {
    let line = flattened(text, longest: 500)
    guard line.count > width else { return line }
    let cut = line.prefix(width - 1)
    let atWord = cut.lastIndex(of: " ").map { cut[..<$0] } ?? cut
    return (atWord.count >= width / 2 ? atWord : cut) + "…"
  }

  /// Text for a cell of a Markdown table or a line of Markdown prose.
  static func markdown(_ text: String, longest: Int = 300) -> String {
    var result = ""
    for character in flattened(text, longest: longest) {
      if ["|", "`", "<", ">", "[", "]", "*", "_", "\\", "#"].contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
