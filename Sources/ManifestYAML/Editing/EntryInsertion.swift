/// Adds a key to a mapping, or an item to a list.
struct EntryInsertion {
  let planner: EditPlanner
  let container: Int
  let position: Int
  let key: String?
  let path: YAMLPath

  private var layout: Layout { Layout(tree: planner.tree, container: container) }
  private var source: SourceText { planner.source }
  private var bytes: [UInt8] { planner.bytes }

  func plan(_ value: YAMLValue) throws(YAMLError) -> EditPlan {
    var emitter = planner.emitter(container: container, key: key)
    let change = TreeChange.inserted(container: container, position: position, key: key, value: value)
    if planner.record(container).style == .flow {
      let isCarried = emitter.fragment?.flow != nil
      return EditPlan(edits: [try flowEdit(value, emitter)], change: change, usesLiteral: isCarried)
    }
    let edit = blockEdit(value, &emitter)
    return EditPlan(edits: stripping(before: edit) + [edit], change: change, usesLiteral: emitter.usedLiteral)
  }

  // MARK: Block style

  private func blockEdit(_ value: YAMLValue, _ emitter: inout Emitter) -> Edit {
    let layout = layout
    let column = planner.survey.column(container)
    var lines = (emitter.fragment?.above ?? []).map { Emitter.spaces(column) + $0 }
    if let key {
      lines += emitter.entry(key, value, column: column, isOwn: true, gap: layout.colonGap)
    } else {
      emitter.list.dashWidth = planner.survey.dashWidth(container)
      lines += itemLines(value, column: column, &emitter)
    }
    let near = position > 0 ? layout.end(position - 1) : planner.record(container).contentStart
    let eol = source.lineEnding(near: near)
    let blank = Array(repeatElement(eol, count: layout.blankSeparators).joined())
    if position > 0 {
      let place = source.lineEnd(layout.end(position - 1))
      let text = blank + lines.flatMap { eol + Array($0.utf8) }
      return Edit(place..<place, text)
    }
    return firstEdit(lines, column: column, eol: eol, blank: blank)
  }

  /// A block at the end of a file without a final newline has none in its value either: it must say so once lines follow.
  private func stripping(before edit: Edit) -> [Edit] {
    guard position > 0, edit.range.lowerBound == bytes.count, !edit.replacement.isEmpty else { return [] }
    var last = layout.value(position - 1)
    while let child = planner.record(last).children.last { last = child }
    let record = planner.record(last)
    guard record.style.isBlockScalar, let end = record.text.utf8.last, end != Byte.newline else { return [] }
    let start = record.contentStart + 1
    var after = start
    while after < bytes.count, !Byte.isSpace(bytes[after]) { after += 1 }
    let indicators = bytes[start..<after]
    if indicators.contains(Byte.dash) { return [] }
    return [Edit(start..<after, indicators.filter { $0 != UInt8(ascii: "+") } + [Byte.dash])]
  }

  /// Before the first entry, whose own comments stay with it.
  private func firstEdit(_ lines: [String], column: Int, eol: [UInt8], blank: [UInt8]) -> Edit {
    let start = layout.start(0)
    guard layout.isFirstOnLine(start) else {
      let text = Array(lines.joined(separator: String(decoding: eol, as: UTF8.self)).utf8.drop { $0 == Byte.space })
      return Edit(start..<start, text + eol + blank + Array(Emitter.spaces(column).utf8))
    }
    let owner = planner.record(container).parent
    let limit = owner >= 0 ? planner.record(owner).start : source.contentStart
    let place = owner >= 0 ? layout.commentStart(above: start, notBefore: limit) : source.lineStart(start)
    return Edit(place..<place, lines.flatMap { Array($0.utf8) + eol } + blank)
  }

