import Dashboard
import Foundation
import Journal
import Supervisor

/// The dashboard of a journal that grows: drawn anew when there are new events, or a new day.
actor LivePage {
  private let source: DashboardSource
  private var tail: JournalTail
  private var events: [Event] = []
  private var drawing: (version: String, page: Task<ServedPage, any Error>)?

  init(_ source: DashboardSource) {
    self.source = source
    tail = JournalTail(logs: source.workspace.logs)
  }

  /// The page as it is now.
  func page() async throws -> ServedPage {
    let added = try tail.next()
    Terminal.tell(added.warnings)
    events += added.events
    let now = Date()
    let version = "\(events.count)-\(RunID.day(now))"
    if let drawing, drawing.version == version { return try await drawing.page.value }
    let history = events
    let page = Task { [source] in
      let news = SharedLedger(workspace: source.workspace).news(for: history)
      return try ServedPage(of: try await source.fold(history + news, now: now), version: version)
    }
    drawing = (version, page)
    return try await page.value
  }
}
