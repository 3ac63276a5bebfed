/// Finds many texts at once in one pass over bytes, upper and lower case of ASCII alike (Aho and Corasick's automaton).
///
/// A byte costs one step whatever the texts and however they overlap, and a search can pause between any two bytes.
public struct TextSearch: Sendable {
  /// Where a search stands between two bytes.
  public typealias State = Int32
  /// The state before the first byte.
  public static let start: State = 0

  /// What texts a byte can belong to: bytes that occur in none share a class, so the table stays small.
  private let classes: [UInt8]
  private let width: Int
  /// The next state by state and class. A state in which a text ends has its complement there, which is negative.
  private let next: [State]
  /// By state, the numbers of the texts that end in it.
  private let ends: [[Int32]]

  /// Prepares a search; texts are told by their place in the list.
  public init(_ texts: [String]) {
    var classes = [UInt8](repeating: 0, count: 256)
    var width = 1
    for byte in texts.joined().utf8.map(TextSearch.folded) where classes[Int(byte)] == 0 {
      classes[Int(byte)] = UInt8(width)
      width += 1
    }
    for byte in UInt8(ascii: "A")...UInt8(ascii: "Z") { classes[Int(byte)] = classes[Int(TextSearch.folded(byte))] }

    var next = [State](repeating: -1, count: width)
    var ends: [[Int32]] = [[]]
    for (number, text) in texts.enumerated() where !text.isEmpty {
      var state = 0
      for byte in text.utf8 {
        let place = state * width + Int(classes[Int(TextSearch.folded(byte))])
        if next[place] < 0 {
          next[place] = State(ends.count)
          ends.append([])
          next.append(contentsOf: repeatElement(-1, count: width))
        }
        state = Int(next[place])
      }
      ends[state].append(Int32(number))
    }
    TextSearch.complete(&next, &ends, width: width)
    self.classes = classes
    self.width = width
    self.ends = ends
    self.next = next.map { ends[Int($0)].isEmpty ? $0 : ~$0 }
  }

  /// Gives every state a way on for every class: the way of the longest end of what was read that begins a text.
  private static func complete(_ next: inout [State], _ ends: inout [[Int32]], width: Int) {
    var fallback = [State](repeating: 0, count: ends.count)
    var queue: [Int] = []
    for place in 0..<width {
      if next[place] < 0 { next[place] = 0 } else { queue.append(Int(next[place])) }
    }
    var head = 0
    while head < queue.count {
      let state = queue[head]
      head += 1
      ends[state] += ends[Int(fallback[state])]
      for symbol in 0..<width {
        let place = state * width + symbol
        let other = next[Int(fallback[state]) * width + symbol]
        if next[place] < 0 {
          next[place] = other
        } else {
          fallback[Int(next[place])] = other
          queue.append(Int(next[place]))
        }
      }
    }
  }

  private static func folded(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 0x20 : byte }

  /// Reads bytes until one that ends a line (`\n` or `\r`) and tells where that is; nil at the end of the bytes.
  ///
  /// - Parameters:
  ///   - state: Where the search stands; it goes on from there, and anew after a line.
  ///   - found: Called with a text's number and the index of its last byte.
  public func readLine(
    _ bytes: ArraySlice<UInt8>, state: inout State, found: (Int, Int) -> Void
  ) -> Int? {
    bytes.withUnsafeBufferPointer { buffer in
      classes.withUnsafeBufferPointer { classes in
        next.withUnsafeBufferPointer { next in
          var current = Int(state)
          for (offset, byte) in buffer.enumerated() {
            if byte == 0x0A || byte == 0x0D {
              state = TextSearch.start
              return bytes.startIndex + offset
            }
            let step = next[current * width + Int(classes[Int(byte)])]
            current = Int(step)
            if step < 0 {
              current = Int(~step)
              for number in ends[current] { found(Int(number), bytes.startIndex + offset) }
            }
          }
          state = State(current)
          return nil
        }
      }
    }
  }
}
