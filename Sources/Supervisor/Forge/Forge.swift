internal import DataFiles
internal import Foundation
internal import Journal
internal import Operations

/// One project on a forge, spoken to in the forge's own dialect.
struct Forge: Sendable {
  let settings: ForgeSettings
  let dialect: ForgeDialect
  private let token: String
  private let fetcher: Fetcher

  /// The most pages of a list that are read.
  private static let pages = 40

  init(_ settings: ForgeSettings, token: String) {
    self.settings = settings
    self.token = token
    dialect = ForgeDialect.of(settings.kind)
    fetcher = Fetcher(
      idleTimeout: settings.timeLimitSeconds, totalTimeout: settings.timeLimitSeconds, maximumBytes: 32 << 20)
  }

  /// A pull request as people call it: `pull request #7`.
  func called(_ number: Int) -> String { "\(dialect.noun) \(dialect.sign)\(number)" }

  /// The open pull requests of the project's own branches, by branch.
  func open() async throws(ForgeError) -> [String: PullRequest] {
    let found = try await pulls(dialect.open).filter { $0.state == .open }
    return Dictionary(found.map { ($0.head, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// All pull requests that ever were for some branches, by branch, the newest first.
  func all(of branches: Set<String>) async throws(ForgeError) -> [String: [PullRequest]] {
    var found: [PullRequest] = []
    if let ofBranch = dialect.ofBranch {
      for branch in branches.sorted() { found += try await pulls(ofBranch(settings.project, branch)) }
    } else if !branches.isEmpty {
      found = try await pulls([URLQueryItem(name: "state", value: "all")])
    }
    return Dictionary(grouping: found.sorted { $0.number > $1.number }, by: \.head).filter { branches.contains($0.key) }
  }

  func pull(_ number: Int) async throws(ForgeError) -> PullRequest {
    try read(try await send("GET", path(number), nil, doing: "read \(called(number))"))
  }

  func open(_ draft: PullRequestDraft) async throws(ForgeError) -> PullRequest {
    var draft = draft
    if settings.draft { draft.title = dialect.draftPrefix + draft.title }
    return try read(
      try await send(
        "POST", dialect.collection(settings.project), dialect.opening(draft, settings.draft),
        doing: "open a \(dialect.noun) for \(draft.head)"))
  }

  /// Gives a pull request another text; a person may have marked it as ready, or as a draft.
  func update(_ pull: PullRequest, to draft: PullRequestDraft) async throws(ForgeError) -> PullRequest {
    var draft = draft
    if pull.isMarkedDraft { draft.title = dialect.draftPrefix + draft.title }
    return try read(
      try await send(
        dialect.updateMethod, path(pull.number), dialect.updating(draft), doing: "change \(called(pull.number))"))
  }

  func close(_ number: Int) async throws(ForgeError) {
    try await send(dialect.updateMethod, path(number), dialect.closing, doing: "close \(called(number))")
  }

  /// Says something below a pull request, unless it was said there already.
  func comment(_ text: String, on number: Int) async throws(ForgeError) {
    let place = dialect.comments(settings.project, number)
    let said = try await list(place, [], doing: "read the comments of \(called(number))")
    guard !said.contains(where: { $0["body"]?.string == text }) else { return }
    try await send("POST", place, ["body": .string(text)], doing: "comment on \(called(number))")
  }

  /// Adds the configured labels.
  func label(_ number: Int) async throws(ForgeError) {
    if !settings.labels.isEmpty { try await dialect.label(self, number) }
  }

  private func path(_ number: Int) -> String { "\(dialect.collection(settings.project))/\(number)" }

  private func pulls(_ query: [URLQueryItem]) async throws(ForgeError) -> [PullRequest] {
    try await list(dialect.collection(settings.project), query, doing: "list \(dialect.noun)s")
      .compactMap(interpret).filter(\.isOwn)
  }

  private func read(_ value: JSONValue) throws(ForgeError) -> PullRequest {
    guard let pull = interpret(value) else { throw notTheInterface }
    return pull
  }

  private func interpret(_ value: JSONValue) -> PullRequest? {
    guard var pull = dialect.read(value, settings.project) else { return nil }
    if !dialect.draftPrefix.isEmpty, pull.title.hasPrefix(dialect.draftPrefix) {
      pull.title.removeFirst(dialect.draftPrefix.count)
      pull.isMarkedDraft = true
    }
    return pull
  }

  /// Every item of a list, page by page, for as long as the forge names a next one.
  func list(_ path: String, _ query: [URLQueryItem], doing what: String) async throws(ForgeError) -> [JSONValue] {
    var items: [JSONValue] = []
    for page in 1...Self.pages {
      let asked = query + [dialect.pageSize, URLQueryItem(name: "page", value: "\(page)")]
      let response = try await exchange("GET", path, asked, nil, doing: what)
      guard let found = try? JSONDecoder().decode([JSONValue].self, from: Data(response.body)) else {
        throw notTheInterface
      }
      items += found
      // Its own numbers are followed, never its addresses: the token stays with the configured server.
      guard !found.isEmpty, response.headers["link"]?.contains("rel=\"next\"") == true else { break }
    }
    return items
  }

  @discardableResult
  func send(
    _ method: String, _ path: String, _ body: JSONValue?, doing what: String
  ) async throws(ForgeError) -> JSONValue {
    let response = try await exchange(method, path, [], body, doing: what)
    if response.body.isEmpty { return .null }
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(response.body)) else {
      throw notTheInterface
    }
    return value
  }

  private func exchange(
    _ method: String, _ path: String, _ query: [URLQueryItem], _ body: JSONValue?, doing what: String
  ) async throws(ForgeError) -> HTTPResponse {
    try await attempt(.callForge) { () async throws(ForgeError) -> HTTPResponse in
      try await exchangeOnce(method, path, query, body, doing: what)
    }
  }

  private func exchangeOnce(
    _ method: String, _ path: String, _ query: [URLQueryItem], _ body: JSONValue?, doing what: String
  ) async throws(ForgeError) -> HTTPResponse {
    var address = settings.api + path
    if !query.isEmpty {
      var parts = URLComponents()
      parts.queryItems = query
      // A plus sign would be read as a blank.
      address += "?" + (parts.percentEncodedQuery ?? "").replacing("+", with: "%2B")
    }
    var request = HTTPRequest(method, headers: dialect.headers(token))
    request.headers["User-Agent"] = "errata"
    if let body {
      request.headers["Content-Type"] = "application/json"
      request.body = (try? JSONEncoder().encode(body)).map { Array($0) }
    }
    let response: HTTPResponse
    do throws(DataFileError) {
      response = try await fetcher.send(request, to: address)
    } catch {
      throw ForgeError(error, forge: dialect.name)
    }
    guard (200..<300).contains(response.status) else {
      throw ForgeError(response, doing: what, forge: dialect.name, settings: settings) {
        $0.replacingOccurrences(of: token, with: Redaction.mark)
      }
    }
    return response
  }

  private var notTheInterface: ForgeError {
    ForgeError(.whole, "\(dialect.name) answers with what is not its interface's: correct `api:` of `forge:`.")
  }
}
