import Foundation
import Glibc

/// A process as the journal remembers it: a number alone is reused by the system, with its start time it is not.
public struct ProcessIdentity: Hashable, Sendable {
  /// The process number, which is its group's number too.
  public var pid: Int32
  /// Clock ticks from the machine's start to the process's, as `/proc` says.
  public var startTime: Int
  /// Which start of the machine the ticks count from.
  public var bootID: String

  /// Creates an identity from its parts.
  public init(pid: Int32, startTime: Int, bootID: String) {
    self.pid = pid
    self.startTime = startTime
    self.bootID = bootID
  }

  /// The identity of a process that exists now.
  public init?(of pid: Int32) {
    guard let status = ProcessStatus(of: pid) else { return nil }
    self.init(pid: pid, startTime: status.startTime, bootID: Self.currentBootID)
  }

  /// Whether the very same process still exists, ended but unreaped ones included.
  public var exists: Bool {
    bootID == Self.currentBootID && ProcessStatus(of: pid)?.startTime == startTime
  }

  /// The kernel's name for this start of the machine.
  public static let currentBootID: String =
    (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?
    .trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
}

/// What `/proc/<pid>/stat` says.
struct ProcessStatus {
  var state: Character
  var parent: Int32
  var group: Int32
  var startTime: Int

  /// The process has ended: only its parent has not asked about it yet.
  var hasEnded: Bool { state == "Z" || state == "X" }

  init?(of pid: Int32) {
    guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
    self.init(line: String(decoding: data, as: UTF8.self))
  }

  /// Reads the line; the program's name in it may hold spaces and brackets, so counting starts after the last bracket.
  init?(line: String) {
    guard let close = line.lastIndex(of: ")") else { return nil }
    let fields = line[line.index(after: close)...].split(separator: " ")
    guard fields.count > 19, let state = fields[0].first, let parent = Int32(fields[1]), let group = Int32(fields[2]),
      let start = Int(fields[19])
    else { return nil }
    self.state = state
    self.parent = parent
    self.group = group
    startTime = start
  }
}
