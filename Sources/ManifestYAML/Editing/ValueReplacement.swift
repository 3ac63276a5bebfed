/// Gives a node another value in the style that it has.
struct ValueReplacement {
  let planner: EditPlanner
  let node: Int
  let path: YAMLPath

  private var source: SourceText { planner.source }
  private var bytes: [UInt8] { planner.bytes }
  private var old: NodeRecord { planner.record(node) }
  private var parent: Int { old.parent }
  private var isUnderKey: Bool { parent >= 0 && planner.record(parent).kind == .mapping }

  private var key: String? {
    guard isUnderKey else { return nil }
    let children = planner.record(parent).children
    return children.firstIndex(of: node).map { planner.record(children[$0 - 1]).text }
  }

  private var isInFlow: Bool {
    var index = parent
    while index >= 0 {
      if planner.record(index).style == .flow { return true }
      index = planner.record(index).parent
    }
    return false
  }

  func plan(_ value: YAMLValue) throws(YAMLError) -> EditPlan {
    var plan = try text(value)
    plan.change = .replaced(node: node, value: value)
    return plan
  }

  private func text(_ value: YAMLValue) throws(YAMLError) -> EditPlan {
    var emitter = planner.emitter(container: parent, key: key, except: node)
    if old.kind == .scalar, old.style.isQuoted, case .string = value {
      emitter.quoting = .always(old.style)
    } else if old.kind == .scalar, old.style == .plain, !old.isEmptyScalar, case .string = scalarValue(old) {
      if case .always(let style) = emitter.quoting { emitter.quoting = .whereNeeded(style) }
    }
    if old.kind == .scalar, old.style == .plain, old.tag == "tag:yaml.org,2002:str" { emitter.quoting = .tagged }
    let isCollection = value.sequence.map { !$0.isEmpty } ?? value.mapping.map { !$0.isEmpty } ?? false
    if !isInFlow, parent >= 0, emitter.fragment != nil {
      let new = emitter.value(value, column: column, underKey: isUnderKey, commented: false)
      if new.lines.isEmpty, !old.style.isBlockScalar, old.style != .block { return try spliced(new.inline) }
      return try region(inline: new.inline, lines: new.lines, usesLiteral: true)
    }
    if isInFlow, let text = emitter.fragment?.flow { return try spliced(text) }
    emitter.fragment = nil
    if isInFlow || (old.style == .flow && isCollection) { return try spliced(emitter.flow(value)) }
    if old.style.isBlockScalar, case .string(let text) = value, planner.allowsLiteral, let plan = block(text) {
      return plan
    }
    let column = column
    if old.kind == .scalar || old.kind == .alias || old.style == .flow {
      if old.style == .double, case .string = value { emitter.allowsLiteral = false }
    }
    if parent >= 0, !isUnderKey, planner.record(parent).style == .block {
      emitter.list.dashWidth = planner.survey.dashWidth(parent)
    }
    if old.style == .block, case .sequence = value { emitter.list = blockList(emitter.list) }
    let new = emitter.value(value, column: column, underKey: isUnderKey)
    let isRoot = parent < 0
    if isRoot, old.isEmptyScalar, old.start == old.contentStart {
      let shift = value.string == nil ? rootShift : 0
      return filledRoot(new.inline, new.lines.map { String($0.dropFirst(shift)) }, emitter.usedLiteral)
    }
    if new.lines.isEmpty, !old.style.isBlockScalar, old.style != .block { return try spliced(new.inline) }
    if isRoot {
      let shift = value.string == nil ? rootShift : 0
      let lines = (new.inline.isEmpty ? [] : [new.inline]) + new.lines.map { String($0.dropFirst(shift)) }
      let eol = String(decoding: source.lineEnding(near: old.contentStart), as: UTF8.self)
      let text = lines.joined(separator: eol)
      let end = old.style == .block || !new.lines.isEmpty ? source.lineEnd(old.end) : old.end
      return EditPlan(
        edits: [Edit(old.contentStart..<end, text)], change: .removed(container: 0, position: 0),
        usesLiteral: emitter.usedLiteral)
    }
    return try region(inline: new.inline, lines: new.lines, usesLiteral: emitter.usedLiteral)
  }

