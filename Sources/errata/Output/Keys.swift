import Foundation

/// Single keys from the terminal.
enum Keys {
  /// Asks, and waits for one of some keys; what was typed before the question, and what comes as several bytes at once (an arrow
  /// key, something pasted), is no answer.
  ///
  /// - Parameter keys: Lower-case letters.
  /// - Returns: The key; nil for Ctrl-C, Ctrl-D and the end of the input.
  static func ask(_ question: String, for keys: Set<Character>) -> Character? {
    var settings = termios()
    guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
    var single = settings
    // Ctrl-C comes as a key, so that the terminal is always left as it was found.
    single.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
    guard unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &single) == 0 else { return nil }
    defer { _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) }
    FileHandle.standardError.write(Data((question + " ").utf8))
    var answer: Character?
    while let bytes = read(), bytes != [3], bytes != [4] {
      if bytes.count == 1, let key = bytes.first.map({ Character(UnicodeScalar($0)) }), keys.contains(key) {
        answer = key
        break
      }
      FileHandle.standardError.write(Data([UInt8(ascii: "\u{7}")]))
    }
    Terminal.say(answer.map(String.init) ?? "")
    return answer
  }

  /// What is typed next; nil at the end.
  private static func read() -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 64)
    var count = 0
    repeat {
      count = unsafe bytes.withUnsafeMutableBytes { unsafe Foundation.read(STDIN_FILENO, $0.baseAddress, $0.count) }
    } while count < 0 && errno == EINTR
    return count > 0 ? Array(bytes[..<count]) : nil
  }
}
