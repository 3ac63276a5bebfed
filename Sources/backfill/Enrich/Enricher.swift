internal import DataFiles
internal import Journal
internal import ManifestYAML

/// Gives a draft's sources their columns: the reference's where they match, else derived ones.
struct Enricher: Sendable {
  var references: [ReferenceSource]

  /// How much of a draft the reference knew.
  struct Matches: Hashable, Sendable {
    var sources = 0
    var matchedSources = 0
    var columns = 0
    var matchedColumns = 0

    /// The share of columns that took their definition from the reference, to three places.
    var rate: Double { columns == 0 ? 0 : (Double(matchedColumns) / Double(columns) * 1000).rounded() / 1000 }
  }

  /// An enriched manifest and what there is to say about it.
  struct Outcome: Sendable {
    var manifest: YAMLValue
    var matches = Matches()
    /// The sources that something is to be said of, by code.
    var warnings: [(source: String, message: String)] = []
  }

  /// Enriches a draft; `views` are what its sources hold, in its order.
  func enriched(_ draft: YAMLValue, views: [SourceView]) -> Outcome {
    let entries = draft["sources"]?.sequence ?? []
    let drafts = zip(entries, views).map { entry, view in
      (identity: SourceIdentity(entry), columns: view.names)
    }
    let pairs = SourceMatch.pairs(drafts: drafts, references: references)
    var outcome = Outcome(manifest: draft)
    var sources: [YAMLValue] = []
    var codes = Set(pairs.compactMap { $0.flatMap { Enricher.stable(references[$0].entry["code"]?.text) } })
    for ((entry, view), pair) in zip(zip(entries, views), pairs) {
      let reference = pair.map { references[$0] }
      var entry = entry
      if let reference {
        entry = Enricher.taking(reference, into: entry)
      } else {
        entry = Enricher.distinct(entry, &codes)
      }
      sources.append(finish(entry, view, reference, &outcome))
    }
    outcome.manifest = draft.setting("sources", .sequence(sources))
    return outcome
  }

  private func finish(
    _ entry: YAMLValue, _ view: SourceView, _ reference: ReferenceSource?, _ outcome: inout Outcome
  ) -> YAMLValue {
    let code = entry["code"]?.text ?? ""
    var result = entry.setting("files", Enricher.withoutPreviews(entry["files"]))
    let switchedOff = reference?.entry["enabled"] == .bool(false)
    if let reason = view.reasonToDisable, reference?.entry["enabled"] != .bool(true) {
      return Enricher.ordered(result.setting("description", .string(reason)).setting("enabled", false))
    }
    if switchedOff { result = result.setting("enabled", false) }
    if let trouble = view.trouble { outcome.warnings.append((code, trouble.description)) }
    if !references.isEmpty { outcome.matches.sources += 1 }
    if reference != nil { outcome.matches.matchedSources += 1 }
    guard let names = view.names else {
      if let columns = reference?.columns, !columns.isEmpty {
        result = result.setting("columns", .sequence(columns.map(ColumnEntry.typeLast)))
      }
      return Enricher.ordered(result)
    }
    let matches = ColumnMatch.pairs(names, reference?.columns ?? [])
    if !references.isEmpty {
      outcome.matches.columns += names.count
      outcome.matches.matchedColumns += matches.count { $0 != nil }
    }
    var columns = ColumnEntry.columns(names: names, view: view, matches: matches)
    let used = Set(matches.compactMap { $0?["original_name"]?.text })
    for missing in reference?.columns ?? [] {
      guard let name = missing["original_name"]?.text, !used.contains(name) else { continue }
      if missing["optional"] == .bool(true) {
        columns.append(ColumnEntry.typeLast(missing))
      } else {
        outcome.warnings.append((code, "the reference's column '\(name)' is not in the file"))
      }
    }
    return Enricher.ordered(result.setting("columns", .sequence(columns)))
  }

  /// What a source takes from its reference: names, table and description, and how its values are read. Where its table
  /// lies in the file is the draft's own finding.
  private static func taking(_ reference: ReferenceSource, into entry: YAMLValue) -> YAMLValue {
    var result = entry
    let own: Set = ["code", "name", "table", "enabled", "files", "columns", "sheet", "header_row", "range"]
    if let code = stable(reference.entry["code"]?.text) { result = result.setting("code", .string(code)) }
    if let table = stable(reference.entry["table"]?.text) { result = result.setting("table", .string(table)) }
    if let name = reference.entry["name"]?.text, PeriodMonth.months(in: name).isEmpty {
      result = result.setting("name", .string(name))
    }
    for item in reference.entry.mapping ?? [] where !own.contains(item.key) {
      result = result.setting(item.key, item.value)
    }
    guard let first = reference.entry["files"]?[0], var files = result["files"]?.sequence, !files.isEmpty else {
      return result
    }
    for key in ["null_values", "date_format", "decimal"] {
      if let value = first[key] { files[0] = files[0].setting(key, value) }
    }
    return result.setting("files", .sequence(files))
  }

  /// A reference's code or table, without a period that would be another one by now.
  private static func stable(_ name: String?) -> String? {
    guard let name, !PeriodMonth.months(in: name).isEmpty else { return name }
    let words = PeriodMonth.wordsWithoutPeriod(name)
    return words.isEmpty ? name : words.joined(separator: "_")
  }

  /// An unmatched source keeps away from the code of a matched one.
  private static func distinct(_ entry: YAMLValue, _ codes: inout Set<String>) -> YAMLValue {
    guard let code = entry["code"]?.text, !codes.insert(code).inserted else { return entry }
    var number = 2
    while !codes.insert("\(code)_\(number)").inserted { number += 1 }
    let name = "\(code)_\(number)"
    return entry.setting("code", .string(name)).setting("table", .string(SourceNames.table(code: name)))
  }

  private static func withoutPreviews(_ files: YAMLValue?) -> YAMLValue {
    .sequence(
      (files?.sequence ?? []).map { file in
        guard let entries = file.mapping else { return file }
        return .mapping(entries.filter { $0.key != "preview" })
      })
  }

  /// A source's keys in the order of the format's examples, others before its files.
  private static func ordered(_ entry: YAMLValue) -> YAMLValue {
    let first = ["code", "name", "description", "metadata", "table", "enabled"]
    let last = ["files", "columns"]
    let entries = entry.mapping ?? []
    func pick(_ keys: [String]) -> [YAMLValue.Entry] { keys.compactMap { key in entries.first { $0.key == key } } }
    return .mapping(pick(first) + entries.filter { !(first + last).contains($0.key) } + pick(last))
  }
}

extension YAMLValue {
  /// The mapping with a key's value set in its place, or added at the end.
  func setting(_ key: String, _ value: YAMLValue) -> YAMLValue {
    var entries = mapping ?? []
    if let index = entries.firstIndex(where: { $0.key == key }) {
      entries[index].value = value
    } else {
      entries.append(Entry(key: key, value: value))
    }
    return .mapping(entries)
  }
}