  /// An item; its content goes below a lone dash where the siblings do it so.
  private func itemLines(_ value: YAMLValue, column: Int, _ emitter: inout Emitter) -> [String] {
    if emitter.fragment == nil,
      let sibling = layout.record.children.last(where: { planner.record($0).kind == .mapping }),
      planner.record(sibling).style == .block, layout.isFirstOnLine(planner.record(sibling).start),
      case .mapping(let entries) = value, !entries.isEmpty, !emitter.flows(value)
    {
      let start = planner.survey.column(sibling)
      return [Emitter.spaces(column) + "-"] + entries.flatMap { emitter.entry($0.key, $0.value, column: start) }
    }
    return emitter.item(value, column: column)
  }

  // MARK: Flow style

  private func flowEdit(_ value: YAMLValue, _ emitter: Emitter) throws(YAMLError) -> Edit {
    let record = planner.record(container)
    let layout = layout
    guard bytes[record.contentStart] == UInt8(ascii: "{") || bytes[record.contentStart] == UInt8(ascii: "["),
      record.end > record.contentStart + 1
    else {
      throw planner.fault(.refused, container, path, "a pair inside brackets has no braces of its own to add to")
    }
    var emitter = emitter
    emitter.isTight = layout.isMapping && isTight
    let text = entryText(value, emitter)
    if layout.count == 0 {
      let inside = record.contentStart + 1
      let limit = source.skipSpaceAndComments(inside, limit: record.end)
      let hasComment = bytes[inside..<limit].contains(Byte.hash)
      guard !hasComment else {
        throw planner.fault(.refused, container, path, "empty brackets that hold a comment cannot be filled")
      }
      let space = emitter.pads(record.kind) ? " " : ""
      return Edit(inside..<record.end - 1, space + text + space)
    }
    return position < layout.count ? before(layout, text) : after(layout, text)
  }

  private func entryText(_ value: YAMLValue, _ emitter: Emitter) -> String {
    let text = emitter.fragment?.flow ?? emitter.flow(value)
    guard let key else { return text }
    return emitter.ownKey(key, inFlow: true) + (isTight ? ":" : ": ") + text
  }

  /// True for mappings written as `{"a":1}`.
  private var isTight: Bool {
    let record = planner.record(container)
    guard record.children.count >= 2 else { return false }
    let name = planner.record(record.children[record.children.count - 2])
    let value = planner.record(record.children[record.children.count - 1])
    return name.style.isQuoted && value.start == name.end + 1 && !value.isEmptyScalar
  }

  private func before(_ layout: Layout, _ text: String) -> Edit {
    let start = layout.start(position)
    if layout.isFirstOnLine(start) {
      let eol = source.lineEnding(near: start)
      let indent = bytes[source.lineStart(start)..<start]
      return Edit(start..<start, Array(text.utf8) + [Byte.comma] + eol + indent)
    }
    return Edit(start..<start, text + separator(layout))
  }

  private func after(_ layout: Layout, _ text: String) -> Edit {
    let last = layout.count - 1
    let end = layout.end(last)
    let comma = layout.comma(after: last)
    let start = layout.start(last)
    guard layout.isFirstOnLine(start), source.lineStart(start) > planner.record(container).contentStart else {
      if let comma { return Edit(comma + 1..<comma + 1, " " + text + ",") }
      return Edit(end..<end, separator(layout) + text)
    }
    let eol = source.lineEnding(near: start)
    let indent = bytes[source.lineStart(start)..<start]
    let line = eol + indent + Array(text.utf8)
    if let comma {
      let place = layout.isLastOnLine(comma + 1) ? source.lineEnd(comma) : comma + 1
      return Edit(place..<place, line + [Byte.comma])
    }
    let place = layout.isLastOnLine(end) ? source.lineEnd(end) : end
    return Edit(end..<place, [Byte.comma] + bytes[end..<place] + line)
  }

  /// A comma as the entries on one line have it.
  private func separator(_ layout: Layout) -> String {
    guard layout.count > 1, let comma = layout.comma(after: layout.count - 2) else {
      return isTight && layout.isMapping ? "," : ", "
    }
    return comma + 1 < bytes.count && Byte.isSpace(bytes[comma + 1]) ? ", " : ","
  }
}
