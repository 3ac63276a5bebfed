import Foundation
import SystemPackage

/// A child's output on its way to the log file: whole lines at a time, redacted, with bounded memory.
struct OutputLog: ~Copyable {
  /// How much of the output's end is kept in memory.
  static let tailLength = 16 * 1024
  /// How much output without a line's end is held back before it is written anyway.
  static let longestLine = 64 * 1024

  private let redact: @Sendable (String) -> String
  private var file: FileDescriptor?
  private var pending: [UInt8] = []
  private var kept: [UInt8] = []
  /// How many bytes came in.
  private(set) var count = 0
  /// Why the log is not complete.
  private(set) var problem: String?

  init(path: String?, redact: @escaping @Sendable (String) -> String) {
    self.redact = redact
    guard let path else { return }
    do {
      try FileManager.default.createDirectory(
        atPath: FilePath(path).removingLastComponent().string, withIntermediateDirectories: true)
      file = try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead])
    } catch {
      problem = "cannot write the log \(path): \(error)"
    }
  }

  deinit { try? file?.close() }

  /// Takes the next bytes; writes what is complete.
  mutating func append(_ bytes: [UInt8]) {
    count += bytes.count
    pending += bytes
    guard let end = Self.flushPoint(in: pending) else { return }
    write(pending[..<end])
    pending.removeFirst(end)
  }

  /// Writes what is left, closes the file and returns the output's end.
  mutating func finish() -> String {
    write(pending[...])
    pending = []
    var tail = kept[max(0, kept.count - Self.tailLength)...]
    if tail.startIndex > 0, let newline = tail.firstIndex(of: UInt8(ascii: "\n")), newline < tail.endIndex - 1 {
      tail = tail[(newline + 1)...]
    }
    return String(decoding: tail, as: UTF8.self)
  }

  /// Where the complete lines end. A key block that has begun is held back until it ends, so that it is redacted as one.
  static func flushPoint(in bytes: [UInt8]) -> Int? {
    guard let newline = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
      return bytes.count > longestLine ? safeCut(bytes) : nil
    }
    let text = Data(bytes[...newline])
    if bytes.count <= longestLine, let begin = text.range(of: Data("-----BEGIN ".utf8), options: .backwards),
      text.range(of: Data("-----END ".utf8), in: begin.upperBound..<text.endIndex) == nil
    {
      return begin.lowerBound > 0 ? begin.lowerBound : nil
    }
    return newline + 1
  }

  /// A place in an endless line where no word, and so hardly a secret, is cut.
  private static func safeCut(_ bytes: [UInt8]) -> Int {
    guard let space = bytes.lastIndex(of: UInt8(ascii: " ")), space > 0 else { return bytes.count }
    return space
  }

  private mutating func write(_ bytes: ArraySlice<UInt8>) {
    guard !bytes.isEmpty else { return }
    let text = Array(redact(String(decoding: bytes, as: UTF8.self)).utf8)
    kept += text
    if kept.count > 4 * Self.tailLength { kept.removeFirst(kept.count - 2 * Self.tailLength) }
    guard let file, problem == nil else { return }
    do { try file.writeAll(text) } catch { problem = "cannot write the log: \(error)" }
  }
}
