import Journal

/// The state as a table for people: a line a period, and a line for each source of it that is not loaded.
enum StatusText {
  static func table(of state: BackfillState) -> String {
    var table = TextTable(["PERIOD", "STATUS", "LOADED", "ROWS", "NOTE"])
    for (key, url) in state.urls.sorted(by: { $0.key < $1.key }) {
      let enabled = url.sources.filter { $0.value.status != .disabled }
      let loaded = enabled.values.filter { $0.status == .loaded }
      let rows = loaded.reduce(0) { $0 + ($1.rows ?? 0) }
      table.add(key, url.status.rawValue, "\(loaded.count)/\(enabled.count)", "\(rows)", note(on: url))
      for (code, source) in enabled.sorted(by: { $0.key < $1.key }) where source.status != .loaded {
        table.add("  " + code, source.status.rawValue, "", "", sourceNote(source))
      }
    }
    return table.text
  }

  private static func note(on url: URLRecord) -> String {
    if let day = url.pendingUntil { return "\(url.reason ?? "waits") until \(day)" }
    return url.reason ?? ""
  }

  private static func sourceNote(_ source: SourceRecord) -> String {
    [source.error, source.column, source.fix.map { "fix \($0)" }].compactMap(\.self).joined(separator: " · ")
  }
}
