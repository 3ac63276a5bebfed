import Journal
import Testing

@testable import Supervisor

@Suite("The table of reconciling") struct FixDecisionTests {
  struct Row: Sendable, CustomStringConvertible {
    let description: String
    let observation: FixObservation
    let expected: FixStatus
  }

  static let rows = [
    Row(description: "the proposed value stands", observation: .init(value: .proposed), expected: .approved),
    Row(
      description: "the proposed value stands though the fix was rejected",
      observation: .init(status: .rejected, value: .proposed), expected: .approved),
    Row(
      description: "a revert was itself reverted",
      observation: .init(status: .reverted, value: .proposed, everHeldProposed: true), expected: .approved),
    Row(description: "another value stands", observation: .init(value: .other), expected: .changed),
    Row(
      description: "a stage wrote another value", observation: .init(value: .other, otherIsGenerated: true),
      expected: .superseded),
    Row(description: "the source is gone", observation: .init(value: .missing), expected: .superseded),
    Row(description: "nothing happened", observation: .init(value: .previous), expected: .open),
    Row(
      description: "a person committed to the branch", observation: .init(value: .previous, branch: .moved),
      expected: .open),
    Row(
      description: "the branch is unknown in this clone", observation: .init(value: .previous, branch: .unknown),
      expected: .open),
    Row(
      description: "the branch was deleted unmerged", observation: .init(value: .previous, branch: .deleted),
      expected: .rejected),
    Row(
      description: "merged, reverted, branch deleted",
      observation: .init(value: .previous, everHeldProposed: true, revertSaysSo: true, branch: .deleted),
      expected: .reverted),
    Row(
      description: "approved before, a revert says so",
      observation: .init(status: .approved, value: .previous, revertSaysSo: true), expected: .reverted),
    Row(
      description: "approved before, history is silent", observation: .init(status: .approved, value: .previous),
      expected: .lost),
    Row(
      description: "held the value once, no revert", observation: .init(value: .previous, everHeldProposed: true),
      expected: .lost),
    Row(
      description: "rejected stays rejected", observation: .init(status: .rejected, value: .previous, branch: .deleted),
      expected: .rejected),
    Row(
      description: "reverted stays reverted",
      observation: .init(status: .reverted, value: .previous, everHeldProposed: true, revertSaysSo: true),
      expected: .reverted),
    Row(
      description: "superseded stays superseded", observation: .init(status: .superseded, value: .previous),
      expected: .superseded),
  ]

  @Test("says what an observation means", arguments: rows)
  func decides(row: Row) { #expect(row.observation.reconciled == row.expected) }

  @Test("takes a fix of several edits as one")
  func combines() {
    #expect(StandingValue.combined([.proposed, .proposed]) == .proposed)
    #expect(StandingValue.combined([.proposed, .previous]) == .other)
    #expect(StandingValue.combined([.previous, .previous]) == .previous)
    #expect(StandingValue.combined([.proposed, .missing]) == .missing)
    #expect(StandingValue.combined([]) == .missing)
  }
}
