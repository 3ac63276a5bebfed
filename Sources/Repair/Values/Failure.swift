public import Journal

/// A failed stage or source, with its real error: what a diagnosis starts from.
public struct Failure: Codable, Hashable, Sendable {
  /// The publication, such as `adhd`.
  public var publication: String
  /// The period as `publications.yaml` writes it.
  public var period: String
  /// The period's page.
  public var url: String?
  /// The source's code (`code#2` for the second entry of one code); nil when the stage failed as a whole.
  public var source: String?
  /// The stage's name.
  public var stage: String
  /// The error as the stage told it, or as its output was classified.
  public var error: EventError
  /// How the process ended, when it exited.
  public var exitCode: Int?
  /// The signal that ended it, when one did.
  public var signal: Int?
  /// The manifest that the stage read, relative to the workspace.
  public var manifestPath: String?
  /// Where the stage's whole output is, relative to the workspace.
  public var log: String?
  /// The end of that output.
  public var logTail: String
  /// The digest of the input that it failed on, where the stage told it.
  public var inputHash: String?

  /// Creates a failure.
  public init(
    publication: String, period: String, url: String? = nil, source: String? = nil, stage: String, error: EventError,
    exitCode: Int? = nil, signal: Int? = nil, manifestPath: String? = nil, log: String? = nil, logTail: String = ""
  ) {
    self.publication = publication
    self.period = period
    self.url = url
    self.source = source
    self.stage = stage
    self.error = error
    self.exitCode = exitCode
    self.signal = signal
    self.manifestPath = manifestPath
    self.log = log
    self.logTail = logTail
  }

  /// `publication/period`.
  public var urlKey: String { "\(publication)/\(period)" }

  /// `publication/period/source`, or `publication/period/stage` when no single source failed.
  public var place: String { "\(urlKey)/\(source ?? stage)" }

  /// Eight hex digits that stay the same while the same thing fails in the same way.
  public var id: String { String(fingerprint.prefix(8)) }

  /// The digest behind `id`. Log, exit code, row and wording are left out: they vary between runs of one fault.
  public var fingerprint: String {
    let parts = [
      publication, period, source ?? "", stage, error.type, error.column ?? "", error.sheet ?? "", error.url ?? "",
    ]
    return Digest.sha256(parts.joined(separator: "\u{1F}"))
  }

  enum CodingKeys: String, CodingKey {
    case publication, period, url, source, stage, error, signal, log
    case exitCode = "exit_code"
    case manifestPath = "manifest_path"
    case logTail = "log_tail"
    case inputHash = "input_hash"
  }
}
