import Foundation
import ManifestYAML

/// What libFuzzer calls with every input: the text is read, edited at random places, and each edit is held against the
/// same operation on plain data. What must never be, an edit that its proof let through and that is wrong, is a trap.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  guard let file = try? YAMLFile(bytes, name: "fuzz.yaml") else { return 0 }
  // The same text always meets the same operations, so that a kept input is a whole case.
  var random = SplitMix(state: bytes.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 })
  for index in file.documents.indices.prefix(2) {
    var subject = Subject(file: file, document: index)
    for _ in 0..<4 { subject.check(&random) }
  }
  return 0
}

/// One document and what edits of it must amount to.
private struct Subject {
  let file: YAMLFile
  let document: Int
  let value: YAMLValue
  let paths: [[YAMLPath.Step]]
  /// False where plain data cannot tell what an edit means: keys that stand twice, lists as keys, merges, aliases, tags.
  let isPlain: Bool

  init(file: YAMLFile, document: Int) {
    self.file = file
    self.document = document
    value = file.documents[document].value
    paths = Array(PatchModel.paths(value).prefix(2000))
    isPlain =
      file.duplicateKeys.isEmpty && !file.bytes.contains { "*!<".utf8.contains($0) } && Self.hasPlainKeys(value)
  }

  private static func hasPlainKeys(_ value: YAMLValue) -> Bool {
    switch value {
    case .mapping(let entries): entries.allSatisfy { !"[{".contains($0.key.first ?? " ") && hasPlainKeys($0.value) }
    case .sequence(let items): items.allSatisfy(hasPlainKeys)
    default: true
    }
  }

  mutating func check(_ random: inout SplitMix) {
    let (operation, expected) = operation(&random)
    guard let result = try? file.patched([operation], document: document) else { return }
    func trap(_ reason: String) -> Never {
      let note = "\(operation.op) \(operation.from ?? "") \(operation.path) \(operation.value?.json ?? ""): \(reason)\n"
      FileHandle.standardError.write(Data(note.utf8 + file.bytes + "\n=>\n".utf8 + result.bytes + "\n".utf8))
      fatalError(reason)
    }
    guard let new = try? YAMLFile(result.bytes, name: "fuzz.yaml") else { trap("the result cannot be read") }
    guard new.documents.count == file.documents.count else { trap("another number of documents") }
    for index in file.documents.indices where index != document {
      if new.documents[index].value != file.documents[index].value { trap("another document changes") }
    }
    if isPlain, new.documents[document].value != expected { trap("the data is not what the operation means") }
    if let old = result.before, let span = result.after {
      let isSame =
        file.bytes[..<old.lowerBound] == result.bytes[..<span.lowerBound]
        && file.bytes[old.upperBound...] == result.bytes[span.upperBound...]
      if !isSame { trap("bytes outside of the span change") }
    } else if result.bytes != file.bytes {
      trap("a change that is not reported")
    }
    if isPlain, expected == value, operation.op == .replace, result.bytes != file.bytes {
      trap("a no-op changes bytes")
    }
    if isPlain, operation.op == .add, let problem = undo(operation, new) { trap(problem) }
  }

  /// What was added at the end of a list or mapping is taken away again; the data must be the old.
  private func undo(_ operation: PatchOperation, _ new: YAMLFile) -> String? {
    guard let path = try? YAMLPath(operation.path), let parent = path.parent,
      let container = file.documents[document].node(at: parent)
    else { return nil }
    var place = path
    if path.steps.last == .end, container.kind == .sequence { place = parent.appending(.index(container.items.count)) }
    guard file.documents[document].node(at: path) == nil || container.kind == .sequence,
      let undone = try? new.applying([PatchOperation(op: .remove, path: place.pointer)], document: document),
      let again = try? YAMLFile(undone, name: "fuzz.yaml")
    else { return nil }
    return again.documents[document].value == value ? nil : "an addition that is removed leaves other data"
  }

  private func operation(_ random: inout SplitMix) -> (PatchOperation, YAMLValue) {
    let path = random.pick(paths)
    let new = newValue(&random)
    func pointer(_ steps: [YAMLPath.Step]) -> String { YAMLPath(steps: steps).pointer }
    switch random.upTo(8) {
    case 0, 1:
      guard !path.isEmpty else { break }
      return (PatchOperation(op: .remove, path: pointer(path)), PatchModel.remove(value, path))
    case 2, 3, 4:
      let container = PatchModel.get(value, path)
      let isList = container?.sequence != nil
      guard isList || container?.mapping != nil else { break }
      let key = YAMLPath.Step.key(random.pick(["new", "no", "a: b", "12:30", "", "é", "# x", "<<", "-"]))
      let items = container?.sequence?.count ?? 0
      let place = path + [isList ? (random.chance(50) ? .end : .index(random.upTo(items + 1))) : key]
      return (PatchOperation(op: .add, path: pointer(place), value: new), PatchModel.add(value, place, new))
    case 5:
      let target = random.pick(paths)
      guard !path.isEmpty, let carried = PatchModel.get(value, path), let container = PatchModel.get(value, target),
        container.mapping != nil || container.sequence != nil
      else { break }
      let place = target + [container.mapping == nil ? .end : .key("moved")]
      return (
        PatchOperation(op: .copy, path: pointer(place), from: pointer(path)), PatchModel.add(value, place, carried)
      )
    case 6:
      let same = PatchModel.get(value, path) ?? .null
      return (PatchOperation(op: .replace, path: pointer(path), value: same), value)
    default: break
    }
    return (
      PatchOperation(op: .replace, path: pointer(path), value: new),
      path.isEmpty ? new : PatchModel.change(value, path[...]) { _ in new }
    )
  }

  private func newValue(_ random: inout SplitMix) -> YAMLValue {
    random.pick([
      "x", "plain text", "no", "12:30", "2025-03-01", "", " a", "a\nb\n", "a\n\n  b", "#", "a: b", "- x", "{{x}}",
      "\u{85}\u{2028}", "\t", "é日本😀", "'\"", 1, -2.5, true, nil, ["a", "b: c"], ["k": "v", "l": ["m\nn"]], [:], [],
    ])
  }
}