  /// A document without content gets some: on the line of its `---` or on lines of its own.
  private func filledRoot(_ inline: String, _ lines: [String], _ usesLiteral: Bool) -> EditPlan {
    let start = old.contentStart
    let eol = String(decoding: source.lineEnding(near: start), as: UTF8.self)
    let text = ((inline.isEmpty ? [] : [inline]) + lines).joined(separator: eol)
    let isOnOwnLine = source.lineStart(start) == start
    return EditPlan(
      edits: [Edit(start..<start, isOnOwnLine ? text + eol : (inline.isEmpty ? eol : " ") + text)],
      change: .removed(container: 0, position: 0), usesLiteral: usesLiteral)
  }

  /// A block list in place of a block list keeps its column and dash width.
  private func blockList(_ list: (offset: Int, dashWidth: Int)) -> (offset: Int, dashWidth: Int) {
    guard old.kind == .sequence, isUnderKey else { return list }
    return (max(0, planner.survey.column(node) - column), planner.survey.dashWidth(node))
  }

  /// What the emitter indents values by when they have no key or dash.
  private var rootShift: Int { planner.survey.listLayout(near: node).dashWidth }

  private func scalarValue(_ record: NodeRecord) -> YAMLValue {
    YAMLNode(tree: planner.tree, index: node).scalarValue
  }

  /// Where the key or the dash of the node stands.
  private var column: Int { parent >= 0 ? planner.survey.column(parent) : 0 }

  /// Puts a one-line text exactly where the old value's text was.
  private func spliced(_ text: String) throws(YAMLError) -> EditPlan {
    let start = old.contentStart
    let change = TreeChange.removed(container: 0, position: 0)
    guard old.isEmptyScalar else {
      return EditPlan(edits: [Edit(start..<old.end, text)], change: change)
    }
    var prefix = ""
    if isUnderKey, start == old.start, start > 0, bytes[start - 1] != Byte.colon {
      let layout = Layout(tree: planner.tree, container: parent)
      let isExplicit = !isInFlow && bytes[layout.start(layout.position(of: node))] == Byte.question
      if isExplicit {
        let end = source.lineEnd(start)
        let line = source.lineEnding(near: start) + Array((Emitter.spaces(column) + ": " + text).utf8)
        return EditPlan(edits: [Edit(end..<end, line)], change: change)
      }
      prefix = ":"
    }
    if start > 0, !Byte.isSpace(bytes[start - 1]) { prefix += " " }
    return EditPlan(edits: [Edit(start..<emptyEnd(start), prefix + text)], change: change)
  }

  /// Where the blanks end that an empty value has after it and a new one must not keep.
  private func emptyEnd(_ start: Int) -> Int {
    let next = source.skipBlanks(start)
    guard next < bytes.count else { return next }
    switch bytes[next] {
    case Byte.newline, Byte.carriageReturn, Byte.comma: return next
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      let open = parent >= 0 ? planner.record(parent).contentStart : start
      return Byte.isSpace(bytes[min(open + 1, start)]) ? start : next
    default: return start
    }
  }

