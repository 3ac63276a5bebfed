/// One edited value of a fix.
public struct FixChange: Hashable, Sendable {
  /// The file, relative to the workspace.
  public var file: String
  /// The path as people read it: `sources[3].columns[5].data_type`.
  public var path: String
  /// The path by identities, which survives edits around it: `sources[code=x].columns[original_name=y].data_type`.
  public var selector: String
  /// The value before; nil where there was none, `.null` where the file said null.
  public var old: JSONValue?
  /// The proposed value; nil removes.
  public var new: JSONValue?

  /// Creates a change.
  public init(file: String, path: String, selector: String, old: JSONValue?, new: JSONValue?) {
    self.file = file
    self.path = path
    self.selector = selector
    self.old = old
    self.new = new
  }
}

extension FixChange: Codable {
  enum CodingKeys: String, CodingKey { case file, path, selector, old, new }

  /// Reads a change; an absent value and a null stay apart.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    file = try container.decode(String.self, forKey: .file)
    path = try container.decode(String.self, forKey: .path)
    selector = try container.decodeIfPresent(String.self, forKey: .selector) ?? path
    // `contains`, since `decodeIfPresent` would read a null as absent.
    if container.contains(.old) { old = try container.decode(JSONValue.self, forKey: .old) }
    if container.contains(.new) { new = try container.decode(JSONValue.self, forKey: .new) }
  }
}

/// A fix that was proposed: what `fix_intended` and `fix_published` carry, and what `errata fixes --json` prints.
public struct FixRecord: Codable, Hashable, Sendable {
  /// Eight hex digits over identities, error type and edits.
  public var id: String
  /// The branch without `refs/heads/`.
  public var branch: String
  /// What became of it.
  public var status: FixStatus
  /// The publication.
  public var publication: String
  /// The period.
  public var period: String
  /// The source's identity; nil when the stage failed as a whole.
  public var source: String?
  /// The stage that failed.
  public var stage: String
  /// The error's type.
  public var errorType: String
  /// The action's name, such as `fix_manifest_type` or `add_null_values`.
  public var action: String
  /// Between 0 and 1.
  public var confidence: Double
  /// What the rule and verification alone made of it, before outcomes of earlier fixes, between 0 and 1.
  public var prior: Double?
  /// Whether the failed stage passed with the edit, after failing without it.
  public var verified: Bool
  /// How far it reaches.
  public var reach: FixReach
  /// The files it edits, relative to the workspace.
  public var files: [String]
  /// The edited values.
  public var changes: [FixChange]
  /// The publication's reference manifest, when the fix makes its edits there too for the sake of future periods.
  public var referenceFile: String?
  /// The commit that the branch points at; nil for a patch without git.
  public var commit: String?
  /// The run that proposed it.
  public var run: String
  /// The base commit it was built on; empty without git.
  public var base: String
  /// Over what was known of the failure: the same evidence is not put forward twice.
  public var evidenceHash: String
  /// The distinct values that failed, for comparison with later failures.
  public var values: [String]
  /// What the fix loses, 0 for nothing: the order among candidates.
  public var loss: Int
  /// The subject of its commit without the prefix.
  public var summary: String
  /// The report, relative to the workspace.
  public var report: String?
  /// The mail-format patch, relative to the workspace.
  public var patch: String?
  /// Why the status is what it is, such as a rejection's reason.
  public var statusReason: String?
  /// The commit that merged or reverted it.
  public var statusCommit: String?
  /// The value that the base holds instead of the proposed one.
  public var statusValue: JSONValue?
  /// Whether Errata merged it by itself; nil where a person did, or nobody.
  public var mergedAutomatically: Bool?
  /// The schema drift that it is a part of; nil where the failure was one of its own.
  public var incident: String?
  /// The fix that took its place, when it is superseded by one.
  public var supersededBy: String?

  enum CodingKeys: String, CodingKey {
    case id, branch, status, publication, period, source, stage, action, confidence, prior, verified, reach, files
    case changes, commit, run, base, values, loss, summary, report, patch, incident
    case errorType = "error_type"
    case referenceFile = "reference_file"
    case evidenceHash = "evidence_hash"
    case statusReason = "status_reason"
    case statusCommit = "status_commit"
    case statusValue = "status_value"
    case mergedAutomatically = "merged_automatically"
    case supersededBy = "superseded_by"
  }

  /// Creates an open fix.
  public init(
    id: String, branch: String, status: FixStatus = .open, publication: String, period: String, source: String?,
    stage: String, errorType: String, action: String, confidence: Double, prior: Double? = nil, verified: Bool,
    reach: FixReach = .thisPeriod, files: [String], changes: [FixChange], referenceFile: String? = nil,
    commit: String? = nil, run: String, base: String = "", evidenceHash: String = "",
    values: [String] = [], loss: Int = 0, summary: String, report: String? = nil, patch: String? = nil
  ) {
    self.id = id
    self.branch = branch
    self.status = status
    self.publication = publication
    self.period = period
    self.source = source
    self.stage = stage
    self.errorType = errorType
    self.action = action
    self.confidence = confidence
    self.prior = prior
    self.verified = verified
    self.reach = reach
    self.files = files
    self.changes = changes
    self.referenceFile = referenceFile
    self.commit = commit
    self.run = run
    self.base = base
    self.evidenceHash = evidenceHash
    self.values = values
    self.loss = loss
    self.summary = summary
    self.report = report
    self.patch = patch
  }

  /// Whether it revises the goals or constraints, and so mends no failure itself.
  public var isRevision: Bool { action == "revise_goal" || action == "add_constraint" }

  /// `publication/period`.
  public var urlKey: String { "\(publication)/\(period)" }

  /// The edited values that mend the failure itself: what stands there decides what became of the fix.
  ///
  /// Several fixes may ask for one edit of the reference manifest, and the first one that is merged brings it for all.
  public var ownChanges: [FixChange] { changes.filter { $0.file != referenceFile } }
}
