internal import Foundation
internal import Journal
internal import ManifestYAML

/// Checks a manifest without running anything: that it is YAML, lists sources, and says nothing twice.
public enum ManifestCheck {
  /// What is wrong with a manifest, one sentence each with file, line and column; empty when nothing is.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - shown: What messages call it.
  public static func problems(in path: String, shown: String) -> [String] {
    do {
      let file = try YAMLFile(AtomicFile.read(path), name: shown)
      var problems = file.duplicateKeys.map { key in
        "\(shown):\(key.line):\(key.column): the key '\(key.text ?? "")' stands twice in one mapping; keep one of them"
      }
      if case .invalid(let error) = ManifestReading(bytes: file.bytes, name: shown) { problems.append(error.message) }
      return problems
    } catch {
      return [error.description]
    }
  }
}
