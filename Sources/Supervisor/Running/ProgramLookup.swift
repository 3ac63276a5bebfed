import Foundation
import SystemPackage

/// Finds the file of a program, as a shell in some folder would (POSIX.1-2017, XBD 8.3, `PATH`).
///
/// It is looked up here and once: Subprocess forks for each folder of `PATH` until one has it.
struct ProgramLookup {
  /// Why there is no such program.
  enum Failure: Error, Equatable, CustomStringConvertible {
    case missing(String)
    case notOnPath(String)
    case locked(String)

    var isMissing: Bool { if case .locked = self { false } else { true } }

    var description: String {
      switch self {
      case .missing(let name): "\(name): no such program; check the stage's command"
      case .notOnPath(let name): "\(name): no such program on PATH; check the stage's command"
      case .locked(let name): "\(name) is there but may not be executed; make it executable with chmod +x"
      }
    }
  }

  /// A name, or a path from the folder.
  let name: String
  /// The folder that the program starts in.
  let folder: FilePath

  init(name: String, from folder: String) {
    self.name = name
    self.folder = FilePath(folder)
  }

  /// The program's file.
  ///
  /// - Parameter path: Folders with colons between them; an empty one is the folder that the program starts in.
  func file(on path: String) throws(Failure) -> String {
    guard !name.isEmpty else { throw .missing(name) }
    let isPath = name.contains("/")
    let places =
      isPath
      ? [folder.pushing(FilePath(name))]
      : path.split(separator: ":", omittingEmptySubsequences: false).map {
        folder.pushing(FilePath(String($0))).appending(name)
      }
    var isThere = false
    for place in places {
      var isFolder: ObjCBool = false
      guard unsafe FileManager.default.fileExists(atPath: place.string, isDirectory: &isFolder) else { continue }
      isThere = true
      if !isFolder.boolValue, FileManager.default.isExecutableFile(atPath: place.string) { return place.string }
    }
    if isThere { throw .locked(name) }
    throw isPath ? .missing(name) : .notOnPath(name)
  }
}
