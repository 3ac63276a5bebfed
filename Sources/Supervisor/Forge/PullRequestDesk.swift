internal import Foundation
internal import Journal

/// Keeps the pull requests of one project like the branches of the fixes: opened once, changed and closed with them.
///
/// Whatever the forge answers, nothing is thrown on its account: what it would not do is told, and tried in the next session.
actor PullRequestDesk {
  private let forge: Forge?
  private let noForge: String
  private let runID: String
  private let journal: @Sendable ([Event]) async throws -> Void
  private var book: PullRequestBook
  /// What was seen to in this session: asking the forge again would bring nothing new.
  private var settled: [PullRequestWish] = []
  /// The forge cannot be used: it is not waited for twice in a session.
  private var isDown = false

  /// - Parameters:
  ///   - inherited: The environment that errata runs in, which holds the token.
  ///   - journal: Appends events, durable when it returns.
  init(
    _ settings: ForgeSettings, runID: String, history: [Event], inherited: [String: String],
    journal: @escaping @Sendable ([Event]) async throws -> Void
  ) {
    let token = inherited[settings.tokenVariable] ?? ""
    forge = token.isEmpty ? nil : Forge(settings, token: token)
    noForge =
      "No pull requests are opened, since the variable \(settings.tokenVariable), which `token_env` of `forge:` names, is "
      + "not set: give it the token."
    self.runID = runID
    self.journal = journal
    book = PullRequestBook(replaying: history)
  }

  /// Does what the branches ask for.
  ///
  /// - Returns: What people should know, a sentence each.
  func settle(_ wishes: [PullRequestWish]) async throws -> [String] {
    guard wishes != settled else { return [] }
    let early = news(ofEarly: wishes)
    settled = wishes
    // Without one to open, to look after or to close, nobody is asked anything.
    guard !isDown, wishes.contains(where: { PullRequestStep.decide($0, known: book[$0.fix.id], open: nil) != nil })
    else { return early }
    guard let forge else {
      isDown = true
      return early + [noForge]
    }
    var news = PullRequestNews(forge: forge)
    do {
      for job in try await jobs(for: wishes, forge) {
        let outcome = await forge.perform(job)
        if let record = outcome.record { try await note(record, for: job.fix) }
        news.add(outcome)
        // Nothing else would work either.
        if let failure = outcome.failure, failure.kind == .whole { throw failure }
      }
    } catch let error as ForgeError {
      isDown = true
      news.add(error)
    }
    return early + news.sentences
  }

  /// Says how many wait for their base, unless that was said already.
  private func news(ofEarly wishes: [PullRequestWish]) -> [String] {
    func early(_ wishes: [PullRequestWish]) -> [String] {
      wishes.compactMap { if case .early(let base) = $0.stance { base } else { nil } }
    }
    let bases = early(wishes)
    guard let base = bases.first, bases.count != early(settled).count else { return [] }
    let what = bases.count == 1 ? "1 fix gets its pull request" : "\(bases.count) fixes get their pull requests"
    return ["\(what) once 'errata-baseline' is merged into '\(base)': until then generated files would be in the diff."]
  }

  /// What is to be done, with what the forge has.
  private func jobs(for wishes: [PullRequestWish], _ forge: Forge) async throws(ForgeError) -> [PullRequestJob] {
    let open = try await forge.open()
    var jobs = wishes.compactMap { wish in
      let known = book[wish.fix.id]
      return PullRequestStep.decide(wish, known: known, open: open[wish.fix.branch]).map {
        PullRequestJob(fix: wish.fix, step: $0, known: known)
      }
    }
    let earlier = try await forge.all(of: Set(jobs.filter(\.opens).map(\.fix.branch)))
    for index in jobs.indices { jobs[index].earlier = earlier[jobs[index].fix.branch] ?? [] }
    return jobs
  }

  private func note(_ record: PullRequestRecord, for fix: FixRecord) async throws {
    guard case .object(let data) = try JSONValue(encoding: record) else { return }
    let event = Event(
      .pullRequest, runID: runID,
      context: EventContext(
        publication: fix.publication, period: fix.period, sourceCode: fix.source, stage: fix.stage), data: data)
    try await journal([event])
    book.apply(event)
  }
}
