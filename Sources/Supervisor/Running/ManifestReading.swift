public import Journal
import ManifestYAML

/// A source as a manifest lists it.
public struct ManifestSource: Hashable, Sendable {
  /// Its code; `code#2` for the second entry of the same code.
  public var identity: String
  /// Whether it is loaded at all.
  public var enabled: Bool
  /// The hash of its entry: what the entry means, not how it is written.
  public var entryHash: String

  /// Creates a source.
  public init(identity: String, enabled: Bool = true, entryHash: String) {
    self.identity = identity
    self.enabled = enabled
    self.entryHash = entryHash
  }
}

/// What a manifest file says about sources.
public enum ManifestReading: Equatable, Sendable {
  /// There is no such file.
  case absent
  /// The file is no manifest; why, and where.
  case invalid(EventError)
  /// The sources in the order of the file.
  case sources([ManifestSource])

  /// Reads a manifest's text.
  ///
  /// - Parameters:
  ///   - bytes: The file; nil when there is none.
  ///   - name: The file's path relative to the workspace.
  public init(bytes: [UInt8]?, name: String) {
    guard let bytes else {
      self = .absent
      return
    }
    do {
      let file = try YAMLFile(bytes, name: name)
      self = Self.reading(file, name: name)
    } catch {
      self = .invalid(Self.error(error.description, name))
    }
  }

  /// The sources; none unless the file is a manifest.
  public var list: [ManifestSource] { if case .sources(let sources) = self { sources } else { [] } }

  private static func reading(_ file: YAMLFile, name: String) -> ManifestReading {
    guard let root = file.root, root.kind == .mapping, let list = root["sources"] else {
      let line = file.root?.line ?? 1
      return .invalid(error("\(name):\(line):1: a manifest needs a list 'sources'", name))
    }
    guard list.resolved.kind == .sequence || list.value.isNull else {
      return .invalid(error("\(name):\(list.line):\(list.column): 'sources' must be a list", name))
    }
    var seen: [String: Int] = [:]
    var sources: [ManifestSource] = []
    for item in list.items {
      guard let code = item["code"]?.text, !code.isEmpty else {
        return .invalid(error("\(name):\(item.line):\(item.column): this source has no 'code'; give it one", name))
      }
      let occurrence = seen[code, default: 0] + 1
      seen[code] = occurrence
      sources.append(
        ManifestSource(
          identity: occurrence == 1 ? code : "\(code)#\(occurrence)", enabled: item["enabled"]?.value.bool != false,
          entryHash: Digest.sha256(item.value.canonicalJSON)))
    }
    return .sources(sources)
  }

  private static func error(_ message: String, _ name: String) -> EventError {
    var error = EventError(.manifestInvalid, message)
    error.file = name
    error.transient = false
    return error
  }
}
