internal import Foundation
internal import Journal
internal import ManifestYAML

/// Whether a value that a model came up with may stand where it wants it: known to the evidence, plain, and no secret.
struct AdvisedValue {
  let evidence: Evidence
  let failure: Failure
  let places: AdvisedPlaces

  /// The longest text of a value.
  static let longest = 500
  /// The most markers of one list.
  static let mostItems = 50

  func check(_ edit: FixEdit, for action: FixAction) throws(AdviserFault) {
    guard let new = edit.new else { throw AdviserFault("no value may be removed") }
    for text in texts(new) { try plain(text) }
    switch action {
    case .fixManifestType:
      guard let name = new.string, ColumnType(name) != nil else {
        throw AdviserFault("\(shown(new)) is no column type")
      }
    case .addNullValues: try markers(new, edit.old)
    case .fixManifestURL: try address(new, edit)
    case .fixSheetName: try among(evidence.sheets, new, "the workbook has no sheet")
    case .fixColumnName: try among(evidence.headers, new, "the file has no header")
    case .fixHeaderRow:
      guard new.string != nil || (1...100_000).contains(new.int ?? 0) else {
        throw AdviserFault("\(shown(new)) is neither a row from 1 nor a range")
      }
    case .fixLoadMode:
      guard ["append", "replace"].contains(new.string) else { throw AdviserFault("\(shown(new)) is no load mode") }
    case .markColumnOptional: guard new == true else { throw AdviserFault("'optional' can only become true") }
    case .disableSource: guard new == false else { throw AdviserFault("'enabled' can only become false") }
    case .fixDateFormat, .fixEncoding:
      guard new.string?.isEmpty == false else { throw AdviserFault("\(shown(new)) is not a text") }
    case .addColumn, .addPeriod, .removePeriod, .reviseGoal, .addConstraint:
      throw AdviserFault("'\(action.rawValue)' is not for an adviser")
    }
  }

  private func texts(_ value: JSONValue) -> [String] {
    if let text = value.string { return [text] }
    return (value.array ?? []).flatMap(texts)
  }

  private func plain(_ text: String) throws(AdviserFault) {
    guard text.utf8.count <= AdvisedValue.longest else {
      throw AdviserFault("a new value is longer than \(AdvisedValue.longest) bytes")
    }
    guard VisibleText.isPlain(text) else { throw AdviserFault("a new value holds characters that nobody can see") }
    guard Redaction.redact(text) == text else { throw AdviserFault("a new value looks as if it held a secret") }
  }

  private func shown(_ value: JSONValue) -> String {
    "'\(TextLayout.flattened(Redaction.redact(ValueText.plain(value)), longest: 60))'"
  }

  private func among(_ known: [String]?, _ new: JSONValue, _ problem: String) throws(AdviserFault) {
    guard let name = new.string, !name.isEmpty else { throw AdviserFault("\(shown(new)) is not a name") }
    guard let known, !known.contains(name) else { return }
    throw AdviserFault("\(problem) \(shown(new))")
  }

  /// Markers are added to what is named already, and each is in the data, where that was looked at.
  private func markers(_ new: JSONValue, _ old: JSONValue?) throws(AdviserFault) {
    guard let items = new.array, items.count <= AdvisedValue.mostItems, items.allSatisfy({ $0.string != nil }) else {
      throw AdviserFault("\(shown(new)) is not a list of at most \(AdvisedValue.mostItems) texts")
    }
    let before = old.map { $0.array ?? [$0] } ?? []
    guard Array(items.prefix(before.count)) == before else {
      throw AdviserFault("markers that are named already have to stay, in their order")
    }
    for item in items.dropFirst(before.count) {
      // A number read as null would be data lost.
      guard let text = item.string, NumberShape(text.trimmed) == nil else {
        throw AdviserFault("\(shown(item)) is a number and no marker")
      }
      let columns = evidence.failingColumns
      guard
        columns.isEmpty
          || columns.contains(where: { column in
            column.truncated || column.values.contains { $0.value.trimmed == text.trimmed }
          })
      else { throw AdviserFault("\(shown(item)) is not among the values that do not fit") }
    }
  }

  /// A place's new address: on a host that the source or its pages have already, so that no text can lead elsewhere.
  private func address(_ new: JSONValue, _ edit: FixEdit) throws(AdviserFault) {
    guard let text = new.string else { throw AdviserFault("\(shown(new)) is not an address") }
    if edit.selector.steps.last == .key("extract") {
      return try among(evidence.members, new, "the archive has no file")
    }
    guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), parts.user == nil else {
      throw AdviserFault("\(shown(new)) is not an address")
    }
    let known =
      [edit.old?.string, failure.url, places.publication?.node["url"]?.text, evidence.page?.url, evidence.landing?.url]
      .compactMap { $0.flatMap(URLComponents.init(string:)) }
    guard known.contains(where: { $0.scheme?.lowercased() == scheme && $0.host == parts.host && $0.port == parts.port })
    else { throw AdviserFault("\(shown(new)) is on a host that neither the source nor its pages are on") }
    let links = [evidence.page, evidence.landing].compactMap(\.self).flatMap(\.links)
    guard links.isEmpty || links.contains(where: { $0.url == text }) else {
      throw AdviserFault("no page that was read links \(shown(new))")
    }
    guard scheme != "file" || links.contains(where: { $0.url == text }) else {
      throw AdviserFault("\(shown(new)) is a file of this machine that no page links")
    }
  }
}

extension AdvisedValue {
  /// What the edits give up, judged by the edits alone.
  static func loss(of edits: [FixEdit], for action: FixAction, evidence: Evidence) -> Loss {
    let rows = evidence.values?.totalRows ?? 0
    switch action {
    case .fixManifestType:
      let isText = edits.contains { edit in
        func kind(_ value: JSONValue?) -> ColumnType? { value?.string.flatMap { ColumnType($0) } }
        guard case .varchar? = kind(edit.new) else { return false }
        if case .varchar? = kind(edit.old) { return false }
        return true
      }
      return isText ? Loss(.arithmetic, values: rows) : Loss(.widening, values: evidence.values?.failing ?? 0)
    case .markColumnOptional: return Loss(.column)
    case .disableSource: return Loss(.source, values: rows)
    default: return Loss(.nothing, values: evidence.values?.failing ?? 0)
    }
  }

  /// What the edits do in a few words; none of them are the model's but the new value.
  static func summary(of edit: FixEdit, for action: FixAction, more: Int, failure: Failure) -> String {
    if action == .disableSource { return "leave out \(failure.source ?? failure.stage)" }
    guard case .key(let key)? = edit.selector.steps.last else { return action.rawValue }
    let others = more > 0 ? " and \(more) more" : ""
    return "set \(key) to \(edit.new.map(ValueText.plain) ?? "nothing")\(others), as an adviser suggests"
  }
}
