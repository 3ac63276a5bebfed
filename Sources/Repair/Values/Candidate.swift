public import Journal
public import ManifestYAML

/// An edit that may mend a failure.
public struct Candidate: Codable, Hashable, Sendable {
  /// What it does.
  public var action: FixAction
  /// The edits, which belong together.
  public var edits: [FixEdit]
  /// What it gives up.
  public var loss: Loss
  /// What it does in a few words: the end of the commit's subject.
  public var summary: String
  /// Why it should help, in a sentence or two.
  public var reason: String
  /// How likely the rule alone makes it, between 0 and 1.
  public var prior: Double
  /// Whether it takes one name for another because they are alike: such a fix is never merged automatically.
  public var restsOnLikeness: Bool
  /// Whether it may be merged automatically once it is verified and trusted.
  public var safe: Bool
  /// How far it reaches.
  public var reach: FixReach
  /// The model that suggested it; nil for what the rules found.
  public var suggestedBy: String?
  /// The same edits in the publication's reference manifest, from which future periods' manifests are made.
  ///
  /// They are not what a fix is known by: the same failure has the same fix, whether the reference holds them yet or not.
  public var referenceEdits: [FixEdit] = []

  /// Creates a candidate.
  public init(
    action: FixAction, edits: [FixEdit], loss: Loss, summary: String, reason: String, prior: Double,
    restsOnLikeness: Bool = false, safe: Bool = true, reach: FixReach = .thisPeriod,
    suggestedBy: String? = nil
  ) {
    self.action = action
    self.edits = edits
    self.loss = loss
    self.summary = summary
    self.reason = reason
    self.prior = prior
    self.restsOnLikeness = restsOnLikeness
    self.safe = safe
    self.reach = reach
    self.suggestedBy = suggestedBy
  }

  /// All that it edits: what mends the failure, and the same for future periods.
  public var allEdits: [FixEdit] { edits + referenceEdits }

  /// The files that it edits, each once, in order.
  public var files: [String] {
    var seen: Set<String> = []
    return allEdits.map(\.file).filter { seen.insert($0).inserted }
  }

  /// The candidate with another's edits added: verification came upon a second error behind the first.
  ///
  /// Where both edit the same value the other one counts, for it knows more.
  public func joined(with other: Candidate) -> Candidate {
    var joined = self
    var edits = self.edits
    for edit in other.edits {
      if let index = edits.firstIndex(where: { $0.file == edit.file && $0.selector == edit.selector }) {
        edits[index].new = edit.new
      } else {
        edits.append(edit)
      }
    }
    joined.edits = edits
    // The edit that costs more names the fix.
    if other.loss > loss { joined.action = other.action }
    joined.loss = loss.joined(with: other.loss)
    joined.summary = summary == other.summary ? summary : "\(summary); \(other.summary)"
    joined.reason = reason == other.reason ? reason : "\(reason) \(other.reason)"
    joined.prior = min(prior, other.prior)
    joined.restsOnLikeness = restsOnLikeness || other.restsOnLikeness
    joined.safe = safe && other.safe
    joined.suggestedBy = suggestedBy ?? other.suggestedBy
    return joined
  }

  /// All edits of one of its files as a JSON Patch of that file as it stands.
  public func operations(in file: YAMLFile, named path: String) throws(FixEditError) -> [PatchOperation] {
    var operations: [PatchOperation] = []
    for edit in allEdits where edit.file == path { operations += try edit.operations(in: file) }
    return operations
  }
}
