import Foundation

/// The files that come with the program: the sample workspace that `errata demo` and `errata init` start from.
struct ProductFiles: Sendable {
  /// The folder that holds `config/`, `manifests/` and `sample/`.
  let root: String

  /// Finds the folder: `ERRATA_HOME`, else `share/errata` beside the program's `bin`, else the nearest folder above the program
  /// (a checkout, when it runs from `.build`).
  static func locate(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    executable: String = Bundle.main.executablePath ?? CommandLine.arguments[0]
  ) throws(CommandFailure) -> ProductFiles {
    var candidates: [String] = []
    if let home = environment["ERRATA_HOME"] { candidates.append(home) }
    var folder = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
    candidates.append(folder.deletingLastPathComponent().appendingPathComponent("share/errata").path)
    while folder.path != "/" {
      candidates.append(folder.path)
      folder.deleteLastPathComponent()
    }
    for candidate in candidates where isComplete(candidate) { return ProductFiles(root: candidate) }
    throw CommandFailure(
      .configuration,
      "the sample workspace was not found near \(executable); set ERRATA_HOME to the folder that holds sample/ and config/"
    )
  }

  private static func isComplete(_ folder: String) -> Bool {
    ["config/pipeline.yaml", "config/publications.yaml", "sample/serve.py"].allSatisfy {
      FileManager.default.fileExists(atPath: folder + "/" + $0)
    }
  }
}
