internal import Patterns

/// Which entries of the book may match a line, told from the texts that were found in it.
struct EntryFilter {
  private let book: PatternBook
  /// By entry, the clauses of which a text was found.
  private var found: [UInt8]
  private var touched: [Int] = []

  init(book: PatternBook) {
    self.book = book
    found = [UInt8](repeating: 0, count: book.meanings.count)
  }

  /// Takes in a text by its number in the book's search.
  mutating func add(text: Int) {
    for use in book.uses[text] {
      if found[use.entry] == 0 { touched.append(use.entry) }
      found[use.entry] |= use.clause
    }
  }

  /// The entries whose clauses were all met, and those without any, in order; then it begins anew.
  mutating func take() -> [Int] {
    var entries = book.always
    for entry in touched {
      if found[entry] == book.clauses[entry] { entries.append(entry) }
      found[entry] = 0
    }
    touched.removeAll(keepingCapacity: true)
    entries.sort()
    return entries
  }
}
