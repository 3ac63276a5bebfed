public import Journal

/// The report of a schema drift: what changed upstream, whom it concerns, and what each step of the one plan did.
public struct DriftReport: Sendable {
  /// The steps of the plan, in their order.
  public enum Step: String, CaseIterable, Sendable {
    /// Looks into every source and matches headers by name and content.
    case diagnose
    /// Takes back what earlier fixes changed in vain since the sources last loaded.
    case rollBack = "roll_back"
    /// Reads the columns from their new headers.
    case adapt
    /// Sees to types, to columns that are gone, and to what is in the tables already.
    case migrate
    /// Runs what failed again, and nothing else.
    case retry

    var title: String { rawValue.replacing("_", with: " ") }
  }

  let drift: SchemaDrift
  let members: [DriftMember]
  let branch: String

  /// Gathers a report.
  public init(drift: SchemaDrift, members: [DriftMember], branch: String) {
    self.drift = drift
    self.members = members
    self.branch = branch
  }

  /// The file's name under `logs/reports/<date>/`.
  public var fileName: String { "schema_drift_\(drift.id).md" }

  /// One sentence for people.
  public var summary: String {
    let changes = members.reduce(0) { $0 + ($1.isProven ? $1.edits.count : $1.sign.changes) }
    let what = Numbers.counted(changes, "column")
    let versions = drift.versions.isEmpty ? "" : " (\(drift.versions.map(\.text).joined(separator: "; ")))"
    return
      "\(what) of \(Numbers.counted(drift.signs.count, "source")) changed together upstream\(versions): schema drift "
      + "\(drift.id), one plan"
  }

  /// How many of its sources have an edit that holds: `all 5 have an edit that holds`, `no edit holds for 2 of 5`.
  public var standing: String {
    let open = members.count { !$0.isProven }
    return open == 0
      ? "all \(members.count) have an edit that holds" : "no edit holds for \(open) of \(members.count)"
  }

  /// What is said of the incident in the report of one of its sources.
  public var pointer: String {
    "This is a part of schema drift \(drift.id), which \(Numbers.counted(drift.signs.count, "source")) share; the last commit of "
      + "\(branch) tells the whole of it."
  }

  /// The report for a commit's message, without subject and trailers.
  public var message: String {
    sections.map { section in
      ([TextLayout.heading(section.title)]
        + section.parts.map { part in
          switch part {
          case .text(let text): TextLayout.paragraph(text)
          case .lines(let lines): TextLayout.quoted(lines)
          }
        }).joined(separator: "\n\n")
    }.joined(separator: "\n\n")
  }

  /// The report as Markdown.
  public var markdown: String {
    sections.enumerated().map { index, section in
      (["\(index == 0 ? "#" : "##") \(section.title)"]
        + section.parts.map { part in
          switch part {
          case .text(let text): TextLayout.markdown(text, longest: 2000)
          case .lines(let lines): TextLayout.quoted(lines)
          }
        }).joined(separator: "\n\n")
    }.joined(separator: "\n\n") + "\n"
  }

  private enum Part {
    case text(String)
    case lines([String])
  }

  private var sections: [(title: String, parts: [Part])] {
    [
      ("Schema drift \(drift.id)", [.text(opening)]),
      ("What changed upstream", [.lines(changeLines)]),
      ("The sources of the drift", [.lines(members.map(line))]),
      ("What each step of the plan did", Step.allCases.map { .text("\($0.title): \(done($0))") }),
      ("How to decide on all of it", [.lines(commands)]),
    ]
  }

  private var opening: String {
    let publications =
      drift.publications.count == 1
      ? "the publication \(drift.publications[0])" : Numbers.counted(drift.publications.count, "publication")
    let versions = drift.versions.isEmpty ? "" : " (\(drift.versions.map(\.text).joined(separator: "; ")))"
    return
      "\(Numbers.counted(drift.signs.count, "source")) of \(publications) had loaded before and failed because their columns "
      + "changed together upstream\(versions). They are one incident with one plan: a commit for each source whose edit held."
  }

  private var commands: [String] {
    [
      "approve all: git merge \(branch), or errata approve \(drift.id)",
      "reject all: errata reject \(drift.id) --reason TEXT", "undo all later: errata rollback \(drift.id)",
      "one source alone: the same with its fix's id",
    ]
  }

  private func line(_ member: DriftMember) -> String {
    switch member.outcome {
    case .fix(let id, let chosen):
      let rows = chosen.verdict?.treatment.rows.map { ", loads \(Numbers.counted($0, "row"))" } ?? ""
      return "\(member.sign.place): \(chosen.candidate.summary); fix \(id), \(chosen.standing)\(rows)"
    case .escalated(let reason): return "\(member.sign.place): a person has to look. \(reason)"
    case .postponed(let reason): return "\(member.sign.place): tried again by the next run. \(reason)"
    }
  }
}

extension DriftReport {
  /// How headers changed, with the sources that read them; the most frequent first.
  public var mapping: [(old: String, new: String, sources: [String])] {
    var order: [[String]] = []
    var sources: [[String]: [String]] = [:]
    for member in members {
      let pairs =
        member.isProven ? member.renamed.map { [$0.old, $0.new] } : member.sign.renames.map { [$0.old, $0.new] }
      for pair in pairs {
        if sources[pair] == nil { order.append(pair) }
        sources[pair, default: []].append(member.sign.source)
      }
    }
    return order.map { ($0[0], $0[1], sources[$0] ?? []) }.enumerated()
      .sorted { (-$0.element.2.count, $0.offset) < (-$1.element.2.count, $1.offset) }
      .map { (old: $0.element.0, new: $0.element.1, sources: $0.element.2) }
  }

