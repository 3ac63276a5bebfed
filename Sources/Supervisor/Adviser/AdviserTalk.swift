internal import Foundation
internal import Journal
internal import Repair

/// The talk about one failure: what is asked, what may come of a reply, and what it cost.
struct AdviserTalk: Sendable {
  /// What makes the question another one, as a digest: nothing else is worth asking again for.
  let question: String
  private(set) var dialogue: ModelDialogue
  private var calls = 0
  private var spending = AdviserSpending()
  private let failure: Failure
  private let evidence: Evidence
  private let places: AdvisedPlaces
  private let offered: [String]
  private let values: ValuePolicy
  private let name: String

  init(
    _ bundle: ContextBundle, _ base: MendingCase, places: AdvisedPlaces, settings: AdviserSettings,
    values: ValuePolicy, redact: @Sendable (String) -> String
  ) {
    let asked = AdviserQuestion(bundle, template: settings.template, redact: redact)
    dialogue = ModelDialogue(system: asked.system, question: asked.text)
    failure = base.failure
    evidence = base.evidence
    self.places = places
    self.values = values
    offered = bundle.availableActions
    name = settings.name
    // The wording of a log, the rows of a table and what was tried before vary between runs of one fault.
    var facts = bundle.investigationData
    (facts.logTail, facts.actualDataSample, facts.earlierFixes, facts.loadHistory) = (nil, nil, nil, nil)
    (facts.dbTableExists, facts.dbTableColumns, facts.dbTableRows) = (nil, nil, nil)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Texts and numbers, which always encode.
    let told = (try? encoder.encode(facts)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let parts = [
      name, settings.template.filled(with: [:]), failure.fingerprint,
      FixIdentity.evidenceHash(of: failure, evidence: evidence), told, offered.joined(separator: " "),
    ]
    question = Digest.sha256(parts.joined(separator: "\u{1F}"))
  }

  /// Whether the one correction is used up.
  var isOver: Bool { dialogue.corrections > 1 }

  /// The reply's candidate; nil when it says that no edit helps.
  func candidate(from reply: AdviserReply) throws(AdviserFault) -> Candidate? {
    try reply.candidate(for: failure, evidence: evidence, places: places, offered: offered, adviser: name)
  }

  /// Takes in why a reply was not taken, in words that may leave the house.
  mutating func object(to reply: String, because reason: String) {
    dialogue.add(reply: reply, answer: AdviserQuestion.correction(shown(reason)))
  }

  /// Counts what was asked.
  mutating func take(_ asked: Adviser.Asked) {
    calls += asked.calls
    spending.inputTokens += asked.spending.inputTokens
    spending.outputTokens += asked.spending.outputTokens
    spending.dollars += asked.spending.dollars
  }

  /// A text with no more of the data than reports show, and no secrets.
  func shown(_ text: String) -> String {
    let hidden = evidence.failingColumns.flatMap { $0.values.map(\.value) } + [failure.error.value].compactMap(\.self)
    return values.masked(Redaction.redact(text), values: hidden)
  }

  /// What a report says of the talk, in one sentence.
  func sentence(_ ending: String) -> String {
    let times = calls == 1 ? "once" : calls == 2 ? "twice" : "\(calls) times"
    let dollars = spending.dollars > 0 ? ", about \(String(format: "%.4f", spending.dollars)) USD" : ""
    let cost = "\(Numbers.counted(spending.tokens, "token"))\(dollars)"
    return "An adviser, the model \(name), was asked \(times) (\(cost)) \(ending)"
  }
}
