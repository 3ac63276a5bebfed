internal import DataFiles
internal import Foundation
internal import Journal

/// An address to ask whether it still has what was fetched from it.
struct ReleaseQuestion: Equatable, Sendable {
  /// The files of URL keys that came from it, each with the sources that stand with its bytes.
  struct User: Equatable, Sendable {
    let file: ReleaseFile
    let sources: [String]
  }

  /// The address with all that it takes to fetch it; never shown.
  let address: String
  /// The address as it may be shown.
  let url: String
  /// Who loads from it.
  var users: [User]
  /// By what it is asked; empty to fetch it in any case.
  var validators = Validators()

  /// The server, which is asked one thing at a time; empty for this machine.
  var server: String {
    guard let url = URL(string: address), let host = url.host else { return "" }
    return url.port.map { "\(host):\($0)" } ?? host
  }

  /// The questions about the files that sources of some URL keys were loaded from.
  ///
  /// - Parameters:
  ///   - known: The addresses that configuration and manifests name: what events tell has lost its secrets.
  ///   - isReload: Whether revised releases are to be loaded, so that those that were only reported are fetched as well.
  static func all(
    _ book: ReleaseBook, state: BackfillState, keys: Set<String>, known: [String: [String]], root: String,
    isReload: Bool
  ) -> [ReleaseQuestion] {
    var questions: [String: ReleaseQuestion] = [:]
    var order: [String] = []
    for file in book.files where keys.contains(file.urlKey) {
      let sources = book.sources(of: file, in: state)
      guard !sources.isEmpty, let address = address(of: file, among: known[file.urlKey] ?? [], root: root) else {
        continue
      }
      if questions[address] == nil { order.append(address) }
      questions[address, default: ReleaseQuestion(address: address, url: file.url, users: [])].users.append(
        User(file: file, sources: sources))
    }
    let all = order.compactMap { questions[$0] }.map { $0.asked(isReload: isReload) }
    // Where time ran out before, the next look begins.
    let start = book.next.flatMap { next in all.firstIndex { $0.url == next } } ?? 0
    return Array(all[start...] + all[..<start])
  }

  /// By what to ask: whether it is still the release that was last heard of.
  private func asked(isReload: Bool) -> ReleaseQuestion {
    var question = self
    let heard = Set(users.map { Heard($0.file, isReload: isReload) })
    if heard.count == 1, let one = heard.first { question.validators = one.validators }
    return question
  }

  private struct Heard: Hashable {
    let sha256: String
    let validators: Validators

    init(_ file: ReleaseFile, isReload: Bool) {
      guard let revision = file.revision, revision.sha256 != file.sha256 else {
        sha256 = file.sha256
        validators = Validators(etag: file.etag, lastModified: file.lastModified)
        return
      }
      sha256 = revision.sha256
      // What is to be loaded has to be fetched, however well it is known.
      validators =
        isReload ? Validators() : Validators(etag: revision.etag, lastModified: revision.lastModified)
    }
  }

  /// The address that a file is fetched from; nil where it is only known without its secrets.
  private static func address(of file: ReleaseFile, among known: [String], root: String) -> String? {
    if let own = known.first(where: { $0 == file.url || shown($0) == file.url }) { return own }
    if file.url.contains(Redaction.mark) { return nil }
    if file.url.contains("://") { return file.url }
    // Some programs read files of this machine by their paths.
    let path = file.url.hasPrefix("/") ? file.url : "\(root)/\(file.url)"
    return URL(fileURLWithPath: path).absoluteString
  }

  private static func shown(_ address: String) -> String { Redaction.redact(Address.shown(address)) }
}
