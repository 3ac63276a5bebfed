import Foundation
internal import Patterns
import Repair

/// The deterministic checks of a stage (S1-8): facts about files and output, no judgement.
struct StageValidation: Sendable {
  /// Lines are looked at up to this length: a pattern must not be run over an endless one.
  static let longestLine = 4096

  let workspace: Workspace
  let values: StageValues
  /// The whole output; nil when it could not be kept.
  let log: String?

  /// Runs the checks in their order.
  func report(_ checks: [Check]) -> ValidationReport {
    ValidationReport(checks: checks.map { result(of: $0) })
  }

  private func result(of check: Check) -> ValidationReport.Check {
    switch check {
    case .fileExists(let path):
      let name = values.fill(path)
      let exists = !name.isEmpty && FileManager.default.fileExists(atPath: place(name))
      return outcome(check, exists, exists ? "\(name) is there" : "\(name.isEmpty ? path : name) does not exist")
    case .fileSizeMin(let path, let bytes):
      let name = values.fill(path)
      guard let size = size(of: place(name)) else { return outcome(check, false, "\(name) does not exist") }
      return outcome(check, size >= bytes, "\(name) has \(size) bytes, \(bytes) are asked for")
    case .fileCount(let pattern, let least, let most):
      let name = values.fill(pattern)
      let count = PathGlob.matches(of: name, in: workspace.root).count
      let isRight = count >= least ?? 0 && count <= most ?? Int.max
      return outcome(check, isRight, "\(count) files match \(name), asked for are \(Self.range(least, most))")
    case .logRegexAbsent(let pattern): return regex(check, pattern, isWanted: false)
    case .logRegexPresent(let pattern): return regex(check, pattern, isWanted: true)
    }
  }

  private func regex(_ check: Check, _ pattern: String, isWanted: Bool) -> ValidationReport.Check {
    guard let regex = try? Expression(pattern) else {
      return outcome(check, false, "\(pattern) is no regular expression")
    }
    guard let log else { return outcome(check, false, "the output was not kept") }
    let found = LogLines.first(in: log, limit: Self.longestLine) { regex.matches($0) }
    switch (found, isWanted) {
    case (let line?, false):
      return outcome(check, false, "a line of the output matches \(pattern): \(line.prefix(200))")
    case (nil, true): return outcome(check, false, "no line of the output matches \(pattern)")
    default: return outcome(check, true, isWanted ? "the output matches \(pattern)" : "no line matches \(pattern)")
    }
  }

  private func outcome(_ check: Check, _ passed: Bool, _ detail: String) -> ValidationReport.Check {
    ValidationReport.Check(check.name, passed ? .pass : .fail, detail: detail)
  }

  private func place(_ path: String) -> String { path.hasPrefix("/") ? path : "\(workspace.root)/\(path)" }

  private func size(of path: String) -> Int? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int
  }

  private static func range(_ least: Int?, _ most: Int?) -> String {
    switch (least, most) {
    case (let least?, let most?): "\(least) to \(most)"
    case (let least?, nil): "at least \(least)"
    case (nil, let most?): "at most \(most)"
    case (nil, nil): "any number"
    }
  }
}

/// The lines of a log file, read in pieces: the file may be large.
enum LogLines {
  /// The first line that fits, as far as the limit.
  static func first(in path: String, limit: Int, where fits: (String) -> Bool) -> String? {
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? handle.close() }
    return first(from: handle, limit: limit, where: fits)
  }

  /// Does something with each line of the file's end, as far as the limit.
  ///
  /// - Parameter last: How many bytes of the file are read at most.
  /// - Returns: False when it cannot be read.
  static func each(in path: String, last: Int, limit: Int, _ body: (String) -> Void) -> Bool {
    guard let handle = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? handle.close() }
    guard let size = try? handle.seekToEnd(),
      (try? handle.seek(toOffset: UInt64(max(0, Int(size) - last)))) != nil
    else { return false }
    _ = first(from: handle, limit: limit) { line in
      body(line)
      return false
    }
    return true
  }

  private static func first(from handle: FileHandle, limit: Int, where fits: (String) -> Bool) -> String? {
    var line = Data()
    while let chunk = try? handle.read(upToCount: 1 << 16), !chunk.isEmpty {
      var rest = chunk[...]
      while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
        line += rest[..<newline].prefix(limit - line.count)
        let text = String(decoding: line, as: UTF8.self)
        if fits(text) { return text }
        line = Data()
        rest = rest[rest.index(after: newline)...]
      }
      line += rest.prefix(limit - line.count)
    }
    let text = String(decoding: line, as: UTF8.self)
    return !text.isEmpty && fits(text) ? text : nil
  }
}

/// Files that a pattern with `*`, `?` and `**` names.
enum PathGlob {
  /// The regular files that match, relative to the folder and in order.
  static func matches(of pattern: String, in root: String) -> [String] {
    let isAbsolute = pattern.hasPrefix("/")
    let parts = pattern.split(separator: "/").map(String.init)
    let fixed = Array(parts.prefix { !$0.contains("*") && !$0.contains("?") }.prefix(max(0, parts.count - 1)))
    let start = (isAbsolute ? [""] : [root]) + fixed
    let folder = start.joined(separator: "/")
    let rest = Array(parts.dropFirst(fixed.count))
    guard let walker = FileManager.default.enumerator(atPath: folder.isEmpty ? "/" : folder) else { return [] }
    var found: [String] = []
    while let path = walker.nextObject() as? String {
      if !rest.contains("**"), path.split(separator: "/").count >= rest.count { walker.skipDescendants() }
      guard fits(path.split(separator: "/").map(String.init)[...], rest[...]) else { continue }
      var isFolder: ObjCBool = false
      guard unsafe FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder),
        !isFolder.boolValue
      else { continue }
      found.append((fixed + [path]).joined(separator: "/"))
    }
    return found.sorted()
  }

  private static func fits(_ path: ArraySlice<String>, _ pattern: ArraySlice<String>) -> Bool {
    guard let first = pattern.first else { return path.isEmpty }
    if first == "**" {
      return fits(path, pattern.dropFirst()) || (!path.isEmpty && fits(path.dropFirst(), pattern))
    }
    guard let name = path.first else { return false }
    return matches(Array(name), Array(first)) && fits(path.dropFirst(), pattern.dropFirst())
  }

  /// Whether a name fits a pattern of one level; goes back at most to the last star, so the time is bounded.
  private static func matches(_ name: [Character], _ pattern: [Character]) -> Bool {
    var position = 0
    var place = 0
    var star: (pattern: Int, name: Int)?
    while position < name.count {
      if place < pattern.count, pattern[place] == "*" {
        star = (place, position)
        place += 1
      } else if place < pattern.count, pattern[place] == "?" || pattern[place] == name[position] {
        place += 1
        position += 1
      } else if let last = star {
        star = (last.pattern, last.name + 1)
        place = last.pattern + 1
        position = last.name + 1
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == "*" }
  }
}
