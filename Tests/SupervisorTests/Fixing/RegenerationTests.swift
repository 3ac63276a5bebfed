import Foundation
import Git
import Journal
import Testing

@testable import Supervisor

@Suite("Fixes survive regeneration") struct RegenerationTests {
  static let before = FixWorkspace.text

  /// The manifest's text as another generation writes it.
  enum Anew: String, CaseIterable, Sendable {
    case reordered, renamed, split, around, removed, decided

    var text: String {
      let parts = before.components(separatedBy: "- code: ")
      let (head, data, waits) = (parts[0], "- code: " + parts[1], "- code: " + parts[2])
      switch self {
      case .reordered: return head + waits + data
      case .renamed: return head + data.replacing("adhd_data\n", with: "adhd_monthly\n") + waits
      case .split:
        let column = data.components(separatedBy: "  - original_name: \"March")
        let part = "- code: adhd_march\n  table: tbl_march\n  columns:\n  - original_name: \"March" + column[1]
        return head + column[0] + waits + part
      case .around: return head.replacing("November", with: "Nov.") + data + waits
      case .removed: return head + waits
      case .decided:
        return before.replacing(
          "integer\n- code: adhd_waits", with: "integer\n    null_values: [c]\n- code: adhd_waits")
      }
    }
  }

  @Test("whatever the generator did, a fix is carried over or what became of it is said", arguments: Anew.allCases)
  func carries(anew: Anew) async throws {
    let place = try FixWorkspace()
    await place.journal.append([
      Event(
        .fileWritten, data: ["path": .string(FixWorkspace.manifest), "sha256": .string(Digest.sha256(Self.before))])
    ])
    let fix = try await place.branches().propose(try FixWorkspace.proposal()).record
    _ = try await place.branches().approve([fix.id])
    // A person's own words are there as well.
    let standing = try place.read(FixWorkspace.manifest).replacing("# the key", with: "# the key of it")
    try place.write(FixWorkspace.manifest, standing)
    try place.shell("git commit -qam Mine")
    _ = try await place.branches().reconcile()

    let result = try await place.branches().carryOver(
      CarryOver(
        path: FixWorkspace.manifest, generatedBefore: nil, standing: Array(standing.utf8),
        generatedNow: Array(anew.text.utf8)))
    if anew == .decided {
      guard case .conflict(let reason) = result else {
        Issue.record("one of two values was taken")
        return
      }
      #expect(reason.contains("is ['c'] as written now, where fix \(fix.id) made ['*'] of absent"), "\(reason)")
      return
    }
    guard case .merged(let bytes, let notes) = result else {
      Issue.record("\(result)")
      return
    }
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("# the key of it") && text.contains("null_values") == (anew != .removed))
    #expect(
      text.replacing(" of it", with: "").split(separator: "\n").count == anew.text.split(separator: "\n").count
        + (anew == .removed ? 0 : 1))
    let selector = fix.changes[0].selector
    let moved = anew == .renamed ? "adhd_monthly" : "adhd_march"
    switch anew {
    case .renamed, .split: #expect(notes.count == 1 && notes[0].contains("now stands at sources[code=\(moved)]"))
    case .removed: #expect(notes.count == 1 && notes[0].contains("no longer applies") && notes[0].contains(selector))
    default: #expect(notes.isEmpty)
    }
    // As the stage's runner does.
    try place.write(FixWorkspace.manifest, text)
    _ = try await place.branches().baseline()
    #expect(try place.shell("git status --porcelain -uno") == "")
    let findings = try await place.branches().reconcile()
    let after = try #require(await place.branches().fixes.first)
    #expect(after.status == (anew == .removed ? .superseded : .approved))
    switch anew {
    case .renamed, .split:
      #expect(findings.first?.sentence.contains("follows its source") == true)
      #expect(after.source == moved && after.changes[0].selector.contains(moved))
    case .removed: #expect(findings.first?.sentence.contains("is superseded") == true)
    default: #expect(findings.isEmpty)
    }
    #expect(try await place.branches().reconcile().isEmpty)
  }

  @Test("an open fix follows its source, and its branch merges", arguments: [Anew.reordered, .renamed, .split])
  func follows(anew: Anew) async throws {
    let place = try FixWorkspace()
    let fix = try await place.branches().propose(try FixWorkspace.proposal()).record
    try place.write(FixWorkspace.manifest, anew.text)
    try place.shell("git commit -qam 'Written anew'")
    let findings = try await place.branches().reconcile()
    #expect(findings.allSatisfy { $0.fix.status == .open })
    #expect(try await place.branches().reconcile().isEmpty)
    try place.shell("git merge -q --no-edit \(fix.branch) && git fsck --strict")
    #expect(try await place.branches().reconcile().map(\.fix.status) == [.approved])
    let values = try place.read(FixWorkspace.manifest).components(separatedBy: "null_values")
    #expect(values.count == 2 && values[0].contains("March 2020"))
  }

  @Test("a new source that only shares a column is not taken for the old one")
  func isCareful() async throws {
    let place = try FixWorkspace()
    _ = try await place.branches().propose(try FixWorkspace.proposal()).record
    let other = """
      - code: births
        table: tbl_births
        columns:
        - original_name: "March 2020"
        - original_name: Mothers
        - original_name: Births

      """
    try place.write(FixWorkspace.manifest, Anew.removed.text + other)
    try place.shell("git commit -qam 'Another source'")
    #expect(try await place.branches().reconcile().map(\.fix.status) == [.superseded])
  }
}
