internal import Foundation
internal import ManifestYAML
internal import Patterns

/// The least and the largest of a number.
protocol NumberRange { static var range: ClosedRange<Double> { get } }

enum StageSeconds: NumberRange { static let range = 0.1...604_800.0 }
enum ServiceSeconds: NumberRange { static let range = 0.1...3600.0 }
enum PauseSeconds: NumberRange { static let range = 0.0...86_400.0 }
enum RemoteSeconds: NumberRange { static let range = 1.0...86_400.0 }
enum Multiplier: NumberRange { static let range = 1.0...100.0 }
enum WaitDays: NumberRange { static let range = 0.01...366.0 }
enum AlertSeconds: NumberRange { static let range = 0.1...300.0 }
enum Objective: NumberRange { static let range = 0.01...0.9999 }
enum WindowDays: NumberRange { static let range = 1.0...366.0 }
enum Share: NumberRange { static let range = 0.0...1.0 }
enum Retries: NumberRange { static let range = 0.0...100.0 }
enum DriftSources: NumberRange { static let range = 2.0...100_000.0 }
enum Attempts: NumberRange { static let range = 0.0...100_000.0 }

/// A number in a range.
struct Number<Range: NumberRange>: YAMLScalar {
  let value: Double
  static var expectation: String { "a number from \(Range.range.lowerBound) to \(Range.range.upperBound)" }
  static var placeholder: Self { Self(value: Range.range.lowerBound) }

  private init(value: Double) { self.value = value }

  init?(_ node: YAMLNode) {
    guard let value = node.value.double, Range.range.contains(value) else { return nil }
    self.value = value
  }
}

/// A whole number in a range.
struct WholeNumber<Range: NumberRange>: YAMLScalar {
  let value: Int
  static var expectation: String {
    "a whole number from \(Int(Range.range.lowerBound)) to \(Int(Range.range.upperBound))"
  }
  static var placeholder: Self { Self(value: Int(Range.range.lowerBound)) }

  private init(value: Int) { self.value = value }

  init?(_ node: YAMLNode) {
    guard let value = node.value.int, Range.range.contains(Double(value)) else { return nil }
    self.value = value
  }
}

/// A whole number of 0 or more.
struct Count: YAMLScalar {
  let value: Int
  static let expectation = "a whole number of 0 or more"
  static let placeholder = Count(value: 0)

  private init(value: Int) { self.value = value }

  init?(_ node: YAMLNode) {
    guard let value = node.value.int, value >= 0 else { return nil }
    self.value = value
  }
}

/// A kind of text that some values must be.
protocol TextKind {
  static var expectation: String { get }
  static func accepts(_ text: String) -> Bool
}

/// A text of some kind; numbers and truth values count as their text.
struct Text<Kind: TextKind>: YAMLScalar {
  let value: String
  static var expectation: String { Kind.expectation }
  static var placeholder: Self { Self(value: "") }

  private init(value: String) { self.value = value }

  init?(_ node: YAMLNode) {
    guard let text = node.text, !node.isNull, Kind.accepts(text) else { return nil }
    value = text
  }
}

enum Filled: TextKind {
  static let expectation = "a text that is not empty"
  static func accepts(_ text: String) -> Bool { !text.isEmpty }
}

/// A name that may be part of a file's and a branch's name.
enum PlainName: TextKind {
  static let expectation = "of letters, digits, '_', '-' and '.', since files are named by it"

  static func accepts(_ name: String) -> Bool {
    let plain = name.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95 || $0 == 45 || $0 == 46
    }
    return plain && !name.isEmpty && name.first != "." && name.first != "-" && name.last != "."
      && !name.contains("..") && !name.hasSuffix(".lock") && name.utf8.count <= 100
  }
}

enum DayName: TextKind {
  static let expectation = "a day such as 2026-12-01"

  static func accepts(_ text: String) -> Bool {
    let digits = text.split(separator: "-", omittingEmptySubsequences: false)
    return digits.map(\.count) == [4, 2, 2] && digits.joined().allSatisfy { $0.isASCII && $0.isNumber }
  }
}

enum WebAddress: TextKind {
  static let expectation = "an http, https or file address"

  static func accepts(_ text: String) -> Bool {
    URL(string: text)?.scheme.map { ["http", "https", "file"].contains($0.lowercased()) } ?? false
  }
}

enum InnerPath: TextKind {
  static let expectation = "a path within the workspace"
  static func accepts(_ text: String) -> Bool { !text.hasPrefix("/") && !text.split(separator: "/").contains("..") }
}

enum RemoteName: TextKind {
  static let expectation = "the name of a remote in the repository's settings, such as origin, and no address"
  static func accepts(_ text: String) -> Bool { RemoteSettings.isName(text) }
}

enum VariableName: TextKind {
  static let expectation = "the name of a variable in the environment, such as PUSH_TOKEN, and never a token"
  static func accepts(_ text: String) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") }
  }
}

enum OneLine: TextKind {
  static let expectation = "a text of one line"
  static func accepts(_ text: String) -> Bool { !text.isEmpty && !text.contains { $0.isNewline || $0 == "\0" } }
}

/// A part of a commit's author line.
enum AuthorPart: TextKind {
  static let expectation = "a text that is not empty and holds neither '<', '>' nor a line break"
  static func accepts(_ text: String) -> Bool { !text.isEmpty && !text.contains { "<>\n\0".contains($0) } }
}

/// A program and its arguments: a list that is not empty.
struct Command: Decodable {
  let words: [String]

  init(from decoder: any Decoder) throws {
    if let node = decoder.yamlNode, node.kind != .sequence {
      throw decoder.mismatch("a list of a program and its arguments, such as [backfill, load]")
    }
    words = try [String](from: decoder)
    guard decoder.yamlNode == nil || !(words.first ?? "").isEmpty || decoder.isIncomplete else {
      throw decoder.fault("names no program; write it like [backfill, load]")
    }
  }
}

/// A regular expression (PCRE2).
struct RegexText: Decodable {
  let value: String

  init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(String.self)
    do {
      _ = try Expression(value)
    } catch {
      throw decoder.fault("is not a regular expression: \(error)")
    }
    guard decoder.yamlNode == nil || !value.isEmpty else { throw decoder.mismatch(Filled.expectation) }
  }
}
