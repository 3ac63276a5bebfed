import DataFiles
import Foundation
import Journal
import Testing

/// A run and `errata mirror` with a database that takes the events, and with one that is not there.
@Suite("The mirror")
struct MirrorTests {
  private func place() throws -> SmallWorkspace {
    let place = try SmallWorkspace("mirror")
    try place.replacePipeline(command: ["true"])
    return place
  }

  @Test("is as far as the journal after a run, and each event is there once")
  func follows() async throws {
    let place = try place()
    try place.write("mirror: {duckdb: events.duckdb}\n", to: "config/outputs.yaml")
    #expect(try await place.errata("mirror", "--status").output.contains("Behind") == false)
    try await place.commit()
    #expect(try await place.errata("run").code == 0)
    let status = try await place.errata("mirror", "--status")
    #expect(status.output.hasSuffix("Nothing is behind.\n"), "\(status.output)")
    let counted = try await DuckDB.locate().query(
      "SELECT count(*) AS n FROM datawarp.tbl_pipeline_events", in: .readOnly(place.root + "/events.duckdb"))
    let events = try place.events().count
    #expect(counted.first?["n"]?.int == events)
    #expect(try await place.errata("mirror").errors.contains("0 new events are in the DuckDB database events.duckdb."))
    // A database of its own, and all of the history.
    let other = try await place.errata("mirror", "--to", "other.duckdb", "--json")
    #expect(other.code == 0 && other.output.contains("\"events\" : \(events)"), "\(other.output)")
  }

  @Test("that is down, or whose address is not set, is a sentence of a run and no more")
  func down() async throws {
    let place = try place()
    try place.write("mirror: {url_env: NO_SUCH_MIRROR}\n", to: "config/outputs.yaml")
    try await place.commit()
    let first = try await place.errata("run")
    #expect(first.code == 0)
    #expect(first.errors.contains("The events were not mirrored, since the variable NO_SUCH_MIRROR"))
    try place.write("timeout_seconds: 5\nmirror: {duckdb: /proc/none/events.duckdb}\n", to: "config/outputs.yaml")
    let second = try await place.errata("run")
    #expect(second.code == 0)
    #expect(second.errors.contains("The events were not mirrored, since"))
    let told = try place.events()
    #expect(told.contains { $0.data["operation"] == "mirror events" && $0.type == .operationFailed })
    #expect(try await place.errata("mirror").code == 1)
    #expect(
      try await place.errata("mirror", "--to", "postgres://me:s3cret@127.0.0.1:9/x").errors.contains("s3cret") == false)
  }
}