  /// A block scalar in place of a block scalar: header, its comment and indentation stay as far as they can.
  private func block(_ text: String) -> EditPlan? {
    let headerEnd = source.lineEnd(old.contentStart)
    let header = bytes[old.contentStart..<headerEnd]
    let indicators = header.dropFirst().prefix { !Byte.isSpace($0) }
    let explicit = indicators.first(where: ScalarSchema.isDigit).map { Int($0) - 0x30 }
    var indent = column + (explicit ?? planner.survey.indentation(near: node))
    if explicit == nil {
      let lines = Layout(tree: planner.tree, container: max(0, parent)).lines(
        from: source.nextLine(headerEnd), to: old.end)
      if let first = lines.first(where: { !source.isBlankLine($0) }) { indent = source.skipBlanks(first) - first }
    }
    guard
      let new = ScalarText.block(
        text, folded: old.style == .folded, indentation: explicit ?? indent - column, explicit: explicit,
        keep: indicators.contains(UInt8(ascii: "+")))
        ?? ScalarText.block(text, indentation: explicit ?? indent - column, explicit: explicit)
    else { return nil }
    let eol = source.lineEnding(near: old.contentStart)
    let rest = header.dropFirst(1 + indicators.count)
    var result = Array(new.header.utf8)
    let order = header.dropFirst().prefix(2)
    if order.count == 2, let digit = explicit, order.first == Byte.dash || order.first == UInt8(ascii: "+") {
      let chomping = new.header.filter { $0 == "-" || $0 == "+" }
      result = Array((String(new.header.prefix(1)) + chomping + String(digit)).utf8)
    }
    result += rest
    for line in new.lines { result += eol + (line.isEmpty ? [] : Array((Emitter.spaces(indent) + line).utf8)) }
    return EditPlan(
      edits: [Edit(old.contentStart..<old.end, result)], change: .removed(container: 0, position: 0), usesLiteral: true)
  }

  /// Rewrites everything after the key's colon or the dash; a comment on that line stays.
  func region(
    inline: String, lines: [String], usesLiteral: Bool, keepsComment: Bool = true
  ) throws(YAMLError) -> EditPlan {
    let change = TreeChange.removed(container: 0, position: 0)
    guard parent >= 0 else {
      let end = keepsComment ? old.end : source.lineEnd(old.end)
      return EditPlan(edits: [Edit(old.contentStart..<end, inline)], change: change)
    }
    let start = indicatorEnd
    let props = bytes[old.start..<old.propertiesEnd]
    let firstLineEnd = min(source.lineEnd(start), bytes.count)
    var comment: ArraySlice<UInt8> = []
    if old.end <= firstLineEnd {
      // The old value ends on the line of its key.
      let after = source.skipBlanks(old.end)
      if after < firstLineEnd, keepsComment || old.style != .block { comment = bytes[old.end..<firstLineEnd] }
    } else if let hash = commentStart(from: start, to: firstLineEnd) {
      comment = bytes[hash..<firstLineEnd]
    }
    // A comment behind the old value's last line is part of what goes.
    let end = old.end > firstLineEnd ? source.lineEnd(old.end) : firstLineEnd
    var text: [UInt8] = []
    if !props.isEmpty { text += [Byte.space] + props }
    if !inline.isEmpty { text += [Byte.space] + Array(inline.utf8) }
    text += comment
    let eol = source.lineEnding(near: start)
    for line in lines { text += eol + Array(line.utf8) }
    let isCompact = !isUnderKey && inline.isEmpty && comment.isEmpty && props.isEmpty
    if isCompact, let first = lines.first {
      let gap = Emitter.spaces(planner.survey.dashWidth(parent) - 1)
      text = Array(gap.utf8) + Array(first.utf8.drop { $0 == Byte.space })
      for line in lines.dropFirst() { text += eol + Array(line.utf8) }
    }
    return EditPlan(edits: [Edit(start..<end, text)], change: change, usesLiteral: usesLiteral)
  }

  /// The position after the colon or dash that the value belongs to.
  private var indicatorEnd: Int {
    let layout = Layout(tree: planner.tree, container: parent)
    return layout.indicatorEnd(layout.position(of: node))
  }

  private func commentStart(from start: Int, to end: Int) -> Int? {
    guard start < end else { return nil }
    var index = start
    // An anchor or tag may stand before the comment, and a block scalar's header holds it.
    while index < end {
      if bytes[index] == Byte.hash, index > start, Byte.isBlank(bytes[index - 1]) {
        var first = index
        while first > start, Byte.isBlank(bytes[first - 1]) { first -= 1 }
        return first
      }
      if index >= old.contentStart, !old.style.isBlockScalar { return nil }
      index += 1
    }
    return nil
  }
}
