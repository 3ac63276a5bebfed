internal import Foundation
internal import Journal

/// What differs between the forges' interfaces: paths, names of fields and a few words. Everything else is `Forge`.
struct ForgeDialect: Sendable {
  /// How people call the forge.
  var name: String
  /// What it calls a pull request, and the sign before its number.
  var noun = "pull request"
  var sign = "#"
  /// The headers that carry the token, and those that say which version of the interface is meant.
  var headers: @Sendable (_ token: String) -> [String: String]
  /// The collection of pull requests.
  var collection: @Sendable (_ project: String) -> String
  /// What selects the open ones.
  var open: [URLQueryItem]
  /// What selects all that ever were of one branch; nil where a branch cannot be selected.
  var ofBranch: (@Sendable (_ project: String, _ branch: String) -> [URLQueryItem])?
  /// How a page of a list is asked for.
  var pageSize: URLQueryItem
  /// The fields of a new pull request.
  var opening: @Sendable (PullRequestDraft, _ draft: Bool) -> JSONValue
  /// The fields of a changed title and text.
  var updating: @Sendable (PullRequestDraft) -> JSONValue
  var updateMethod: String
  var closing: JSONValue
  /// Where comments go, below the interface's address.
  var comments: @Sendable (_ project: String, _ number: Int) -> String
  /// What a draft's title begins with, where the title makes it one.
  var draftPrefix: String
  /// Adds labels to a pull request, creating those that are missing.
  var label: @Sendable (Forge, _ number: Int) async throws(ForgeError) -> Void
  /// Reads one pull request.
  var read: @Sendable (JSONValue, _ project: String) -> PullRequest?
}

extension ForgeDialect {
  static func of(_ kind: ForgeSettings.Kind) -> ForgeDialect {
    switch kind {
    case .github: github
    case .gitlab: gitlab
    case .gitea: gitea
    }
  }

  /// https://docs.github.com/en/rest/pulls/pulls, version 2022-11-28.
  static var github: ForgeDialect {
    ForgeDialect(
      name: "GitHub",
      headers: { token in
        [
          "Authorization": "Bearer \(token)", "Accept": "application/vnd.github+json",
          "X-GitHub-Api-Version": "2022-11-28",
        ]
      },
      collection: { "/repos/\($0)/pulls" }, open: [URLQueryItem(name: "state", value: "open")],
      ofBranch: { project, branch in
        let owner = project.split(separator: "/").first ?? ""
        return [URLQueryItem(name: "state", value: "all"), URLQueryItem(name: "head", value: "\(owner):\(branch)")]
      },
      pageSize: URLQueryItem(name: "per_page", value: "100"),
      opening: { pull, draft in
        [
          "title": .string(pull.title), "body": .string(pull.body), "head": .string(pull.head),
          "base": .string(pull.base), "draft": .bool(draft),
        ]
      },
      updating: { ["title": .string($0.title), "body": .string($0.body)] }, updateMethod: "PATCH",
      closing: ["state": "closed"], comments: { "/repos/\($0)/issues/\($1)/comments" }, draftPrefix: "",
      label: { (forge, number) async throws(ForgeError) in
        let labels = forge.settings.labels.map(JSONValue.string)
        try await forge.send(
          "POST", "/repos/\(forge.settings.project)/issues/\(number)/labels", ["labels": .array(labels)],
          doing: "label \(forge.called(number))")
      },
      read: { value, project in
        guard let number = value["number"]?.int, let head = value["head"]?["ref"]?.string else { return nil }
        let isMerged = value["merged_at"]?.string != nil
        return PullRequest(
          number: number, url: value["html_url"]?.string ?? "",
          state: value["state"]?.string == "open" ? .open : isMerged ? .merged : .closed,
          title: value["title"]?.string ?? "", body: value["body"]?.string ?? "", head: head,
          commit: value["head"]?["sha"]?.string, labels: labels(value),
          isOwn: isSame(value["head"]?["repo"]?["full_name"], project))
      })
  }

