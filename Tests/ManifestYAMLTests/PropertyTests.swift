import Foundation
import ManifestYAML
import TestSeeds
import Testing

/// Random documents under random patches. A failure prints its seed, from which the same documents come again.
@Suite struct PropertyTests {
  /// 8 × 850 documents with three patches each: 20,400 pairs in every run.
  /// The same seeds every time, so that a red run is one's own doing; other documents by a number in `ERRATA_SEED`.
  static let seeds: [UInt64] = {
    let first = ProcessInfo.processInfo.environment["ERRATA_SEED"].flatMap { UInt64($0) } ?? 1
    return (0..<8).map { first &* 1_000_003 &+ $0 }
  }()

  @Test("an edit of text is the edit of its data, changes its span only, and can be undone", arguments: seeds)
  func edits(_ seed: UInt64) throws {
    var generator = DocumentGenerator(random: SplitMix(state: seed))
    for _ in 0..<850 {
      let bytes = generator.document()
      let file = try YAMLFile(bytes, name: "p.yaml")
      let value = try #require(file.root?.value)
      for _ in 0..<3 {
        if let problem = try check(file, value, &generator) {
          Issue.record("seed \(seed): \(problem)\nin:\n\(String(decoding: bytes, as: UTF8.self))")
          return
        }
      }
    }
  }

  private func check(_ file: YAMLFile, _ value: YAMLValue, _ generator: inout DocumentGenerator) throws -> String? {
    let paths = PatchModel.paths(value)
    let path = generator.random.pick(paths)
    let (operation, expected) = self.operation(value, paths, path, &generator)
    let name = "\(operation.op) \(operation.from ?? "") \(operation.path) \(operation.value?.json ?? "")"
    let result: PatchResult
    do throws(YAMLError) {
      result = try file.patched([operation])
    } catch {
      let isShared = file.bytes.contains(UInt8(ascii: "&")) && error.kind == .refused && error.line != nil
      return isShared ? nil : "\(name) is refused: \(error)"
    }
    let text = String(decoding: result.bytes, as: UTF8.self)
    let new: YAMLFile
    do throws(YAMLError) {
      new = try YAMLFile(result.bytes, name: "p.yaml")
    } catch {
      return "\(name) breaks the file: \(error)\ngives:\n\(text)"
    }
    guard new.root?.value == expected else { return "\(name) gives other data:\n\(text)" }
    if let problem = spanProblem(file.bytes, result) { return "\(name) \(problem):\n\(text)" }
    if operation.op == .add || operation.op == .replace || operation.op == .copy,
      operation.value.map({ $0 == PatchModel.get(value, path) }) ?? false, operation.op == .replace,
      result.bytes != file.bytes
    {
      return "\(name) changes bytes and no data:\n\(text)"
    }
    return try undoProblem(operation, file, value, new).map { "\(name) \($0) after:\n\(text)" }
  }

  private func operation(
    _ value: YAMLValue, _ paths: [[YAMLPath.Step]], _ path: [YAMLPath.Step], _ generator: inout DocumentGenerator
  ) -> (PatchOperation, YAMLValue) {
    func pointer(_ steps: [YAMLPath.Step]) -> String { YAMLPath(steps: steps).pointer }
    let new = generator.newValue()
    switch generator.random.upTo(10) {
    case 0, 1:
      guard !path.isEmpty else { break }
      return (PatchOperation(op: .remove, path: pointer(path)), PatchModel.remove(value, path))
    case 2, 3, 4:
      let container = PatchModel.get(value, path)
      if let items = container?.sequence {
        let step: YAMLPath.Step = generator.random.chance(50) ? .end : .index(generator.random.upTo(items.count + 1))
        let place = path + [step]
        return (PatchOperation(op: .add, path: pointer(place), value: new), PatchModel.add(value, place, new))
      } else if container?.mapping != nil {
        let place = path + [.key(generator.random.pick(["new", "no", "a: b", "12:30", "k1", "é"]))]
        return (PatchOperation(op: .add, path: pointer(place), value: new), PatchModel.add(value, place, new))
      }
    case 5, 6:
      let target = generator.random.pick(paths)
      guard !path.isEmpty, let carried = PatchModel.get(value, path), let container = PatchModel.get(value, target),
        container.mapping != nil || container.sequence != nil
      else { break }
      let place = target + [container.mapping == nil ? .end : .key("moved")]
      if generator.random.chance(50) || target.starts(with: path) {
        let operation = PatchOperation(op: .copy, path: pointer(place), from: pointer(path))
        return (operation, PatchModel.add(value, place, carried))
      }
      let removed = PatchModel.remove(value, path)
      // Behind the item that goes, every index is one less when the value arrives.
      guard PatchModel.get(removed, target) == container || target == path.dropLast().map({ $0 }) else { break }
      let operation = PatchOperation(op: .move, path: pointer(place), from: pointer(path))
      return (operation, PatchModel.add(removed, place, carried))
    case 7:
      let same = PatchModel.get(value, path) ?? .null
      return (PatchOperation(op: .replace, path: pointer(path), value: same), value)
    default: break
    }
    return (
      PatchOperation(op: .replace, path: pointer(path), value: new),
      path.isEmpty ? new : PatchModel.change(value, path[...]) { _ in new }
    )
  }

  private func spanProblem(_ before: [UInt8], _ result: PatchResult) -> String? {
    guard let old = result.before, let new = result.after else {
      return before == result.bytes ? nil : "reports no change and makes one"
    }
    let isSame =
      before[..<old.lowerBound] == result.bytes[..<new.lowerBound]
      && before[old.upperBound...] == result.bytes[new.upperBound...]
    return isSame ? nil : "changes bytes outside of the span that it reports"
  }

  /// What was added and is removed again leaves no trace; a replaced text that needs no other quotes comes back.
  private func undoProblem(
    _ operation: PatchOperation, _ file: YAMLFile, _ value: YAMLValue, _ new: YAMLFile
  ) throws -> String? {
    let path = try YAMLPath(operation.path)
    let inverse: PatchOperation
    switch operation.op {
    case .add, .copy:
      guard let parent = path.parent, let container = file.root?.node(at: parent), container.isRecoverable,
        file.root?.node(at: path) == nil
      else { return nil }
      var place = path
      if path.steps.last == .end { place = parent.appending(.index(container.items.count)) }
      inverse = PatchOperation(op: .remove, path: place.pointer)
    case .replace:
      guard let old = PatchModel.get(value, path.steps), case .string(let text) = old, text.hasPrefix("w"),
        case .string(let other)? = operation.value, ["x", "plain text", "é日本", "😀", "it's"].contains(other)
      else { return nil }
      inverse = PatchOperation(op: .replace, path: operation.path, value: old)
    default: return nil
    }
    let undone = try new.applying([inverse])
    return undone == file.bytes ? nil : "is not undone, which gives:\n\(String(decoding: undone, as: UTF8.self))"
  }
}

extension YAMLNode {
  /// True where an added entry leaves the brackets or lines as they were once it is removed.
  fileprivate var isRecoverable: Bool { !items.isEmpty || !entries.isEmpty }
}