  private var changeLines: [String] {
    let most = 40
    var lines = mapping.map { old, new, sources in
      let proof = members.contains { $0.isProven && $0.renamed.contains { $0.old == old && $0.new == new } }
      return "\(old) -> \(new) in \(sources.joined(separator: ", ")) (\(proof ? "proven" : "by name and content"))"
    }
    for member in members {
      let types =
        member.isProven
        ? member.retyped.map { "\($0.column) from \($0.old) to \($0.new)" }
        : member.sign.retypes.map { "\($0.column) is no \($0.old) any more" }
      lines += types.map { "\($0) in \(member.sign.source)" }
      let gone = member.isProven ? member.optional.map(\.column) : member.sign.gone
      lines += gone.map { "\($0) is gone from \(member.sign.source)" }
      if !member.sign.unread.isEmpty {
        lines.append("new in \(member.sign.source), read by no column: \(member.sign.unread.joined(separator: ", "))")
      }
    }
    guard lines.count > most else { return lines.isEmpty ? ["nothing that could be named"] : lines }
    return lines.prefix(most) + ["and \(lines.count - most) more"]
  }

  /// What a step of the plan did, in sentences.
  public func done(_ step: Step) -> String {
    let proven = members.filter(\.isProven)
    switch step {
    case .diagnose:
      let confirmed = drift.signs.reduce(0) { $0 + $1.renames.count(where: \.isConfirmed) }
      let renames = drift.signs.reduce(0) { $0 + $1.renames.count }
      return
        "\(Numbers.counted(drift.signs.count, "source")) looked into; \(Numbers.counted(renames, "header")) matched with new "
        + "ones, \(confirmed) of them by content too."
    case .rollBack:
      let edits = members.flatMap(\.rolledBack)
      guard !edits.isEmpty else {
        return "nothing to take back: no fix has changed these manifests in vain since their sources last loaded."
      }
      return
        "\(Numbers.counted(edits.count, "value")) of earlier fixes that did not help put back as when the sources last loaded: "
        + edits.map { "\($0.selector)" }.joined(separator: ", ") + ". No row and no table was touched."
    case .adapt: return adapted(proven)
    case .migrate: return migrated(proven)
    case .retry:
      guard !proven.isEmpty else { return "waits: no edit has held yet." }
      return
        "once this is merged, the next run loads \(proven.map(\.sign.place).joined(separator: ", ")) again from where it failed, "
        + "and nothing else."
    }
  }

  private func adapted(_ proven: [DriftMember]) -> String {
    let count = proven.reduce(0) { $0 + $1.renamed.count }
    let left = members.filter { !$0.isProven }
    let open = left.isEmpty ? "" : " No edit held for \(left.map(\.sign.place).joined(separator: ", "))."
    guard !proven.isEmpty else { return "no edit held." + open }
    return
      "\(Numbers.counted(count, "column")) of \(Numbers.counted(proven.count, "source")) read from new headers; each edit was "
      + "tried by running the failed stage in a scratch place." + open
  }

  private func migrated(_ proven: [DriftMember]) -> String {
    var sentences = ["The tables keep their columns and names, since a manifest says which header each is read from."]
    for member in proven {
      for edit in member.retyped {
        sentences.append(
          "\(edit.column) of \(member.sign.source) becomes \(edit.new) in its table too: the load changes the column from "
            + "\(edit.old) in the transaction of its rows.")
      }
      for edit in member.optional {
        sentences.append("\(edit.column) of \(member.sign.source) stays in the table and is null from now on.")
      }
      for edit in member.others {
        sentences.append("\(edit.column) of \(member.sign.source) is read with \(edit.key) \(edit.new).")
      }
      if member.isDisabled { sentences.append("\(member.sign.source) is left out; its rows stay.") }
    }
    sentences.append("Rows of earlier loads stay until their source's next load replaces them in one transaction.")
    return sentences.joined(separator: " ")
  }

  /// What the event tells of the drift.
  ///
  /// - Parameter file: The report, relative to the workspace.
  public func data(file: String) -> [String: JSONValue] {
    func list(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
    return [
      "incident": .string(drift.id), "message": .string("\(summary): \(standing)"), "branch": .string(branch),
      "report": .string(file),
      "publications": list(drift.publications),
      "versions": .array(
        drift.versions.map {
          [
            "place": .string($0.place), "before": $0.before.map(JSONValue.string) ?? .null, "after": .string($0.after),
          ]
        }),
      "mapping": .array(
        mapping.map { ["from": .string($0.old), "to": .string($0.new), "sources": .int($0.sources.count)] }),
      "traits": list(Set(drift.signs.flatMap(\.traits)).sorted()),
      "plan": .array(Step.allCases.map { ["step": .string($0.rawValue), "done": .string(done($0))] }),
      "sources": .array(
        members.map { member in
          [
            "place": .string(member.sign.place), "renamed": .int(member.sign.renames.count),
            "retyped": .int(member.sign.retypes.count), "gone": list(member.sign.gone),
            "unread": list(member.sign.unread), "fix": member.fix.map(JSONValue.string) ?? .null,
            "outcome": .string(member.word),
          ]
        }),
    ]
  }
}

extension DriftMember {
  fileprivate var word: String {
    switch outcome {
    case .fix: "proposed"
    case .escalated: "escalated"
    case .postponed: "retry"
    }
  }
}
