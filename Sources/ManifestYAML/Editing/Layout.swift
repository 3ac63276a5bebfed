/// Where the parts of a collection stand in the text: entries, their separators and their comments.
struct Layout {
  let tree: YAMLTree
  let container: Int

  var source: SourceText { tree.source }
  var bytes: [UInt8] { tree.source.bytes }
  var record: NodeRecord { tree.records[container] }
  var isMapping: Bool { record.kind == .mapping }
  var count: Int { isMapping ? record.children.count / 2 : record.children.count }

  /// The value of an entry, or an item.
  func value(_ position: Int) -> Int { record.children[isMapping ? position * 2 + 1 : position] }

  /// The end of an entry's value.
  func end(_ position: Int) -> Int { max(tree.records[value(position)].end, isMapping ? keyEnd(position) : 0) }

  private func keyEnd(_ position: Int) -> Int { tree.records[record.children[position * 2]].end }

  /// The start of an entry: its key or `?`, its dash, or in brackets its first byte.
  func start(_ position: Int) -> Int {
    if record.style == .block, position == 0 { return record.contentStart }
    if record.style == .flow || isMapping {
      let first = tree.records[record.children[isMapping ? position * 2 : position]].start
      var before = first
      while before > record.contentStart, Byte.isBlank(bytes[before - 1]) { before -= 1 }
      return before > record.contentStart && bytes[before - 1] == Byte.question && isMapping ? before - 1 : first
    }
    return source.skipSpaceAndComments(end(position - 1), limit: bytes.count)
  }

  /// True when nothing but white space stands before a position on its line.
  func isFirstOnLine(_ position: Int) -> Bool { source.skipBlanks(source.lineStart(position)) == position }

  /// True when nothing but white space or a comment stands after a position on its line.
  func isLastOnLine(_ position: Int) -> Bool {
    let next = source.skipBlanks(position)
    if next >= bytes.count || bytes[next] == Byte.newline || bytes[next] == Byte.carriageReturn { return true }
    return bytes[next] == Byte.hash && (next > position || position == 0 || Byte.isSpace(bytes[position - 1]))
  }

  /// The start of the comment lines directly above an entry, at its own indentation; the entry's line if there are none.
  func commentStart(above position: Int, notBefore limit: Int) -> Int {
    var start = source.lineStart(position)
    let column = source.column(position)
    while start > limit {
      let previous = source.lineStart(start - 1)
      guard previous >= limit, source.isCommentLine(previous) else { break }
      guard source.column(source.skipBlanks(previous)) == column else { break }
      start = previous
    }
    return start
  }

  /// Which entry has this value, or which item this is.
  func position(of node: Int) -> Int {
    let index = record.children.firstIndex(of: node) ?? 0
    return isMapping ? index / 2 : index
  }

  /// The position after the colon or the dash of an entry.
  func indicatorEnd(_ position: Int) -> Int {
    guard isMapping else { return start(position) + 1 }
    let colon = source.skipSpaceAndComments(keyEnd(position), limit: bytes.count)
    return colon < bytes.count && bytes[colon] == Byte.colon ? colon + 1 : keyEnd(position)
  }

  /// The comment lines above an entry that are its own, without indentation.
  func commentsAbove(_ position: Int) -> [String] {
    let start = start(position)
    guard isFirstOnLine(start) else { return [] }
    let floor = position > 0 ? source.nextLine(end(position - 1)) : record.start
    return lines(from: commentStart(above: start, notBefore: floor), to: source.lineStart(start)).map {
      source.text(source.skipBlanks($0)..<source.lineEnd($0))
    }
  }

  /// How many blank lines stand between any two entries, as far as there are two.
  var blankSeparators: Int {
    guard count > 1, record.style == .block else { return 0 }
    let counts = (max(1, count - 8)..<count).map { position in
      let from = source.nextLine(end(position - 1))
      return lines(from: from, to: start(position)).count { source.isBlankLine($0) }
    }
    return counts.min() ?? 0
  }

  /// What stands behind the colons of a mapping whose values are on their lines: as two or more of them have it.
  var colonGap: ColonGap {
    var gaps: Set<String> = []
    var columns: Set<Int> = []
    var seen = 0
    for position in max(0, count - 16)..<count {
      let start = indicatorEnd(position)
      let value = tree.records[value(position)].start
      guard value > start, bytes[start..<value].allSatisfy(Byte.isBlank), bytes[start - 1] == Byte.colon else {
        continue
      }
      gaps.insert(source.text(start..<value))
      columns.insert(source.column(value))
      seen += 1
    }
    guard seen > 1 else { return .width(" ") }
    if gaps.count == 1, let only = gaps.first { return .width(only) }
    guard columns.count == 1, let only = columns.first, !gaps.contains(where: { $0.contains("\t") }) else {
      return .width(" ")
    }
    return .column(only)
  }

  /// The starts of the lines in a range.
  func lines(from: Int, to: Int) -> [Int] {
    var result: [Int] = []
    var line = from
    while line < to, line < bytes.count {
      result.append(line)
      line = source.nextLine(line)
    }
    return result
  }

  /// The position of the comma after an entry in brackets.
  func comma(after position: Int) -> Int? {
    let next = source.skipSpaceAndComments(end(position), limit: record.end)
    return next < record.end && bytes[next] == Byte.comma ? next : nil
  }
}
