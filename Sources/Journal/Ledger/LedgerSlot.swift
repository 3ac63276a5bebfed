/// Where an event goes in the ledger.
struct LedgerSlot: Hashable {
  var path: String
  /// What the event is about.
  var subject: String
  /// What it says of it: one word.
  var kind: String

  /// The name of the slot in its file.
  var name: String { subject.isEmpty ? kind : "\(subject) \(kind)" }
}

extension LedgerSlot {
  /// Finds an event's slot; nil for what stays on the machine where it happened.
  ///
  /// - Parameter evidence: The evidence that each fix was last put forward on.
  init?(_ event: Event, evidence: [String: String]) {
    switch event.type {
    case .fixIntended, .fixPublished, .fixStatus: self.init(fix: event, evidence: evidence)
    case .fileWritten: self.init(file: event)
    case .alertSent, .alertOver:
      guard let receiver = event.data["receiver"]?.string, let subject = event.data["subject"]?.string else {
        return nil
      }
      self.init(path: LedgerPath.alerts(receiver), subject: subject, kind: "told")
    case .reconciled: self.init(path: LedgerPath.base, subject: "base", kind: "reconciled")
    case .failureAcknowledged:
      guard let path = LedgerPath.acknowledged(event.context) else { return nil }
      self.init(
        path: path, subject: event.context.sourceCode.map { "source \($0)" } ?? "url", kind: "acknowledged")
    default: self.init(state: event)
    }
  }

  private init?(fix event: Event, evidence: [String: String]) {
    guard let id = event.ledgerFix else { return nil }
    let path = LedgerPath.fix(id)
    let subject = "evidence \(evidence[id] ?? "")"
    switch event.type {
    case .fixIntended: self.init(path: path, subject: "", kind: "intended")
    case .fixPublished:
      let branch = event.data["fix"]?["branch"]?.string ?? ""
      let place = branch.isEmpty ? "patch" : LedgerPath.part(event.data["place"]?.string ?? "local")
      self.init(path: path, subject: subject, kind: "published=\(place)")
    default:
      guard let status = event.data["status"]?.string else { return nil }
      self.init(path: path, subject: subject, kind: "status=\(LedgerPath.part(status))")
    }
  }

  private init?(file event: Event) {
    guard let name = event.data["path"]?.string else { return nil }
    let data = event.data
    let kind = data["mixed"]?.bool == true ? "mixed" : data["carried"]?.bool == true ? "carried" : "written"
    self.init(path: LedgerPath.generated(event.context), subject: "file \(name)", kind: kind)
  }

  private init?(state event: Event) {
    let source = event.stateSource.map { "source \($0)" }
    let stage = event.stateStage
    let place: (subject: String?, kind: String?)
    switch event.type {
    case .urlStarted: place = ("url", "started")
    case .urlCompleted, .urlFailed: place = ("url", "ended")
    case .stageCompleted, .stageFailed, .stageSkipped:
      place = (stage.map { source ?? "stage \($0)" }, stage.map { "stage=\(LedgerPath.part($0))" })
    case .sourceLoaded, .sourceFailed, .sourceUnloaded: place = (source, event.type.rawValue)
    case .sourceSkipped: place = (source, Self.skipped(event.data["reason"]?.string ?? ""))
    case .markedPending: place = (source ?? "url", "pending")
    case .failureDiagnosed: place = (source ?? stage.map { "stage \($0)" }, "diagnosed")
    default: return nil
    }
    guard let subject = place.subject, let kind = place.kind else { return nil }
    self.init(path: LedgerPath.state(event.context), subject: subject, kind: kind)
  }

  /// Only what says where a source stands; that it waits in some run concerns that run.
  private static func skipped(_ reason: String) -> String? {
    if reason.hasPrefix("already loaded") { return "confirmed" }
    return reason == "disabled" || reason == "removed" ? reason : nil
  }
}

extension Event {
  /// The key under which the journal marks what came out of the ledger.
  static let learnedKey = "ledger"

  /// Whether this machine knows the event from the ledger, and did not see it happen.
  public var isLearned: Bool { data[Self.learnedKey] != nil }

  /// The fix that an event about one names.
  var ledgerFix: String? { data["fix_id"]?.string ?? data["fix"]?["id"]?.string ?? data["fix"]?.string }
}
