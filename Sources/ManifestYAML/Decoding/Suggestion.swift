/// Finds the word that somebody probably meant.
enum Suggestion {
  /// The nearest of some words, if it is near enough: about one slip in three letters.
  static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
    let limit = max(1, min(3, word.count / 3))
    var best: (word: String, distance: Int)?
    for candidate in candidates.sorted() {
      let found = distance(normalised(word), normalised(candidate))
      if found <= limit, found < best?.distance ?? Int.max { best = (candidate, found) }
    }
    return best?.word
  }

  private static func normalised(_ word: String) -> [UInt8] {
    word.lowercased().utf8.map { $0 == Byte.dash || $0 == Byte.space ? 0x5F : $0 }
  }

  /// Insertions, deletions, substitutions and swaps of neighbours that turn one word into another.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    guard left.count <= 64, right.count <= 64 else { return Int.max }
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var before: [Int] = []
    var last = Array(0...right.count)
    for row in 1...left.count {
      var current = [row]
      for column in 1...right.count {
        let cost = left[row - 1] == right[column - 1] ? 0 : 1
        var value = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + cost)
        if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
          value = min(value, before[column - 2] + 1)
        }
        current.append(value)
      }
      before = last
      last = current
    }
    return last[right.count]
  }
}
