/// A file's bytes after a patch, and where they differ from those before.
public struct PatchResult: Hashable, Sendable {
  /// The whole file after the patch.
  public let bytes: [UInt8]
  /// The span of the file before that the patch changed; nil when it changed nothing.
  public let before: Range<Int>?
  /// The span that took its place; everything outside of the two is the same.
  public let after: Range<Int>?
}

/// What several rounds of edits leave alone at both ends of a text.
struct KeptEnds: Sendable {
  private let count: Int
  private var head: Int
  private var tail: Int
  private var isChanged = false

  init(_ bytes: [UInt8]) {
    count = bytes.count
    head = bytes.count
    tail = bytes.count
  }

  /// Takes in edits, in order, of a text of this length.
  mutating func take(_ edits: [Edit], of length: Int) {
    guard let first = edits.first, let last = edits.last else { return }
    isChanged = true
    head = min(head, first.range.lowerBound)
    tail = min(tail, length - last.range.upperBound)
  }

  func result(_ bytes: [UInt8]) -> PatchResult {
    guard isChanged else { return PatchResult(bytes: bytes, before: nil, after: nil) }
    let head = min(head, count, bytes.count)
    let tail = min(tail, count - head, bytes.count - head)
    return PatchResult(bytes: bytes, before: head..<count - tail, after: head..<bytes.count - tail)
  }
}
