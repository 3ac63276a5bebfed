internal import Journal

/// Reads the kind of a failure off the text that a program left behind. The same text gives the same answer.
public struct Classifier: Sendable {
  private struct Rule: Sendable {
    let pattern: ErrorPattern
    let templates: [LineTemplate]
  }

  private struct Match {
    let rule: Int
    let line: Int
    let captures: [(LineTemplate.Field, String)]
    let harmless: Bool
    let general: Bool
  }

  private let rules: [Rule]
  private let details: [LineTemplate]

  /// A classifier that asks the user's patterns before the built-in ones. A pattern with a `problem` is left out:
  /// the configuration reports it where it is read.
  public init(userPatterns: [ErrorPattern] = []) {
    rules = (userPatterns + ErrorPattern.builtIn).map { pattern in
      Rule(pattern: pattern, templates: pattern.match.compactMap { try? LineTemplate($0) })
    }
    details = ErrorPattern.details.compactMap { try? LineTemplate($0) }
  }

  /// Classifies the output of a program.
  ///
  /// Of several lines that name a failure the first after the last sign of recovery counts, for later ones are mostly
  /// consequences; a specific line wins over a general one, and a line that is a mere warning or announces a retry
  /// counts only when there is no other.
  public func classify(
    _ text: String, stage: String? = nil, exitCode: Int? = nil, signal: Int? = nil
  ) -> Classification {
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    let matches = self.matches(in: lines, stage: stage)
    if exitCode == 0, signal == nil, !matches.contains(where: { !$0.harmless }) {
      return Classification(type: .none, transient: false)
    }
    let recovered = lines.lastIndex(where: isRecovery) ?? -1
    let chosen = choose(matches.filter { $0.line > recovered }) ?? choose(matches)
    guard let chosen, !(chosen.harmless && exitCode == nil && signal == nil) else {
      return byStatus(lines, exitCode: exitCode, signal: signal)
    }
    let pattern = rules[chosen.rule].pattern
    var fields = Classification.Fields()
    for (field, value) in chosen.captures { fields.set(field, value) }
    addDetails(around: chosen.line, in: lines, to: &fields)
    return Classification(
      type: pattern.type, transient: pattern.transient ?? Transience.isTransient(pattern.type),
      message: String(lines[chosen.line].trimmed.prefix(500)), fields: fields, pattern: pattern.name)
  }

  private func matches(in lines: [Substring], stage: String?) -> [Match] {
    var result: [Match] = []
    // Made anew for each text: regular expressions cannot be shared between tasks.
    let expressions = rules.map { $0.pattern.expression.flatMap { try? Regex($0) } }
    for (number, text) in lines.enumerated() where !text.isEmpty {
      let line = MatchLine(text)
      guard let (rule, captures) = firstRule(for: line, text: text, stage: stage, expressions: expressions) else {
        continue
      }
      result.append(
        Match(
          rule: rule, line: number, captures: captures, harmless: isHarmless(line),
          general: rules[rule].pattern.general))
    }
    return result
  }

  private func firstRule(
    for line: MatchLine, text: Substring, stage: String?, expressions: [Regex<AnyRegexOutput>?]
  ) -> (Int, [(LineTemplate.Field, String)])? {
    for (index, rule) in rules.enumerated() {
      if let only = rule.pattern.stage, let stage, only != stage { continue }
      for template in rule.templates {
        if let captures = template.captures(in: line) { return (index, captures) }
      }
      if let expression = expressions[index], let captures = captures(of: expression, in: text) {
        return (index, captures)
      }
    }
    return nil
  }

  /// A line is cut short for an expression, which unlike a template may take long over it.
  private func captures(of expression: Regex<AnyRegexOutput>, in text: Substring) -> [(LineTemplate.Field, String)]? {
    guard let match = text.prefix(500).firstMatch(of: expression) else { return nil }
    return match.output.compactMap { group in
      guard let field = group.name.flatMap(LineTemplate.Field.init(rawValue:)), let text = group.substring else {
        return nil
      }
      return (field, String(text))
    }
  }

  private func choose(_ matches: [Match]) -> Match? {
    matches.first { !$0.harmless && !$0.general } ?? matches.first { !$0.harmless } ?? matches.first
  }

  private static let harmlessWords = [
    "warning", "warn:", "info ", "[info]", "info:", "debug", "retrying", "will retry", "deprecat",
  ]
  .map { Array($0.utf8) }
  private static let recoveryWords = ["succeeded after", "recovered", "retry succeeded", "healed"].map {
    Array($0.utf8)
  }

  private func isHarmless(_ line: MatchLine) -> Bool {
    Classifier.harmlessWords.contains { LineTemplate.find($0, in: line.folded, from: 0) != nil }
  }

  private func isRecovery(_ text: Substring) -> Bool {
    let line = MatchLine(text)
    return Classifier.recoveryWords.contains { LineTemplate.find($0, in: line.folded, from: 0) != nil }
  }

  private func addDetails(around index: Int, in lines: [Substring], to fields: inout Classification.Fields) {
    let near = max(0, index - 2)..<min(lines.count, index + 6)
    for number in [index] + near.filter({ $0 != index }) {
      let line = MatchLine(lines[number])
      for detail in details {
        for (field, value) in detail.captures(in: line) ?? [] { fields.set(field, value) }
      }
    }
  }

  private func byStatus(_ lines: [Substring], exitCode: Int?, signal: Int?) -> Classification {
    let last = String((lines.last { !$0.trimmed.isEmpty } ?? "").trimmed.prefix(500))
    func named(_ type: ErrorType, _ message: String) -> Classification {
      Classification(type: type, transient: Transience.isTransient(type), message: last.isEmpty ? message : last)
    }
    switch (signal, exitCode) {
    case (9?, _), (_, 137?): return named(.outOfMemory, "The process was killed by signal 9.")
    case (let signal?, _): return named(.unknown, "The process was ended by signal \(signal).")
    case (_, 124?): return named(.timeout, "The command ran out of time (exit status 124).")
    case (_, 127?): return named(.codeError, "The command was not found (exit status 127).")
    case (_, 126?): return named(.permissionDenied, "The command could not be executed (exit status 126).")
    case (_, nil), (_, 0?): return Classification(type: .none, transient: false)
    case (_, let code?): return named(.unknown, "The command exited with \(code) and no message.")
    }
  }
}

extension Classification.Fields {
  /// Sets a field that is not set yet; a number that is none is left out.
  mutating func set(_ field: LineTemplate.Field, _ value: String) {
    switch field {
    case .column: column = column ?? value
    case .value: self.value = self.value ?? value
    case .table: table = table ?? value
    case .sheet: sheet = sheet ?? value
    case .url: url = url ?? value
    case .file: file = file ?? value
    case .constraint: constraint = constraint ?? value
    case .host: host = host ?? value
    case .expectedType: expectedType = expectedType ?? value
    case .expectedDate: expectedDate = expectedDate ?? value
    case .status: status = status ?? Int(value)
    case .row: row = row ?? Int(value)
    case .line: line = line ?? Int(value)
    }
  }
}