  /// https://docs.gitlab.com/api/merge_requests/
  static var gitlab: ForgeDialect {
    @Sendable func path(_ project: String) -> String { "/projects/\(project.replacing("/", with: "%2F"))" }
    return ForgeDialect(
      name: "GitLab", noun: "merge request", sign: "!", headers: { ["PRIVATE-TOKEN": $0] },
      collection: { path($0) + "/merge_requests" },
      open: [URLQueryItem(name: "state", value: "opened")],
      ofBranch: { _, branch in
        [URLQueryItem(name: "state", value: "all"), URLQueryItem(name: "source_branch", value: branch)]
      },
      pageSize: URLQueryItem(name: "per_page", value: "100"),
      opening: { pull, _ in
        [
          "title": .string(pull.title), "description": .string(pull.body), "source_branch": .string(pull.head),
          "target_branch": .string(pull.base),
        ]
      },
      updating: { ["title": .string($0.title), "description": .string($0.body)] }, updateMethod: "PUT",
      closing: ["state_event": "close"], comments: { path($0) + "/merge_requests/\($1)/notes" },
      draftPrefix: "Draft: ",
      label: { (forge, number) async throws(ForgeError) in
        try await forge.send(
          "PUT", path(forge.settings.project) + "/merge_requests/\(number)",
          ["add_labels": .string(forge.settings.labels.joined(separator: ","))],
          doing: "label \(forge.called(number))")
      },
      read: { value, _ in
        guard let number = value["iid"]?.int, let head = value["source_branch"]?.string else { return nil }
        let state = value["state"]?.string
        return PullRequest(
          number: number, url: value["web_url"]?.string ?? "",
          state: state == "merged" ? .merged : state == "closed" ? .closed : .open,
          title: value["title"]?.string ?? "", body: value["description"]?.string ?? "", head: head,
          commit: value["sha"]?.string, labels: labels(value),
          isOwn: value["source_project_id"]?.int != nil && value["source_project_id"] == value["target_project_id"])
      })
  }

  /// https://docs.gitea.com/api/ and Forgejo's, which is the same here.
  static var gitea: ForgeDialect {
    var dialect = github
    dialect.name = "Gitea"
    dialect.headers = { ["Authorization": "token \($0)", "Accept": "application/json"] }
    dialect.ofBranch = nil
    dialect.pageSize = URLQueryItem(name: "limit", value: "50")
    dialect.opening = { pull, _ in
      [
        "title": .string(pull.title), "body": .string(pull.body), "head": .string(pull.head),
        "base": .string(pull.base),
      ]
    }
    dialect.draftPrefix = "WIP: "
    dialect.label = { (forge, number) async throws(ForgeError) in
      let ids = try await giteaLabels(forge)
      try await forge.send(
        "POST", "/repos/\(forge.settings.project)/issues/\(number)/labels", ["labels": .array(ids.map(JSONValue.int))],
        doing: "label \(forge.called(number))")
    }
    let read = dialect.read
    dialect.read = { value, project in
      guard var pull = read(value, project) else { return nil }
      if value["merged"]?.bool == true { pull.state = .merged }
      // When the branch is gone, `ref` is the forge's own copy of it; the label keeps its name.
      if pull.head.hasPrefix("refs/pull/"), let label = value["head"]?["label"]?.string { pull.head = label }
      return pull
    }
    return dialect
  }

  /// Gitea takes numbers for labels, and creates none by itself.
  private static func giteaLabels(_ forge: Forge) async throws(ForgeError) -> [Int] {
    let path = "/repos/\(forge.settings.project)/labels"
    var known: [String: Int] = [:]
    for label in try await forge.list(path, [], doing: "list labels") {
      if let name = label["name"]?.string, let id = label["id"]?.int { known[name] = id }
    }
    var ids: [Int] = []
    for name in forge.settings.labels {
      if let id = known[name] {
        ids.append(id)
        continue
      }
      let made = try await forge.send(
        "POST", path, ["name": .string(name), "color": "#0e8a16"], doing: "create the label '\(name)'")
      if let id = made["id"]?.int { ids.append(id) }
    }
    return ids
  }

  /// GitLab lists names, the others objects.
  private static func labels(_ value: JSONValue) -> Set<String> {
    Set((value["labels"]?.array ?? []).compactMap { $0.string ?? $0["name"]?.string })
  }

  /// Forges compare names without regard to case. A fork that was deleted has no name any more.
  private static func isSame(_ name: JSONValue?, _ project: String) -> Bool {
    name?.string?.lowercased() == project.lowercased()
  }
}
