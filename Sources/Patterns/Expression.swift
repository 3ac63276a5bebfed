internal import CPCRE2

/// A text that is no regular expression, with where and why.
public struct ExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The text as it was given.
  public let pattern: String
  /// Where in it the fault is, in bytes from its start.
  public let offset: Int
  /// PCRE2's own words.
  public let reason: String

  /// One sentence.
  public var description: String { "\(reason) (at character \(offset + 1) of '\(pattern)')" }
}

/// A regular expression in PCRE2's language, the one everywhere that users write one.
///
/// A search stops at a limit of steps and says so: no expression can hang its caller, whatever the text.
public final class Expression: @unchecked Sendable {
  /// What a search came to.
  public enum Outcome: Hashable, Sendable {
    /// The named groups that took part, by name.
    case matched([String: String])
    case absent
    /// The search took more steps than it may, so nothing is known of this text.
    case exhausted
  }

  /// The expression as it was written.
  public let pattern: String
  // Compiled code is read only and may be shared between threads (pcre2api, "Multithreading").
  private let code: OpaquePointer
  private let names: [(name: String, group: Int)]

  /// Compiles an expression. A group's name may stand in several alternatives.
  ///
  /// - Throws: `ExpressionError` when it is none.
  public init(_ pattern: String) throws(ExpressionError) {
    var fault: Int32 = 0
    var offset = 0
    let bytes = Array(pattern.utf8)
    let options = UInt32(PCRE2_UTF) | UInt32(PCRE2_UCP) | UInt32(PCRE2_DUPNAMES) | UInt32(PCRE2_MATCH_INVALID_UTF)
    guard let code = pcre2_compile_8(bytes, bytes.count, options, &fault, &offset, nil) else {
      throw ExpressionError(pattern: pattern, offset: offset, reason: Expression.message(of: fault))
    }
    // Machine code is several times as fast; where the system forbids it, PCRE2 interprets the expression.
    pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
    self.pattern = pattern
    self.code = code
    names = Expression.names(of: code)
  }

  deinit { pcre2_code_free_8(code) }

  /// Looks for the expression's first match in a text.
  public func search(_ text: String) -> Outcome {
    var text = text
    return text.withUTF8 { search($0) }
  }

  /// Looks for the expression's first match in a text's bytes; those that are no UTF-8 match nothing.
  public func search(_ text: ArraySlice<UInt8>) -> Outcome { text.withUnsafeBufferPointer { search($0) } }

  private func search(_ bytes: UnsafeBufferPointer<UInt8>) -> Outcome {
    guard let limits = Limits.shared.context, let data = pcre2_match_data_create_from_pattern_8(code, nil) else {
      return .exhausted
    }
    defer { pcre2_match_data_free_8(data) }
    let start = bytes.baseAddress.map { UnsafePointer($0) }
    var result = pcre2_match_8(code, start, bytes.count, 0, 0, data, limits)
    // The interpreter keeps its place on the heap and goes deeper than machine code's stack.
    if result == PCRE2_ERROR_JIT_STACKLIMIT {
      result = pcre2_match_8(code, start, bytes.count, 0, UInt32(PCRE2_NO_JIT), data, limits)
    }
    if result == PCRE2_ERROR_NOMATCH { return .absent }
    guard result >= 0, let places = pcre2_get_ovector_pointer_8(data) else { return .exhausted }
    let groups = Int(pcre2_get_ovector_count_8(data))
    var captures: [String: String] = [:]
    for (name, group) in names where group < groups {
      // A group that took no part has no place: PCRE2 gives -1 as an unsigned size.
      let (from, to) = (places[2 * group], places[2 * group + 1])
      guard from >= 0, from <= to, to <= bytes.count else { continue }
      captures[name] = String(decoding: bytes[from..<to], as: UTF8.self)
    }
    return .matched(captures)
  }

  /// How far a search may go, the same for all; PCRE2 only reads it, so that threads may share it.
  private final class Limits: @unchecked Sendable {
    static let shared = Limits()
    let context: OpaquePointer?

    private init() {
      context = pcre2_match_context_create_8(nil)
      // Steps from one start position; a pattern that does its work takes a few hundred.
      pcre2_set_match_limit_8(context, 50_000)
      // Kilobytes of heap for backtracking.
      pcre2_set_heap_limit_8(context, 4096)
    }

    deinit { pcre2_match_context_free_8(context) }
  }

  /// Whether the text holds a match.
  public func matches(_ text: String) -> Bool {
    if case .matched = search(text) { true } else { false }
  }

  /// The names of the expression's groups.
  public var groupNames: [String] { names.map(\.name) }

  private static func names(of code: OpaquePointer) -> [(name: String, group: Int)] {
    var count: UInt32 = 0
    var size: UInt32 = 0
    var table: UnsafePointer<UInt8>?
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &size)
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
    guard let table else { return [] }
    // Each entry is the group's number in two bytes and its name, ended by a zero.
    return (0..<Int(count)).map { index in
      let entry = UnsafeBufferPointer(start: table + index * Int(size), count: Int(size))
      let name = entry.dropFirst(2).prefix { $0 != 0 }
      return (String(decoding: name, as: UTF8.self), Int(entry[0]) << 8 | Int(entry[1]))
    }
  }

  private static func message(of fault: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = pcre2_get_error_message_8(fault, &buffer, buffer.count)
    return length < 0 ? "it is no regular expression" : String(decoding: buffer.prefix(Int(length)), as: UTF8.self)
  }
}
