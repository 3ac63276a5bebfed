internal import Journal
internal import Repair

/// What a mender has to know of the past: what was loaded, and which drifts there were.
struct MendingPast: Sendable {
  var memory = RunMemory()
  var drifts = DriftBook()

  /// The addresses from which a source of any period was fetched, in the order of their URL keys.
  func addresses(of source: String, publication: String) -> [String] {
    let subject = DriftSign.subject(of: source)
    return memory.releases.files.filter { file in
      file.publication == publication && file.sources.contains { DriftSign.subject(of: $0) == subject }
    }.map(\.url)
  }
}

/// A failure that is mended by itself: told only, or looked into already because it might have been a part of a drift.
enum Undiagnosed {
  case told(Failure)
  case diagnosed(MendingCase)
}

/// The drift that a failure is a part of.
struct MendingIncident: Sendable {
  let cause: FixCause
  var part: Report.Incident
}
