internal import CJournal
internal import Foundation

/// A file's lines, a piece of whole lines at a time, in memory that serves for every piece.
///
/// A piece is small enough to stay in a processor's cache while it is read into, searched and parsed.
@safe struct LinePieces: ~Copyable {
  private let path: String
  private let descriptor: Int32
  private var buffer: [UInt8]
  /// The bytes that the buffer holds, and of those the ones of the piece.
  private var (held, given) = (0, 0)
  /// Where the piece begins in the file.
  private(set) var offset: Int

  /// How many bytes a piece has, unless it is one line that is longer.
  static let pieceBytes = 256 << 10

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - offset: Where the first line begins.
  ///   - pieceBytes: About how many bytes to read at a time.
  init(path: String, from offset: Int = 0, pieceBytes: Int = LinePieces.pieceBytes) throws {
    self.path = path
    self.offset = offset
    buffer = [UInt8](repeating: 0, count: pieceBytes + EventLines.padding)
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0, offset == 0 || lseek(descriptor, offset, SEEK_SET) == offset else {
      let failure = Self.failure(path)
      if descriptor >= 0 { close(descriptor) }
      throw failure
    }
  }

  deinit { close(descriptor) }

  /// Goes to the next piece, the last of which may have no newline; false at the end of the file.
  mutating func next() throws -> Bool {
    held -= given
    offset += given
    unsafe buffer.withUnsafeMutableBytes { bytes in
      guard given > 0, held > 0, let base = bytes.baseAddress else { return }
      unsafe memmove(base, base + given, held)
    }
    given = 0
    while given == 0 {
      if held + EventLines.padding >= buffer.count {
        buffer.append(contentsOf: repeatElement(0, count: buffer.count))
      }
      let before = held
      guard try readMore() else {
        given = held
        return held > 0
      }
      given = unsafe buffer.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress,
          let last = unsafe json_find_last(base + before, held - before, UInt8(ascii: "\n"))
        else { return 0 }
        return unsafe base.distance(to: last) + 1
      }
    }
    return true
  }

  /// Where the piece ends in the file.
  var end: Int { offset + given }

  /// Whether the piece ends with a newline.
  var isWhole: Bool { given > 0 && buffer[given - 1] == UInt8(ascii: "\n") }

  /// The piece, followed by `EventLines.padding` bytes that may be read.
  func withPiece<Result>(_ look: (UnsafeRawBufferPointer) -> Result) -> Result {
    unsafe buffer.withUnsafeBytes { unsafe look(UnsafeRawBufferPointer(rebasing: $0[..<given])) }
  }

  /// Reads what fits; false at the end of the file.
  private mutating func readMore() throws -> Bool {
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        guard let base = bytes.baseAddress else { return 0 }
        return unsafe read(descriptor, base + held, bytes.count - EventLines.padding - held)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Self.failure(path) }
      held += count
      return count > 0
    }
  }

  private static func failure(_ path: String) -> JournalError {
    JournalError("read", path, NSError(domain: NSPOSIXErrorDomain, code: Int(errno)))
  }
}
