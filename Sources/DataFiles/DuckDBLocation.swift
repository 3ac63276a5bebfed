public import Foundation
internal import Journal

extension DuckDB {
  /// Finds the program and its Excel extension.
  ///
  /// `ERRATA_DUCKDB` names the binary and `ERRATA_DUCKDB_EXTENSIONS` the extension's file or a folder above it. Otherwise a
  /// `.venv` in the folders above this executable or above the working directory has both, or `PATH` has the program.
  public static func locate(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(DataFileError) -> DuckDB {
    let named = environment["ERRATA_DUCKDB_EXTENSIONS"].flatMap { $0.isEmpty ? nil : excelExtension(at: $0) }
    if let binary = environment["ERRATA_DUCKDB"], !binary.isEmpty {
      guard FileManager.default.isExecutableFile(atPath: binary) else {
        throw DataFileError(
          .databaseUnavailable, "ERRATA_DUCKDB names \(binary), which is not a program that can be run",
          transient: false)
      }
      return DuckDB(binary: binary, excelExtension: named ?? besideBinary(binary))
    }
    for folder in ancestors() {
      for packages in sitePackages(inVirtualEnvironment: folder.appending(path: ".venv")) {
        let binary = packages.appending(path: "duckdb_cli/duckdb").path
        guard FileManager.default.isExecutableFile(atPath: binary) else { continue }
        return DuckDB(binary: binary, excelExtension: named ?? besideBinary(binary))
      }
    }
    for folder in (environment["PATH"] ?? "").split(separator: ":") where folder.hasPrefix("/") {
      let binary = "\(folder)/duckdb"
      // pip's wrapper is a script that outlives nothing and orphans the real program: only a binary will do.
      if FileManager.default.isExecutableFile(atPath: binary), !isScript(binary) {
        return DuckDB(binary: binary, excelExtension: named)
      }
    }
    throw DataFileError(
      .databaseUnavailable,
      "DuckDB was not found: install duckdb-cli and duckdb-extension-excel in .venv (make does), or set ERRATA_DUCKDB",
      transient: false)
  }

  private static func besideBinary(_ binary: String) -> String? {
    let packages = URL(filePath: binary).deletingLastPathComponent().deletingLastPathComponent()
    return excelExtension(at: packages.appending(path: "duckdb_extension_excel/extensions").path)
  }

  /// The extension's file at a path, or in the version folders below it; the highest version where there are several.
  private static func excelExtension(at path: String) -> String? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
    guard isFolder.boolValue else { return path }
    let name = "excel.duckdb_extension"
    let folder = URL(filePath: path)
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let candidates =
      [folder.appending(path: name).path]
      + versions.sorted(by: >).map { folder.appending(path: $0).appending(path: name).path }
    return candidates.first { FileManager.default.fileExists(atPath: $0) }
  }

  private static func sitePackages(inVirtualEnvironment folder: URL) -> [URL] {
    let library = folder.appending(path: "lib")
    let pythons = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
    return pythons.sorted(by: >).filter { $0.hasPrefix("python") }
      .map { library.appending(path: $0).appending(path: "site-packages") }
  }

  private static func ancestors() -> [URL] {
    let executable = (Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments.first ?? ""))
      .resolvingSymlinksInPath().deletingLastPathComponent()
    let current = URL(filePath: FileManager.default.currentDirectoryPath)
    return [executable, current].flatMap { start in
      var folders: [URL] = []
      var folder = start.standardizedFileURL
      while folder.path != "/", folders.count < 64 {
        folders.append(folder)
        folder = folder.deletingLastPathComponent()
      }
      return folders
    }
  }

  private static func isScript(_ path: String) -> Bool {
    guard let handle = FileHandle(forReadingAtPath: path) else { return true }
    defer { try? handle.close() }
    return (try? handle.read(upToCount: 2)) == Data("#!".utf8)
  }
}
