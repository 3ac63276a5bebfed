internal import Foundation
internal import Journal

/// A pull request as a forge tells it; GitLab calls it a merge request.
struct PullRequest: Hashable, Sendable {
  enum State: String, Hashable, Sendable { case open, closed, merged }

  var number: Int
  /// The page for people.
  var url: String
  var state: State
  /// Without what marks a draft.
  var title: String
  var body: String
  /// Whether the title says that it is a draft, where a title does.
  var isMarkedDraft = false
  /// The branch that it asks to merge.
  var head: String
  /// That branch's commit when the forge last looked.
  var commit: String?
  var labels: Set<String> = []
  /// Whether that branch is in the project itself: somebody's fork may have one of the same name.
  var isOwn: Bool

  var textHash: String { PullRequestDraft.hash(title: title, body: body) }
}

/// A pull request as Errata wants it: the text is that of the fix's commit.
struct PullRequestDraft: Hashable, Sendable {
  var title: String
  var body: String
  var head: String
  var base: String

  /// Takes the text of a commit message.
  init(message: String, head: String, base: String) {
    let parts = message.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    title = String(parts.first ?? "")
    let rest = parts.count > 1 ? String(parts[1]) : ""
    body = ForgeText.harmless(rest.trimmingCharacters(in: .newlines))
    self.head = head
    self.base = base
  }

  /// Takes the texts of several commits of one cause, the newest last, which the branch holds one on top of the other.
  init(messages: [String], head: String, base: String) {
    self.init(message: messages.last ?? "", head: head, base: base)
    guard messages.count > 1 else { return }
    let others = messages.count - 1
    title += " (and \(others) more of the same cause)"
    let parts = messages.reversed().map { message in
      let subject = message.prefix { $0 != "\n" }
      let line = String(repeating: "=", count: subject.count)
      return "\(subject)\n\(line)\n\(message.dropFirst(subject.count).drop { $0 == "\n" })"
    }
    let opening = """
      This branch holds \(messages.count) fixes of one cause, a commit for each: merging it approves them all.
      `errata approve ID` approves one alone, `errata reject ID` takes one off.
      """
    body = ForgeText.harmless(([opening] + parts).joined(separator: "\n\n").trimmingCharacters(in: .newlines))
  }

  var textHash: String { Self.hash(title: title, body: body) }

  /// Over the text as people see it: forges change line ends and blanks at the ends.
  static func hash(title: String, body: String) -> String {
    let lines = body.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    let text = lines.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
    return String(Digest.sha256(title.trimmingCharacters(in: .whitespaces) + "\0" + text).prefix(16))
  }
}

/// Text for a page that acts on what it reads: names of people, and lines that are commands.
enum ForgeText {
  /// The shortest of the forges' limits on a text, with room to spare.
  private static let longest = 60_000

  /// The same text to the eye, in which no line is a command (`/close`) and no `@name` calls anybody. Indented lines are code.
  static func harmless(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard !line.hasPrefix("    ") else { return String(line) }
      let calm = String(line.replacing("@", with: "@\u{200B}"))
      let isCommand = calm.drop { $0 == " " }.hasPrefix("/")
      return isCommand ? calm.replacing("/", with: "\\/", maxReplacements: 1) : calm
    }
    let result = lines.joined(separator: "\n")
    return result.count <= longest
      ? result : String(result.prefix(longest)) + "\n\nThe rest is in the commit's message."
  }
}
