internal import DataFiles
internal import Foundation
internal import Journal
internal import ManifestYAML
internal import Operations
internal import Repair

/// Looks at landing pages for periods that the publications do not have yet, and proposes to add them.
struct PeriodScout: Sendable {
  let workspace: Workspace
  let configuration: Configuration
  let branches: FixBranches
  let tools: RunTools
  let runID: String
  /// A landing page that does not answer must not hold a run up.
  var fetcher = Fetcher(idleTimeout: 10, totalTimeout: 20, operation: .fetchPage)

  /// How many pages are read at the same time.
  private static let atOnce = 4

  /// Looks at the landing pages of publications.
  ///
  /// - Returns: What people should know, a sentence each.
  func look(at publications: [Publication]) async throws -> [String] {
    guard configuration.execution.newPeriods == .propose, let path = configuration.files["publications"] else {
      return []
    }
    var notes: [String] = []
    for (publication, page) in await pages(of: publications.filter { $0.landingPage != nil && !$0.urls.isEmpty }) {
      let known = publication.urls.map { (period: $0.period, url: $0.url) }
      let found = NewPeriods.found(known: known, landing: page)
      guard !found.isEmpty, let note = try await propose(found, of: publication, page: page, path: path) else {
        continue
      }
      notes.append(note)
    }
    return notes
  }

  private func pages(of publications: [Publication]) async -> [(Publication, Evidence.Page)] {
    await withTaskGroup(of: (Int, Evidence.Page?).self) { group in
      var found: [Int: Evidence.Page] = [:]
      var next = 0
      func start() {
        guard next < publications.count else { return }
        let number = next
        next += 1
        group.addTask { (number, await page(publications[number].landingPage ?? "")) }
      }
      for _ in 0..<Self.atOnce { start() }
      for await (number, page) in group {
        found[number] = page
        start()
      }
      return found.sorted { $0.key < $1.key }.map { (publications[$0.key], $0.value) }
    }
  }

  private func page(_ url: String) async -> Evidence.Page? {
    guard let folder = try? ScratchPlace(workspace: workspace) else { return nil }
    defer { folder.remove() }
    guard let fetched = try? await fetcher.fetch(url, to: folder.path + "/page.html"),
      let bytes = FileManager.default.contents(atPath: fetched.path)
    else { return nil }
    let read = PageLinks(html: [UInt8](bytes), base: fetched.finalURL)
    return Evidence.Page(url: url, links: read.links.prefix(2000).map { .init(url: $0.url, text: $0.text) })
  }

  private func propose(
    _ found: [NewPeriod], of publication: Publication, page: Evidence.Page, path: String
  ) async throws -> String? {
    guard let absolute = try? workspace.absolute(path), let file = try? YAMLFile.load(absolute),
      let first = found.first,
      let stage = configuration.pipeline.stages.first(where: { $0.scope == .url && !$0.produces.isEmpty })
    else { return nil }
    let history = await branches.fixes
    func failure(_ periods: [NewPeriod]) -> Failure {
      Failure(
        publication: publication.key, period: periods.first?.period ?? first.period, url: periods.first?.url,
        stage: stage.name, error: EventError(type: NewPeriodMessage.errorType, message: ""))
    }
    func isSettled(_ periods: [NewPeriod]) -> Bool {
      guard
        let candidate = NewPeriods.candidate(periods, publication: publication.key, publications: file, path: path)
      else { return true }
      let id = FixIdentity.id(of: candidate, for: failure(periods))
      // Until it is approved or the page links another one, there is nothing new to say.
      return history.contains { $0.id == id && [.open, .rejected, .reverted].contains($0.status) }
    }
    guard !isSettled(found) else { return nil }
    var kept: [NewPeriod] = []
    var isVerified: Bool?
    for period in found {
      let passed = await tried(period, of: publication, stage)
      if passed == false { continue }
      isVerified = passed
      kept.append(period)
    }
    guard !kept.isEmpty, !isSettled(kept),
      let candidate = NewPeriods.candidate(kept, publication: publication.key, publications: file, path: path),
      configuration.constraints.check.check(candidate, for: failure(kept)) == nil
    else { return nil }
    let failure = failure(kept)
    let id = FixIdentity.id(of: candidate, for: failure)
    let wanted = FixIdentity.branch(of: candidate, for: failure)
    let branch = try await branches.branchName(of: id, wanted: wanted, cause: nil) ?? wanted
    let verified = isVerified == true
    let confidence = candidate.prior * (verified ? 1 : 0.7)
    let draft = FixRecord(
      id: id, branch: branch, publication: publication.key, period: failure.period, source: nil, stage: stage.name,
      errorType: NewPeriodMessage.errorType, action: candidate.action.rawValue, confidence: confidence,
      verified: verified, files: candidate.files, changes: [], run: runID, loss: candidate.loss.kind.rawValue,
      summary: candidate.summary)
    let message = NewPeriodMessage.text(
      candidate, id: id, branch: branch, urlKey: failure.urlKey, landing: Redaction.redact(page.url),
      confidence: confidence, verified: isVerified, run: runID)
    do {
      let outcome = try await branches.propose(Proposal(record: draft, edits: candidate.edits, message: message))
      if case .waiting = outcome { return nil }
    } catch let error as FixingError {
      return "\(publication.key) has new periods that could not be proposed: \(error.description)"
    }
    let names = kept.map(\.period).joined(separator: ", ")
    return "the landing page of \(publication.key) links \(names): fix \(id) adds \(kept.count == 1 ? "it" : "them")"
  }

  /// Whether a manifest can be made of a period; nil where the stage has no command that can be tried.
  private func tried(_ period: NewPeriod, of publication: Publication, _ stage: Stage) async -> Bool? {
    guard let command = Verifier.command(of: stage), let folder = try? ScratchPlace(workspace: workspace) else {
      return nil
    }
    defer { folder.remove() }
    let key = URLKey(publication: publication, period: Period(period: period.period, url: period.url))
    let base = StageValues(workspace: workspace, pipeline: configuration.pipeline, key: key, absolute: true)
    guard
      let values = try? Verifier.place(base, stage: stage, folder: folder.path, name: "new", database: nil)
    else { return nil }
    let trial = StageTrial(
      workspace: workspace, tools: tools, runID: runID, stage: stage, key: key, source: nil)
    return await trial.run(command, values: values, in: folder.path, name: "new").trial.succeeded
  }
}
