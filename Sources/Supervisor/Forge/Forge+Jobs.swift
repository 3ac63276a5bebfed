internal import Foundation
internal import Journal

/// One step with what it needs.
struct PullRequestJob: Sendable {
  let fix: FixRecord
  let step: PullRequestStep
  let known: PullRequestRecord?
  /// The pull requests that the branch had before, the newest first.
  var earlier: [PullRequest] = []

  /// Whether it may need a new pull request.
  var opens: Bool { if case .open = step { true } else { false } }
}

/// What became of a step.
struct PullRequestOutcome: Sendable {
  /// How things stand now, to be journalled.
  var record: PullRequestRecord?
  /// A new one was opened.
  var isNew = false
  /// What people should know.
  var sentence: String?
  var failure: ForgeError?
}

extension Forge {
  /// Does one step. What was reached before something failed is in the outcome too.
  func perform(_ job: PullRequestJob) async -> PullRequestOutcome {
    var outcome = PullRequestOutcome()
    do throws(ForgeError) {
      try await perform(job, &outcome)
    } catch {
      outcome.failure = error
    }
    return outcome
  }

  private func perform(_ job: PullRequestJob, _ outcome: inout PullRequestOutcome) async throws(ForgeError) {
    switch job.step {
    case .open(let draft, let past):
      try await open(draft, for: job, after: past, &outcome)
    case .adopt(let pull, let draft):
      try await take(pull, draft, job, &outcome)
    case .update(let pull, let draft):
      let updated = try await update(pull, to: draft)
      outcome.record = record(job, updated, .open, draft, labelled: job.known?.labelled ?? false)
    case .label(let pull):
      try await label(pull.number)
      outcome.record = job.known
      outcome.record?.labelled = true
    case .ask(let number):
      try await ask(number, job, &outcome)
    case .wait(let pull):
      outcome.record = record(job, pull, .merging)
    case .close(let pull, let why):
      try await comment(ForgeText.harmless(why), on: pull.number)
      try await close(pull.number)
      outcome.record = record(job, pull, .closed)
    case .forget:
      outcome.record = job.known
      outcome.record?.state = .closed
    }
  }

  private func open(
    _ draft: PullRequestDraft, for job: PullRequestJob, after past: Int, _ outcome: inout PullRequestOutcome
  ) async throws(ForgeError) {
    let earlier = job.earlier.filter { $0.number > past }
    if let standing = earlier.first(where: { $0.state == .open }) {
      return try await take(standing, draft, job, &outcome)
    }
    // The branch of a merged one waits to be pulled, unless it has gone on since.
    if let last = earlier.first, last.state == .closed || last.commit == job.fix.commit {
      outcome.record = record(job, last, last.state == .merged ? .merged : .dismissed, draft)
      if last.state == .closed { outcome.sentence = dismissal(last.number, job) }
      return
    }
    let opened: PullRequest
    do throws(ForgeError) {
      opened = try await open(draft)
    } catch {
      // Another Errata was faster; forges say so with either status.
      guard error.kind == .exists || error.kind == .single,
        let theirs = try await all(of: [draft.head])[draft.head]?.first(where: { $0.state == .open })
      else { throw error }
      return try await take(theirs, draft, job, &outcome)
    }
    outcome.isNew = true
    outcome.sentence = "The \(called(opened.number)) is open for fix \(job.fix.id): \(Redaction.redact(opened.url))"
    try await take(opened, draft, job, &outcome)
  }

  /// Notes an open one as the fix's, and gives it its labels.
  private func take(
    _ pull: PullRequest, _ draft: PullRequestDraft, _ job: PullRequestJob, _ outcome: inout PullRequestOutcome
  ) async throws(ForgeError) {
    let isLabelled = pull.labels.isSuperset(of: settings.labels)
    outcome.record = record(job, pull, .open, draft, labelled: isLabelled)
    guard !isLabelled else { return }
    try await label(pull.number)
    outcome.record?.labelled = true
  }

  private func ask(
    _ number: Int, _ job: PullRequestJob, _ outcome: inout PullRequestOutcome
  ) async throws(ForgeError) {
    let state: PullRequest.State
    do throws(ForgeError) {
      state = try await pull(number).state
    } catch {
      // GitLab lets people delete them.
      guard error.kind == .notFound else { throw error }
      state = .closed
    }
    outcome.record = job.known
    switch state {
    case .open: break
    case .merged: outcome.record?.state = .merged
    case .closed:
      outcome.record?.state = .dismissed
      outcome.sentence = dismissal(number, job)
    }
  }

  private func dismissal(_ number: Int, _ job: PullRequestJob) -> String {
    "The \(called(number)) of fix \(job.fix.id) was closed without a merge and stays closed: `errata reject \(job.fix.id)` "
      + "turns the fix down, `errata approve \(job.fix.id)` merges it."
  }

  private func record(
    _ job: PullRequestJob, _ pull: PullRequest, _ state: PullRequestRecord.State, _ draft: PullRequestDraft? = nil,
    labelled: Bool = false
  ) -> PullRequestRecord {
    PullRequestRecord(
      fix: job.fix.id, number: pull.number, url: Redaction.redact(pull.url), state: state,
      text: draft?.textHash ?? job.known?.text ?? pull.textHash, labelled: labelled)
  }
}

/// What people are told: many of a kind as a number.
struct PullRequestNews {
  private let forge: Forge
  private var opened: [String] = []
  private var others: [String] = []
  private var failures: [ForgeError] = []
  private static let longestList = 5

  init(forge: Forge) { self.forge = forge }

  mutating func add(_ outcome: PullRequestOutcome) {
    if let sentence = outcome.sentence {
      if outcome.isNew { opened.append(sentence) } else { others.append(sentence) }
    }
    if let failure = outcome.failure, failure.kind != .whole { add(failure) }
  }

  mutating func add(_ failure: ForgeError) { failures.append(failure) }

  var sentences: [String] {
    var result =
      opened.count > Self.longestList ? ["\(opened.count) \(forge.dialect.noun)s were opened."] : opened
    result += others
    if let first = failures.first {
      let more = failures.count == 1 ? "" : " So it is with \(failures.count - 1) more."
      result.append(first.description + more)
    }
    return result
  }
}
