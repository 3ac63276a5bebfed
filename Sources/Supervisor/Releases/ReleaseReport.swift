internal import DataFiles
internal import Foundation
internal import Journal

/// Makes of answers what the journal and people are told.
struct ReleaseReport {
  let state: BackfillState
  let isReload: Bool
  private var events: [Event] = []
  private var notes: [String] = []
  private var due: Set<[String]> = []
  private var counts: [String: Int] = [:]
  private var troubles: [String: String] = [:]
  private var names: [String: String] = [:]
  private var next: String?

  init(state: BackfillState, isReload: Bool) {
    self.state = state
    self.isReload = isReload
  }

  /// Takes in what an address answered.
  ///
  /// - Parameter replace: Puts a release where the stage looks for the file; gives why it could not.
  mutating func take(
    _ question: ReleaseQuestion, _ answer: ReleaseAnswer,
    replace: (ReleaseFile, _ path: String, _ sha256: String) -> String?
  ) {
    count("files")
    switch answer {
    case .unreached:
      count("unreached")
      next = next ?? question.url
    case .trouble(let error):
      let isServers = ReleaseRound.isServers(error)
      let place = isServers ? question.server : question.url
      troubles[place] = error.kind.rawValue
      names[place] = isServers ? question.server : question.users.first?.file.name
    case .same, .has:
      if case .has = answer { count("fetched") }
      let findings = question.users.map { ReleaseFinding(answer, about: $0.file, isReload: isReload) }
      if findings.contains(.revised) { count("revised") } else if !findings.contains(.known) { count("unchanged") }
      for (user, finding) in zip(question.users, findings) { tell(user, finding, answer, replace) }
    }
  }

  private mutating func tell(
    _ user: ReleaseQuestion.User, _ finding: ReleaseFinding, _ answer: ReleaseAnswer,
    _ replace: (ReleaseFile, String, String) -> String?
  ) {
    guard case .has(let digest, let bytes, let validators, let path) = answer else { return }
    var data: [String: JSONValue] = ["url": .string(user.file.url)]
    data["etag"] = validators.etag.map(JSONValue.string)
    data["last_modified"] = validators.lastModified.map(JSONValue.string)
    let context = EventContext(publication: user.file.publication, period: user.file.period)
    switch finding {
    case .unchanged, .known: return
    case .confirmed:
      data["sha256"] = .string(digest)
      data["bytes"] = .int(bytes)
      data["cached"] = true
      data["checked"] = true
      events.append(Event(.fileFetched, context: context, data: data))
    case .revised:
      let refusal = isReload ? replace(user.file, path, digest) : nil
      let isLoaded = isReload && refusal == nil
      data["outcome"] = isLoaded ? "reloading" : "reported"
      data["before"] = .string(user.file.sha256)
      data["after"] = .string(digest)
      data["sources"] = .array(user.sources.map { .string($0) })
      let record = state[user.file.urlKey]
      data["rows"] = .object(
        Dictionary(
          user.sources.compactMap { code in record?.sources[code]?.rows.map { (code, JSONValue.int($0)) } },
          uniquingKeysWith: { first, _ in first }))
      let list = user.sources.joined(separator: ", ")
      var message = "\(user.file.name) has changed at its address since it was fetched for \(list)"
      if let refusal { message += "; it is not loaded again, since \(refusal)" }
      data["message"] = .string(message)
      events.append(Event(.releaseRevised, context: context, data: data))
      if let refusal { notes.append("\(user.file.urlKey): \(user.file.name) is not loaded again, since \(refusal)") }
      guard isLoaded else { return }
      notes.append("\(user.file.urlKey): \(user.file.name) was revised, and is loaded again for \(list)")
      for code in user.sources where due.insert([user.file.urlKey, code]).inserted {
        var own = context
        own.sourceCode = code
        own.stage = record?.sources[code]?.stage
        let reason = "a revised release is at its address; the rows of the one before stay until it is loaded"
        events.append(
          Event(
            .sourceUnloaded, context: own,
            data: ["source_code": .string(code), "reason": .string(reason), "pending": true]))
      }
    }
  }

  private mutating func count(_ name: String) { counts[name, default: 0] += 1 }

  /// All that there is to tell.
  ///
  /// - Parameter before: The troubles of the last look, which people know of.
  func news(before: [String: String]) -> ReleaseScout.News {
    var data: [String: JSONValue] = [:]
    for name in ["files", "unchanged", "revised", "fetched", "unreached"] { data[name] = .int(counts[name] ?? 0) }
    data["troubles"] = .object(troubles.mapValues { .string($0) })
    data["next"] = next.map(JSONValue.string)
    let files = counts["files"] ?? 0
    data["message"] = .string(
      "\(files) \(files == 1 ? "address" : "addresses") of loaded files: \(counts["unchanged"] ?? 0) unchanged, "
        + "\(counts["revised"] ?? 0) revised")
    let fresh = troubles.keys.filter { before[$0] != troubles[$0] }.sorted()
    var sentences = notes
    if !fresh.isEmpty {
      let list = fresh.prefix(4).map { "\(names[$0] ?? $0) (\(troubles[$0] ?? ""))" }.joined(separator: ", ")
      let more = fresh.count > 4 ? " and \(fresh.count - 4) more" : ""
      sentences.append("could not be checked for revised releases: \(list)\(more); what is loaded stays")
    }
    return ReleaseScout.News(events: events + [Event(.releasesChecked, data: data)], notes: sentences)
  }
}
