import Foundation
import Testing

@testable import DataFiles

@Suite struct ScratchFolderTests {
  @Test("the next one clears away what a killed process left, and leaves those in use alone")
  func leftovers() throws {
    let parent = NSTemporaryDirectory() + "scratch-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: parent) }
    // A killed process leaves the folder and its mark, and the kernel has given up the lock on it.
    let dead = parent + "/errata-dead"
    try FileManager.default.createDirectory(atPath: dead, withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: dead + "/.in-use"))
    let other = parent + "/errata-of-somebody"
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)

    let first = try ScratchFolder(in: parent)
    #expect(!FileManager.default.fileExists(atPath: dead))
    #expect(FileManager.default.fileExists(atPath: other))
    let second = try ScratchFolder(in: parent)
    #expect(FileManager.default.fileExists(atPath: first.path))
    first.remove()
    second.remove()
    #expect(try FileManager.default.contentsOfDirectory(atPath: parent) == ["errata-of-somebody"])
  }
}
