/// Finds comments, so that the proof can see that none is lost or made.
enum Comments {
  /// The comments of a text: what stands between its nodes behind a `#`.
  static func ranges(in tree: YAMLTree) -> [Range<Int>] {
    let source = tree.source
    var result: [Range<Int>] = []
    var position = source.contentStart
    for index in tree.records.indices {
      let kind = tree.records[index].kind
      guard kind == .scalar || kind == .alias else { continue }
      let start = tree.records[index].contentStart
      collect(position, start, source, &result)
      position = max(position, tree.records[index].end)
      if tree.records[index].style.isBlockScalar { collect(start, source.lineEnd(start), source, &result) }
    }
    collect(position, source.bytes.count, source, &result)
    return result
  }

  private static func collect(_ from: Int, _ to: Int, _ source: SourceText, _ result: inout [Range<Int>]) {
    var index = from
    while index < to {
      if source.bytes[index] == Byte.hash, index == source.contentStart || Byte.isSpace(source.bytes[index - 1]) {
        let end = min(source.lineEnd(index), max(to, index))
        result.append(index..<end)
        index = end
      } else {
        index += 1
      }
    }
  }

  /// True when the comments outside of the edits are the same before and after.
  static func areKept(old: YAMLTree, new: YAMLTree, edits: [Edit]) -> Bool {
    var shift = 0
    var next = 0
    var expected: [Range<Int>] = []
    for comment in ranges(in: old) {
      while next < edits.count, edits[next].range.upperBound <= comment.lowerBound {
        shift += edits[next].replacement.count - edits[next].range.count
        next += 1
      }
      if next < edits.count, edits[next].range.overlaps(comment) { continue }
      expected.append(comment.lowerBound + shift..<comment.upperBound + shift)
    }
    var replaced: [Range<Int>] = []
    shift = 0
    for edit in edits {
      let start = edit.range.lowerBound + shift
      replaced.append(start..<start + edit.replacement.count)
      shift += edit.replacement.count - edit.range.count
    }
    next = 0
    let actual = ranges(in: new).filter { comment in
      while next < replaced.count, replaced[next].upperBound <= comment.lowerBound { next += 1 }
      return !(next < replaced.count && replaced[next].overlaps(comment))
    }
    return expected == actual
  }
}
