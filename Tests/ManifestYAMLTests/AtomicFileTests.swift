import Foundation
import ManifestYAML
import Testing

@Suite struct AtomicFileTests {
  @Test("a pipe is written to and stays a pipe, as /dev/null stays a device")
  func pipe() throws {
    let path = NSTemporaryDirectory() + "pipe-\(UUID().uuidString)"
    #expect(unsafe mkfifo(path, 0o600) == 0)
    defer { try? FileManager.default.removeItem(atPath: path) }
    // Open for both ends, so that neither side waits for the other.
    let pipe = unsafe open(path, O_RDWR)
    let handle = FileHandle(fileDescriptor: pipe, closeOnDealloc: true)
    try AtomicFile.write(Array("a: 1\n".utf8), to: path)
    #expect(try handle.read(upToCount: 5) == Data("a: 1\n".utf8))
    var status = stat()
    #expect(unsafe lstat(path, &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFIFO)
  }
}
