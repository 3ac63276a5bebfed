internal import DataFiles
internal import Foundation
internal import Journal
internal import Synchronization

/// Asks addresses whether they still have what was fetched: several servers at a time, each of them one thing after the
/// other, and none any more that is in trouble.
struct ReleaseRound: Sendable {
  let rules: ReleaseRules
  /// Where what was fetched is put.
  let folder: String

  /// The answers, in the order of the questions.
  func answers(to questions: [ReleaseQuestion]) async -> [ReleaseAnswer] {
    var answers = [ReleaseAnswer](repeating: .unreached, count: questions.count)
    let end = ContinuousClock.now + .seconds(rules.seconds)
    let purse = Purse(rules.mostBytes)
    var servers: [[Int]] = []
    var places: [String: Int] = [:]
    for (index, question) in questions.enumerated() {
      if let place = places[question.server] {
        servers[place].append(index)
      } else {
        places[question.server] = servers.count
        servers.append([index])
      }
    }
    await withTaskGroup(of: [(Int, ReleaseAnswer)].self) { group in
      var waiting = servers.makeIterator()
      func start() {
        guard let own = waiting.next() else { return }
        group.addTask { await ask(own, of: questions, until: end, purse) }
      }
      for _ in 0..<rules.serversAtOnce { start() }
      for await told in group {
        for (index, answer) in told { answers[index] = answer }
        start()
      }
    }
    return answers
  }

  /// What is left to fetch, for all servers together.
  private final class Purse: Sendable {
    private let bytes: Mutex<Int>
    init(_ bytes: Int) { self.bytes = Mutex(bytes) }
    var left: Int { bytes.withLock { $0 } }
    func spend(_ count: Int) { bytes.withLock { $0 -= count } }
  }

  private func ask(
    _ own: [Int], of questions: [ReleaseQuestion], until end: ContinuousClock.Instant, _ purse: Purse
  ) async -> [(Int, ReleaseAnswer)] {
    var told: [(Int, ReleaseAnswer)] = []
    for index in own {
      let answer = await ask(questions[index], as: "\(folder)/\(index)", until: end, purse)
      guard let answer else { break }
      told.append((index, answer))
      // A server that is down or has enough is left alone until the next run.
      if case .trouble(let error) = answer, ReleaseRound.isServers(error) { break }
    }
    return told
  }

  /// Nil when time or bytes are used up.
  private func ask(
    _ question: ReleaseQuestion, as path: String, until end: ContinuousClock.Instant, _ purse: Purse
  ) async -> ReleaseAnswer? {
    let seconds = (end - .now) / .seconds(1)
    let left = purse.left
    guard seconds > 0, left > 0, !Task.isCancelled else { return nil }
    let fetcher = Fetcher(
      idleTimeout: min(rules.silentSeconds, seconds), totalTimeout: seconds, maximumBytes: left)
    do throws(DataFileError) {
      guard let fetched = try await fetcher.fetch(question.address, to: path, unless: question.validators) else {
        return .same
      }
      purse.spend(fetched.bytes)
      // An error page in the file's place is no release.
      if let defect = FileCheck.defect(at: path, fileName: try Address(question.address).fileName) {
        return .trouble(defect)
      }
      return .has(sha256: fetched.sha256, bytes: fetched.bytes, validators: fetched.validators, path: path)
    } catch {
      let isCutShort = Task.isCancelled || .now >= end || (error.kind == .corruptFile && left < rules.mostBytes)
      return isCutShort ? nil : .trouble(error)
    }
  }

  /// Whether it is the server's trouble rather than the address's.
  static func isServers(_ error: DataFileError) -> Bool {
    [.connectionFailed, .timeout, .tlsError, .rateLimited, .serverError].contains(error.kind)
  }
}
