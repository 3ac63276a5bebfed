public import Foundation

/// Something that people are told once, when it begins or ends.
public struct Alert: Codable, Hashable, Sendable {
  /// What changed.
  public enum Kind: String, Codable, CaseIterable, Hashable, Sendable {
    /// A source, or a stage of a period, failed that had not failed before.
    case sourceFailing = "source_failing"
    /// What was failing works again, or no longer counts.
    case sourceHealed = "source_healed"
    /// An error budget burns too fast.
    case budgetBurning = "budget_burning"
    /// A fix has waited too long for a person.
    case fixWaiting = "fix_waiting"
    /// A sample, to try a receiver.
    case test
  }

  /// The same for the same change, so that a receiver that gets it twice after a crash can tell.
  public let id: String
  /// What changed.
  public let kind: Kind
  /// What it is about: `adhd/nov25/summary`, a goal's name and window, a fix.
  public let subject: String
  /// Since when.
  public let since: Date
  /// The error's type, where there is one.
  public let errorType: String?
  /// What there is to know, in a sentence, secrets taken out.
  public let text: String

  /// Describes a change.
  public init(_ kind: Kind, subject: String, since: Date, errorType: String? = nil, text: String) {
    self.kind = kind
    self.subject = subject
    self.since = since
    self.errorType = errorType
    self.text = Redaction.redact(text)
    let parts = [kind.rawValue, subject, Event.text(from: since)]
    id = String(Digest.sha256(parts.joined(separator: "\u{1F}")).prefix(16))
  }

  enum CodingKeys: String, CodingKey {
    case id, kind, subject, since, text
    case errorType = "error_type"
  }

  /// What the journal remembers of it.
  ///
  /// - Parameter receiver: Who got it.
  public func event(sentTo receiver: String, runID: String) -> Event {
    Event(
      .alertSent, runID: runID,
      data: [
        "receiver": .string(receiver), "alert": .string(id), "kind": .string(kind.rawValue),
        "subject": .string(subject),
      ])
  }
}
