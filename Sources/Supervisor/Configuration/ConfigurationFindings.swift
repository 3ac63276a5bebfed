internal import ManifestYAML

/// What was found wrong so far, while all files are read.
final class ConfigurationFindings {
  private(set) var errors: [ConfigurationError] = []
  /// What is doubtful but does not keep a run from starting.
  private(set) var warnings: [ConfigurationError] = []

  /// Notes an error once: a value that is asked for twice is wrong only once.
  func add(_ error: ConfigurationError) { if !errors.contains(error) { errors.append(error) } }

  func add(_ file: String, _ node: YAMLNode?, _ message: String) {
    add(ConfigurationError(file: file, line: node?.line, column: node?.column, message: message))
  }

  func add(_ error: YAMLError, file: String) { add(ConfigurationError(error, file: file)) }

  func warn(_ warning: ConfigurationError) { warnings.append(warning) }

  func warn(_ error: YAMLError, file: String) { warnings.append(ConfigurationError(error, file: file)) }

  /// The errors file by file as they were read, each file's in the order of its lines.
  var sorted: [ConfigurationError] {
    var order: [String: Int] = [:]
    for error in errors where order[error.file] == nil { order[error.file] = order.count }
    return errors.sorted {
      (order[$0.file] ?? 0, $0.line ?? 0, $0.column ?? 0) < (order[$1.file] ?? 0, $1.line ?? 0, $1.column ?? 0)
    }
  }
}

extension ConfigurationError {
  init(_ error: YAMLError, file: String) {
    let message = error.hint.map { "\(error.message); \($0)" } ?? error.message
    self.init(file: file, line: error.line, column: error.column, message: message)
  }
}

/// One configuration file on its way: its top node, and where what is wrong with it is noted.
struct ConfigurationFile {
  /// The file, relative to the workspace.
  let name: String
  let root: YAMLNode
  let findings: ConfigurationFindings

  /// Decodes the whole file; what is wrong with it is noted.
  func decode<Value: Decodable>(_ type: Value.Type, with decoder: YAMLDecoder = YAMLDecoder()) -> Value? {
    let reading = decoder.read(type, from: root)
    for error in reading.errors { findings.add(error, file: name) }
    for warning in reading.warnings { findings.warn(warning, file: name) }
    return reading.value
  }

  func note(_ message: String, at node: YAMLNode? = nil) { findings.add(name, node ?? root, message) }
}
