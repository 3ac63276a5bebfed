internal import Foundation
internal import Git
public import Journal
internal import Repair

/// Puts fixes forward as branches, and reads what people did with them.
///
/// The one owner of the repository. Decisions are made by pure values (`Footing`, `FixObservation`, `FixHistory`); this actor
/// reads what they need and performs what they say. Everything that it does is journalled before and after.
public actor FixBranches {
  /// Takes a fixed source's rows out of the target again after a revert; gives the events that say so.
  public typealias Undo = @Sendable (_ fix: FixRecord, _ reason: String) async -> [Event]

  let workspace: Workspace
  let settings: FixSettings
  let runID: String
  let journal: @Sendable ([Event]) async throws -> Void
  let undo: Undo
  let connect: Connect?
  let place: WorkspaceRepository?
  let noRepository: String?
  var book: FixBook
  var generated: GeneratedFiles
  var standing = StandingValues()
  var causes: [String: FixCause] = [:]
  var patches: PatchFolder
  private var taken: TakenNames?
  var settled: SettledBaseline?
  /// What this session knows of the remote; nil before it was asked, or where there is none.
  var remote: RemoteView?
  /// Why the last push of fixes did not arrive.
  var unsent: TransportError?
  /// What people should know of pushes that went another way than asked; taken by whoever tells it next.
  var notices: [String] = []
  /// The baselines that this workspace committed: unlike a person's commits, they may be pushed.
  var baselines: Set<String> = []

  /// The approved fixes that did not help.
  var setbacks: FixSetbacks
  /// The fixes that this session merged without a person.
  var unattended: Set<String> = []

  /// Opens the workspace's repository, if there is one.
  ///
  /// - Parameters:
  ///   - history: Every event of the journal so far.
  ///   - journal: Appends events, durable when it returns.
  ///   - connect: Finds the remote that fixes are shared through; nil keeps them here.
  ///   - undo: Unloads a source whose fix was reverted.
  public init(
    workspace: Workspace, settings: FixSettings, runID: String, history: [Event],
    journal: @escaping @Sendable ([Event]) async throws -> Void, connect: Connect? = nil,
    undo: @escaping Undo = { _, _ in [] }
  ) {
    self.workspace = workspace
    self.settings = settings
    self.runID = runID
    patches = PatchFolder(workspace: workspace, run: runID)
    self.journal = journal
    self.undo = undo
    self.connect = connect
    book = FixBook(replaying: history)
    setbacks = FixSetbacks(replaying: history)
    generated = GeneratedFiles(replaying: history)
    baselines = Set(history.compactMap(\.baseline))
    do {
      let found = try WorkspaceRepository(workspace: workspace.root)
      place = found.repository.isBare ? nil : found
      noRepository =
        found.repository.isBare
        ? "The workspace's git repository is bare, so it has no files to fix: run Errata in a clone of it." : nil
    } catch {
      place = nil
      noRepository =
        error.isNotFound
        ? "The workspace is in no git repository: run `git init` and commit it to have fixes as branches."
        : "The workspace's git repository cannot be opened (\(error.message)): mend that to have fixes as branches."
    }
  }

  /// The fixes that the journal knows, in the order of their first publication.
  public var fixes: [FixRecord] { book.fixes }

  /// How they ended, beside what was predicted.
  public var outcomes: [FixOutcome] { book.fixes.filter { !$0.isRevision }.map { FixOutcome($0, setbacks: setbacks) } }

  /// Takes in events that others wrote, so that files a stage wrote just now count as generated.
  public func observe(_ events: [Event]) {
    for event in events {
      book.apply(event)
      setbacks.apply(event)
      generated.apply(event)
      if let commit = event.baseline { baselines.insert(commit) }
    }
  }

  /// Plain sentences about what git allows here; empty when fixes can be branches and history can be read.
  public func problems() -> [String] {
    guard let place else { return [noRepository ?? ""] }
    var sentences: [String] = []
    do {
      if case .patchesOnly(let reason) = try footing(of: place) {
        sentences.append(reason)
      } else if let blocker = try branchBlocker(in: place) {
        sentences.append(blocker)
      } else if let (name, clash) = FixBranchName.free("errata/fix", among: try takenNames(in: place)), let clash {
        let folder = name.prefix { $0 != "/" }
        sentences.append("Because of \(clash), git has no room for branches below errata/: fixes are below \(folder)/.")
      }
    } catch {
      sentences.append("Git cannot tell where HEAD is: \(error).")
    }
    if place.repository.isShallow, remote?.tips == nil {
      sentences.append(
        "This is a shallow clone: fixes are judged by the values alone; run `git fetch --unshallow` to see how they came in."
      )
    }
    return sentences
  }

  func footing(of place: WorkspaceRepository) throws(GitError) -> Footing {
    let head = try place.repository.head()
    guard let name = settings.base else { return .decide(head: head, configured: nil, configuredCommit: nil) }
    let local = try place.repository.reference("refs/heads/" + name)
    var commit = local
    if case .branch(name, _) = head {} else { commit = try newer(local, fetchedBase(name, in: place), in: place) }
    let footing = Footing.decide(head: head, configured: name, configuredCommit: commit)
    guard case .base(let base) = footing, base.commit != local else { return footing }
    return .base(FixBase(name: name, commit: base.commit, isCheckedOut: base.isCheckedOut, isLocal: false))
  }

  /// The name that a fix's branch has, or gets: one that it shares with others of its cause, or another than is wanted where
  /// a branch or tag is in its way.
  ///
  /// - Returns: Nil where git has no room for any.
  func branchName(of id: String, wanted: String, cause: FixCause?) throws -> String? {
    guard let place else { return wanted }
    if let cause, let shared = try shared(id, cause) { return shared.branch }
    if let known = book[id]?.branch, !known.isEmpty, try place.repository.reference("refs/heads/" + known) != nil {
      return known
    }
    return try free(wanted, in: place)
  }

  /// A name that nothing is in the way of.
  func free(_ wanted: String, in place: WorkspaceRepository) throws(GitError) -> String? {
    FixBranchName.free(wanted, among: try takenNames(in: place))?.name
  }

  /// What leaves no room for a fix's branch.
  func branchBlocker(for wanted: String = "errata/fix", in place: WorkspaceRepository) throws(GitError) -> String? {
    let taken = try takenNames(in: place)
    guard FixBranchName.free(wanted, among: taken) == nil, let clash = taken.clash(with: wanted) else { return nil }
    return "Git has no room for a branch '\(wanted)' because of \(clash): rename that to have fixes as branches."
  }

  /// The names that were taken when they were first asked for; what comes later git itself refuses.
  private func takenNames(in place: WorkspaceRepository) throws(GitError) -> TakenNames {
    if let taken { return taken }
    let names = TakenNames(try place.repository.referenceNames() + (remote?.tips?.keys.sorted() ?? []))
    taken = names
    return names
  }

  /// Which files a fix may change.
  var boundaries: ConstraintCheck { ConstraintCheck(allowedPaths: settings.allowedPaths) }

  /// Appends to the journal and folds what was appended.
  func write(_ events: [Event]) async throws {
    guard !events.isEmpty else { return }
    try await journal(events)
    observe(events)
  }

  /// The fix that an id, or the unambiguous beginning of one, names.
  func find(_ id: String) throws(FixingError) -> FixRecord {
    if let fix = book[id] { return fix }
    let matches = book.fixes.filter { !id.isEmpty && $0.id.hasPrefix(id) }
    guard let match = matches.first else {
      throw FixingError(.unknownFix, "No fix has the id '\(id)': `errata fixes` lists them.")
    }
    guard matches.count == 1 else {
      let names = matches.map(\.id).joined(separator: ", ")
      throw FixingError(.unknownFix, "The id '\(id)' fits several fixes (\(names)): give more of it.")
    }
    return match
  }

  /// Errata's signature with a commit's date, so that the same base and files give the same commit.
  func signature(after parent: Commit) -> Signature {
    Signature(
      name: settings.author.name, email: settings.author.email, date: parent.committer.date,
      offsetMinutes: parent.committer.offsetMinutes)
  }

  func event(_ type: EventType, _ fix: FixRecord, _ data: [String: JSONValue]) -> Event {
    Event(
      type, runID: runID,
      context: EventContext(
        publication: fix.publication, period: fix.period, sourceCode: fix.source, stage: fix.stage), data: data)
  }
}

extension Event {
  /// The commit of generated files that the event tells of.
  fileprivate var baseline: String? { type == .baselineCommitted ? data["commit"]?.string : nil }
}
