import Foundation
import Journal
import Testing

@testable import Supervisor

@Suite("What is to be done with a pull request")
struct PullRequestStepTests {
  private static let draft = PullRequestDraft(message: "fix: a\n\nThe report.\n", head: "errata/a", base: "main")
  private static let start = Date(timeIntervalSince1970: 1000)

  private func wish(
    _ stance: PullRequestWish.Stance = .wanted(draft), _ status: FixStatus = .open
  ) -> PullRequestWish {
    var fix = FixWorkspace.record(id: "aaaa1111", branch: "errata/a")
    fix.status = status
    return PullRequestWish(fix: fix, stance: stance, since: Self.start)
  }

  private func known(
    _ state: PullRequestRecord.State, text: String = draft.textHash, after seconds: Double = 1, labelled: Bool = true
  ) -> PullRequestRecord {
    var record = PullRequestRecord(
      fix: "aaaa1111", number: 7, url: "", state: state, text: text, labelled: labelled)
    record.since = Self.start.addingTimeInterval(seconds)
    return record
  }

  private func pull(_ number: Int = 7, body: String = "The report.\r\n") -> PullRequest {
    PullRequest(
      number: number, url: "", state: .open, title: "fix: a", body: body, head: "errata/a", isOwn: true)
  }

  @Test("opens one where there is none, and takes over one that the journal does not know")
  func opens() {
    #expect(PullRequestStep.decide(wish(), known: nil, open: nil) == .open(Self.draft, after: 0))
    #expect(PullRequestStep.decide(wish(), known: nil, open: pull()) == .adopt(pull(), Self.draft))
    #expect(PullRequestStep.decide(wish(), known: known(.dismissed), open: pull(8)) == .adopt(pull(8), Self.draft))
  }

  @Test("does nothing while text and labels are as they were given, whatever line ends the forge makes of them")
  func leaves() {
    #expect(PullRequestStep.decide(wish(), known: known(.open), open: pull()) == nil)
    #expect(
      PullRequestStep.decide(wish(), known: known(.open, labelled: false), open: pull()) == .label(pull()))
  }

  @Test("gives the new text of a rebuilt commit, but never over a person's words")
  func updates() {
    let before = PullRequestDraft.hash(title: "fix: a", body: "An older report.")
    let old = pull(body: "An older report.")
    #expect(PullRequestStep.decide(wish(), known: known(.open, text: before), open: old) == .update(old, Self.draft))
    let edited = pull(body: "An older report.\n\nI doubt it.")
    #expect(PullRequestStep.decide(wish(), known: known(.open, text: before), open: edited) == nil)
  }

  @Test("asks what became of one that is not open any more, and never brings a closed one back")
  func closed() {
    #expect(PullRequestStep.decide(wish(), known: known(.open), open: nil) == .ask(7))
    for state in [PullRequestRecord.State.dismissed, .merged, .closed] {
      #expect(PullRequestStep.decide(wish(), known: known(state), open: nil) == nil)
      // Put forward again since then: what happened before says nothing of it.
      #expect(
        PullRequestStep.decide(wish(), known: known(state, after: -1), open: nil) == .open(Self.draft, after: 7))
    }
  }

  @Test("closes what was decided on, but gives the forge a session's time to see a merge by itself")
  func over() {
    let over = PullRequestWish.Stance.over("It is over.")
    let close = PullRequestStep.close(pull(), why: "It is over.")
    for status in [FixStatus.rejected, .superseded, .reverted, .lost] {
      #expect(PullRequestStep.decide(wish(over, status), known: known(.open), open: pull()) == close)
    }
    for status in [FixStatus.approved, .changed] {
      #expect(PullRequestStep.decide(wish(over, status), known: known(.open), open: pull()) == .wait(pull()))
      #expect(PullRequestStep.decide(wish(over, status), known: known(.merging), open: pull()) == close)
      #expect(PullRequestStep.decide(wish(over, status), known: known(.merging), open: nil) == .forget)
    }
    #expect(PullRequestStep.decide(wish(over, .rejected), known: known(.closed), open: nil) == nil)
    #expect(PullRequestStep.decide(wish(over, .rejected), known: nil, open: nil) == nil)
  }

  @Test("leaves branches alone that wait for their base, or that a person goes on with")
  func others() {
    for stance in [PullRequestWish.Stance.early(base: "main"), .left] {
      #expect(PullRequestStep.decide(wish(stance), known: nil, open: nil) == nil)
      #expect(PullRequestStep.decide(wish(stance), known: known(.open), open: pull()) == nil)
    }
  }

  @Test("a text is the commit's to the eye, and neither calls people nor gives the forge commands")
  func text() {
    let message =
      "fix: a\n\nReads '*' by @data-team:\n/close\n  /label ~x\n\n    @kept /as\n    code\n\nErrata-Fix: a\n"
    let draft = PullRequestDraft(message: message, head: "h", base: "b")
    #expect(draft.title == "fix: a")
    #expect(!draft.body.contains(" @data") && draft.body.contains("    @kept /as\n    code"))
    #expect(draft.body.split(separator: "\n").allSatisfy { !$0.drop { $0 == " " }.hasPrefix("/") })
    #expect(
      draft.body.replacingOccurrences(of: "\u{200B}", with: "").replacingOccurrences(of: "\\/", with: "/")
        == String(message.dropFirst(8).dropLast()))
    let long = PullRequestDraft(message: "a\n\n" + String(repeating: "x", count: 100_000), head: "h", base: "b")
    #expect(long.body.utf8.count < 65_536 && long.body.hasSuffix("the commit's message."))
  }

  @Test("the text of several commits has each of them under its subject, the newest first")
  func several() {
    let draft = PullRequestDraft(messages: ["fix: a\n\nOne.\n", "fix: bc\n\nTwo.\n"], head: "h", base: "b")
    #expect(draft.title == "fix: bc (and 1 more of the same cause)")
    #expect(draft.body.hasPrefix("This branch holds 2 fixes of one cause"))
    #expect(draft.body.hasSuffix("fix: bc\n=======\nTwo.\n\n\nfix: a\n======\nOne."))
    let one = PullRequestDraft(message: "fix: a\n\nOne.\n", head: "h", base: "b")
    #expect(PullRequestDraft(messages: ["fix: a\n\nOne.\n"], head: "h", base: "b") == one)
  }
}
