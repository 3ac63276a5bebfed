/// Finds the shapes that libyaml reads without complaint but not as YAML 1.2 means them.
///
/// A proof by reading again is worth nothing there, so files that hold one are not edited.
enum Misreads {
  static func check(_ tree: YAMLTree) throws(YAMLError) {
    try checkBytes(tree)
    let bytes = tree.source.bytes
    for index in tree.records.indices
    where mayMislead(tree.records[index]) || isAfterQuestion(tree.records[index].start, bytes) {
      let record = tree.records[index]
      if record.anchor != nil || record.kind == .alias { try checkName(record, tree) }
      let start = record.start
      if start > 0, start < record.end, bytes[start - 1] == Byte.question, isInFlow(record, tree),
        bytes[start] != Byte.space
      {
        throw refusal(tree, start - 1, "a question mark directly before a value in brackets is read in two ways")
      }
      if record.kind == .mapping, record.style == .flow, let key = record.children.first,
        tree.records[key].kind == .mapping, tree.records[key].style == .flow,
        tree.records[key].start == record.contentStart + 1
      {
        throw refusal(
          tree, record.start, "{{ … }} looks like a template, whose meaning this text does not tell",
          "edit what the template produces")
      }
    }
    try checkLastBlock(tree)
    try checkHashes(tree)
  }

  /// True for the few nodes worth a closer look.
  private static func mayMislead(_ record: borrowing NodeRecord) -> Bool {
    record.hasProperties || record.kind == .alias || record.kind == .mapping && record.style == .flow
  }

  private static func isAfterQuestion(_ start: Int, _ bytes: [UInt8]) -> Bool {
    start > 0 && bytes[start - 1] == Byte.question
  }

  /// NEL, LS and PS end lines for YAML 1.1 only; a lone CR ends them for YAML but not for most tools.
  private static func checkBytes(_ tree: YAMLTree) throws(YAMLError) {
    let bytes = tree.source.bytes
    if tree.source.isASCII, !bytes.contains(Byte.carriageReturn) { return }
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case 0xC2 where index + 1 < bytes.count && bytes[index + 1] == 0x85,
        0xE2 where index + 2 < bytes.count && bytes[index + 1] == 0x80 && (0xA8...0xA9).contains(bytes[index + 2]):
        throw refusal(
          tree, index, "a Unicode line separator (U+0085, U+2028 or U+2029) ends the line for some readers only",
          "write it as an escape in double quotes")
      case Byte.carriageReturn where index + 1 >= bytes.count || bytes[index + 1] != Byte.newline:
        throw refusal(
          tree, index, "a carriage return without a line feed ends the line for some readers only",
          "use LF or CRLF throughout")
      default: continue
      }
    }
  }

  /// `&an:chor v` names `an:chor` in YAML 1.2, and `an` for libyaml.
  private static func checkName(_ record: NodeRecord, _ tree: YAMLTree) throws(YAMLError) {
    let bytes = tree.source.bytes
    var index = record.start
    while index < record.contentStart, bytes[index] != Byte.ampersand { index += 1 }
    let end = record.kind == .alias ? record.end : index + 1 + (record.anchor?.utf8.count ?? 0)
    guard end < bytes.count, !Byte.isSpace(bytes[end]) else { return }
    if isInFlow(record, tree) || record.style == .flow, ",]}".utf8.contains(bytes[end]) { return }
    throw refusal(
      tree, record.start, "the name after & or * ends in a way that YAML 1.1 and 1.2 read differently",
      "put a space after the name")
  }

  private static func checkLastBlock(_ tree: YAMLTree) throws(YAMLError) {
    let source = tree.source
    guard let last = tree.records.last, last.style.isBlockScalar else { return }
    let start = source.lineStart(source.bytes.count)
    guard start < source.bytes.count, start > last.contentStart else { return }
    guard source.bytes[start...].allSatisfy(Byte.isBlank) else { return }
    throw refusal(
      tree, start,
      "the block at the end of the file has a last line of spaces without a line end, which readers count differently",
      "remove these spaces")
  }

  /// `#` without a space before it is no comment in YAML 1.2.
  private static func checkHashes(_ tree: YAMLTree) throws(YAMLError) {
    let bytes = tree.source.bytes
    for index in tree.records.indices where tree.records[index].end < bytes.count {
      let end = tree.records[index].end
      guard bytes[end] == Byte.hash, tree.records[index].style == .flow || tree.records[index].style.isQuoted else {
        continue
      }
      throw refusal(
        tree, end, "a # without a space before it is a comment for some readers only", "put a space before it")
    }
  }

  private static func isInFlow(_ record: NodeRecord, _ tree: YAMLTree) -> Bool {
    record.parent >= 0 && tree.records[record.parent].style == .flow
  }

  private static func refusal(_ tree: YAMLTree, _ position: Int, _ message: String, _ hint: String? = nil) -> YAMLError
  {
    tree.failure(.refused, at: position, message, hint: hint)
  }
}
