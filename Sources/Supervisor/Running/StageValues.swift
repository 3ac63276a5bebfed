/// What the placeholders of a stage's command stand for, for one URL key and source.
public struct StageValues: Sendable {
  /// The value of each placeholder, its braces left out.
  public private(set) var values: [String: String]

  /// Gathers the values.
  ///
  /// - Parameters:
  ///   - key: The publication and period; nil for a stage that runs once per run.
  ///   - source: The source's identity; `code#2` for the second entry of a code.
  ///   - absolute: Whether paths within the workspace are given in full, for a stage that runs in another folder.
  public init(
    workspace: Workspace, pipeline: Pipeline, key: URLKey? = nil, source: String? = nil, absolute: Bool = false
  ) {
    var values = pipeline.variables
    values["workspace"] = workspace.root
    values["publication"] = key?.publication.key ?? ""
    values["period"] = key?.period.period ?? ""
    values["url"] = key?.period.url ?? ""
    values["landing_page"] = key?.publication.landingPage ?? ""
    values["source"] = source ?? ""
    self.values = values
    func place(_ path: String) -> String {
      guard absolute, !path.isEmpty, !path.hasPrefix("/"), !path.contains("://") else { return path }
      return "\(workspace.root)/\(path)"
    }
    self.values["reference_manifest"] = place(key?.publication.referenceManifest ?? "")
    self.values["database"] = place(fill(pipeline.database))
    self.values["scratch_database"] = self.values["database"]
    self.values["project"] = place(pipeline.project ?? "")
    var filled = self.values
    for (name, path) in pipeline.products { filled[name] = place(fill(path)) }
    self.values = filled
  }

  /// The same values with some of them replaced, such as the database by a scratch one.
  public func replacing(_ replacements: [String: String]) -> StageValues {
    var copy = self
    copy.values.merge(replacements) { $1 }
    return copy
  }

  /// The text with its placeholders filled in. An unknown one stays as it is: the configuration was checked for them.
  public func fill(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }) else { return text }
    return (try? Template(text).filled(with: values)) ?? text
  }

  /// The arguments with their placeholders filled in; one value stays one argument.
  public func fill(_ arguments: [String]) -> [String] { arguments.map { fill($0) } }
}

/// One publication's period: what the seeds call a URL.
public struct URLKey: Hashable, Sendable, CustomStringConvertible {
  /// The publication.
  public var publication: Publication
  /// The period.
  public var period: Period

  /// Pairs a publication with one of its periods.
  public init(publication: Publication, period: Period) {
    self.publication = publication
    self.period = period
  }

  /// `publication/period`.
  public var description: String { "\(publication.key)/\(period.period)" }
}
