import Foundation
import Journal
import Supervisor
import Testing

/// What a session finds that was left by one that did not end.
struct RunningLeftoversTests {
  private let place = RunningWorkspace()
  private static let halfWritten = [
    "state/.dat.nosync2239.MbuBwk", "state/carry/manifests/a.yaml.absent.12.34.tmp", "patches/run_x/.dat.nosync1.a",
    "logs/events/.latest-run_x-12", "logs/metrics/.dat.nosync1.b",
  ]
  private static let others = ["state/notes.tmp", "logs/stages/run_x/.dat.nosync1.c", "patches/a.12.tmp"]

  @Test("Files that a killed session was writing are removed by the next one, and no others")
  func halfWritten() throws {
    for path in Self.halfWritten + Self.others { try place.write("x", to: path) }
    try place.write("4711\n", to: "state/errata.lock")
    let session = try RunSession(workspace: place.workspace)
    #expect(session.lock.interrupted != nil)
    #expect(Self.halfWritten.filter(place.exists) == [])
    #expect(Self.others.allSatisfy(place.exists))
  }

  @Test("A session that ended leaves no sign of being killed")
  func ended() throws {
    let first = try RunSession(workspace: place.workspace)
    #expect(first.lock.interrupted == nil)
    first.lock.release()
    #expect(try RunSession(workspace: place.workspace).lock.interrupted == nil)
  }

  @Test(
    "A line that was torn in an earlier run's file is told of once, and cut off", arguments: ["{\"event_ty", "\0\0\0"])
  func torn(end: String) async throws {
    let first = try RunSession(workspace: place.workspace)
    try await first.recorder.append([Event(.runStarted)])
    first.lock.release()
    let file = FileHandle(forWritingAtPath: "\(place.workspace.logs)/events/latest.jsonl")
    try file?.seekToEnd()
    try file?.write(contentsOf: Data(end.utf8))
    try file?.close()
    let second = try RunSession(workspace: place.workspace)
    #expect(second.warnings.map(\.torn) == [true])
    #expect(second.history.count == 1)
    second.lock.release()
    let third = try RunSession(workspace: place.workspace)
    #expect(third.warnings.isEmpty)
    #expect(third.history.count == 1)
  }
}
