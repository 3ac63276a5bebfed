/// Takes a key out of a mapping, or an item out of a list, with the comments that are its own.
struct EntryRemoval {
  let planner: EditPlanner
  let container: Int
  let position: Int
  let path: YAMLPath

  private var layout: Layout { Layout(tree: planner.tree, container: container) }
  private var source: SourceText { planner.source }
  private var bytes: [UInt8] { planner.bytes }

  func plan() throws(YAMLError) -> EditPlan {
    let layout = layout
    let change = TreeChange.removed(container: container, position: position)
    let isFlow = layout.record.style == .flow
    if isFlow, bytes[layout.record.contentStart] != UInt8(ascii: "{"),
      bytes[layout.record.contentStart] != UInt8(ascii: "[")
    {
      throw planner.fault(.refused, container, path, "a pair inside brackets has no braces of its own")
    }
    if layout.count == 1 {
      let empty = layout.isMapping ? "{}" : "[]"
      if isFlow {
        return EditPlan(edits: [Edit(layout.record.contentStart..<layout.record.end, empty)], change: change)
      }
      var plan = try ValueReplacement(planner: planner, node: container, path: path)
        .region(inline: empty, lines: [], usesLiteral: false, keepsComment: false)
      plan.change = change
      return plan
    }
    let edits = isFlow ? flowEdits(layout) : [blockEdit(layout)]
    return EditPlan(edits: edits, change: change)
  }

  // MARK: Block style

  private func blockEdit(_ layout: Layout) -> Edit {
    let start = layout.start(position)
    let isLast = position == layout.count - 1
    guard layout.isFirstOnLine(start) else {
      // The entry shares its line with a dash: what comes next moves up to the dash.
      var next = source.nextLine(ownEnd(layout))
      while next < bytes.count, Byte.isSpace(bytes[next]) { next += 1 }
      return Edit(start..<next, "")
    }
    let floor = position > 0 ? source.nextLine(layout.end(position - 1)) : parentFloor
    var from = layout.commentStart(above: start, notBefore: floor)
    var to = source.nextLine(ownEnd(layout))
    let hasBlankAbove = from > floor && source.isBlankLine(source.lineStart(from - 1))
    let hasBlankBelow = to >= bytes.count || source.isBlankLine(to)
    if hasBlankBelow, position == 0 || hasBlankAbove {
      if isLast || to >= bytes.count {
        while from > floor, source.isBlankLine(source.lineStart(from - 1)) { from = source.lineStart(from - 1) }
      } else {
        while to < bytes.count, source.isBlankLine(to) { to = source.nextLine(to) }
      }
    } else if isLast, hasBlankAbove {
      while from > floor, source.isBlankLine(source.lineStart(from - 1)) { from = source.lineStart(from - 1) }
    }
    if to >= bytes.count, bytes.last != Byte.newline, !endsBlockText(previousLineEnd(from)) {
      (from, to) = (previousLineEnd(from), bytes.count)
    }
    return Edit(from..<to, "")
  }

  /// Where comments above the first entry cannot reach: the parent's own line.
  private var parentFloor: Int {
    let parent = planner.record(container).parent
    guard parent >= 0 else { return source.contentStart }
    let siblings = planner.record(parent).children
    guard let index = siblings.firstIndex(of: container), index > 0 else {
      return source.nextLine(planner.record(parent).contentStart)
    }
    return source.nextLine(planner.record(siblings[index - 1]).end)
  }

  /// The end of the entry with the comments below it that are indented deeper than it.
  private func ownEnd(_ layout: Layout) -> Int {
    let column = planner.survey.column(container)
    var end = layout.end(position)
    var line = source.nextLine(end)
    while line < bytes.count {
      if source.isCommentLine(line) {
        guard source.column(source.skipBlanks(line)) > column else { break }
        end = source.lineEnd(line)
      } else if !source.isBlankLine(line) {
        break
      }
      line = source.nextLine(line)
    }
    return end
  }

  /// True where a block scalar ends whose text has the line end after it.
  private func endsBlockText(_ end: Int) -> Bool {
    guard position > 0 else { return false }
    let last = planner.record(planner.record(layout.value(position - 1)).subtreeEnd - 1)
    return last.style.isBlockScalar && last.end == end && last.text.utf8.last == Byte.newline
  }

  private func previousLineEnd(_ position: Int) -> Int {
    guard position > source.contentStart, bytes[position - 1] == Byte.newline else { return position }
    let end = position - 1
    return end > 0 && bytes[end - 1] == Byte.carriageReturn ? end - 1 : end
  }

  // MARK: Flow style

  private func flowEdits(_ layout: Layout) -> [Edit] {
    let start = layout.start(position)
    let end = layout.end(position)
    let comma = layout.comma(after: position)
    let after = comma.map { $0 + 1 } ?? end
    if layout.isFirstOnLine(start), layout.isLastOnLine(after), source.lineStart(start) > layout.record.contentStart {
      let floor = position > 0 ? source.nextLine(layout.end(position - 1)) : source.nextLine(layout.record.contentStart)
      let from = layout.commentStart(above: start, notBefore: floor)
      let line = Edit(from..<source.nextLine(after), "")
      guard comma == nil, position > 0, let before = layout.comma(after: position - 1) else { return [line] }
      return [Edit(before..<before + 1, ""), line]
    }
    if let comma, position > 0, position < layout.count - 1, layout.isLastOnLine(comma + 1),
      !layout.isFirstOnLine(start), let before = layout.comma(after: position - 1)
    {
      return [Edit(before..<comma, "")]
    }
    if position < layout.count - 1 { return [Edit(start..<layout.start(position + 1), "")] }
    let previous = layout.end(position - 1)
    guard let before = layout.comma(after: position - 1) else { return [Edit(previous..<end, "")] }
    if let comma { return [Edit(before..<comma, "")] }
    let hasComment = bytes[before..<start].contains(Byte.hash)
    if hasComment { return [Edit(before..<before + 1, ""), Edit(start..<end, "")] }
    let isBlank = bytes[previous..<before].allSatisfy(Byte.isBlank)
    return [Edit((isBlank ? previous : before)..<end, "")]
  }
}
