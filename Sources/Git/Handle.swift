import CGit2

/// One owner for one libgit2 object: freed when the handle goes, whichever way the scope is left.
struct Handle: ~Copyable {
  let pointer: OpaquePointer
  private let free: (OpaquePointer?) -> Void

  /// Makes the object with a libgit2 constructor.
  init(
    _ call: StaticString, free: @escaping (OpaquePointer?) -> Void, _ make: (inout OpaquePointer?) -> Int32
  ) throws(GitError) {
    var made: OpaquePointer?
    try check(call, make(&made))
    guard let made else { throw GitError(code: -1, call: "\(call)", message: "nothing was made") }
    pointer = made
    self.free = free
  }

  deinit { free(pointer) }
}

/// A buffer that libgit2 fills and owns.
struct Buffer: ~Copyable {
  private(set) var raw = git_buf()

  /// Fills the buffer with a libgit2 call.
  init(_ call: StaticString, _ fill: (inout git_buf) -> Int32) throws(GitError) {
    try check(call, fill(&raw))
  }

  deinit {
    var owned = raw
    git_buf_dispose(&owned)
  }

  var bytes: [UInt8] {
    guard let start = raw.ptr, raw.size > 0 else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: raw.size))
  }

  /// The bytes as text; what is not UTF-8 becomes U+FFFD.
  var text: String { String(decoding: bytes, as: UTF8.self) }
}
