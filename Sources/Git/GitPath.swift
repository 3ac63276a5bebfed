import Foundation

/// A path as git stores it: bytes, in any encoding, relative to the root. Text would lose what is not UTF-8, and a lost
/// name in the work tree is a lost file.
struct GitPath: Hashable, Comparable {
  let bytes: [UInt8]

  init(_ cString: UnsafePointer<CChar>) {
    bytes = Array(UnsafeRawBufferPointer(start: cString, count: strlen(cString)))
  }

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// For messages only.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The path as a C string, under a folder if one is given.
  func cString(under root: String? = nil) -> [CChar] {
    let prefix = root.map { Array($0.utf8) + [UInt8(ascii: "/")] } ?? []
    return (prefix + bytes + [0]).map { CChar(bitPattern: $0) }
  }

  /// The folders above, outermost first.
  var folders: [GitPath] {
    bytes.indices.filter { bytes[$0] == UInt8(ascii: "/") }.map { GitPath(bytes[..<$0]) }
  }

  func appending(_ name: UnsafePointer<CChar>) -> GitPath {
    GitPath(bytes + (bytes.isEmpty ? [] : [UInt8(ascii: "/")]) + GitPath(name).bytes)
  }

  static func < (a: GitPath, b: GitPath) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}

/// What a tree or an index records at a path.
struct Entry: Hashable {
  let id: ObjectID
  let mode: UInt32

  init(id: ObjectID, mode: UInt32) {
    self.id = id
    // Old gits wrote 100664, which means the same.
    self.mode = mode == FileMode.regularGroupWritable.rawValue ? FileMode.regular.rawValue : mode
  }

  var isSubmodule: Bool { mode == FileMode.submodule.rawValue }
  var isSymbolicLink: Bool { mode == FileMode.symbolicLink.rawValue }
  var isExecutable: Bool { mode == FileMode.executable.rawValue }
}
