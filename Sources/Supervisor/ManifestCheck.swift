internal import Journal
internal import ManifestYAML

/// Checks a manifest without running anything: that it is YAML, lists sources, and says nothing twice.
public enum ManifestCheck {
  /// What is wrong with a manifest, with line and column; empty when nothing is.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - shown: What messages call it.
  public static func problems(in path: String, shown: String) -> [ConfigurationError] {
    do {
      return Self.problems(of: try AtomicFile.read(path), shown: shown)
    } catch {
      return [ConfigurationError(error, file: shown)]
    }
  }

  /// What is wrong with a manifest that is given as its bytes.
  public static func problems(of bytes: [UInt8], shown: String) -> [ConfigurationError] {
    do {
      let file = try YAMLFile(bytes, name: shown)
      var problems = file.duplicateKeys.map { key in
        ConfigurationError(
          file: shown, line: key.line, column: key.column,
          message: "the key '\(key.text ?? "")' stands twice in one mapping; keep one of them")
      }
      if case .invalid(let error) = ManifestReading(bytes: file.bytes, name: shown) {
        problems.append(ConfigurationError(sentence: error.message, file: shown))
      }
      return problems
    } catch {
      return [ConfigurationError(error, file: shown)]
    }
  }
}

extension ConfigurationError {
  /// Takes `file:line:column: message` apart.
  fileprivate init(sentence: String, file: String) {
    guard sentence.hasPrefix(file + ":") else {
      self.init(file: file, message: sentence)
      return
    }
    let parts = sentence.dropFirst(file.count + 1).split(separator: ":", maxSplits: 2).map(String.init)
    guard parts.count == 3, let line = Int(parts[0]), let column = Int(parts[1]) else {
      self.init(file: file, message: sentence)
      return
    }
    self.init(file: file, line: line, column: column, message: String(parts[2].drop { $0 == " " }))
  }
}
