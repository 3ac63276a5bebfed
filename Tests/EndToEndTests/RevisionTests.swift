import DataFiles
import Foundation
import Journal
import TestSite
import Testing

/// Files that are published anew at the addresses from which they were loaded.
@Suite("A revised release")
struct RevisionTests {
  /// The clinic with its files on a web site, each of them written an hour ago.
  private struct Place {
    let clinic: ClinicWorkspace
    let site: TestSite

    init(_ name: String, mode: String) async throws {
      site = try TestSite(["page.html": "<html><body></body></html>"])
      clinic = try await ClinicWorkspace(name, mode: "retry: {max_retries: 0}\n" + mode, address: site.address)
      for name in ["visits", "staff"] {
        for period in ["nov25", "dec25"] { try publish("Org,\(Self.column(name))\nA,1\nB,2\n", "\(name)_\(period)") }
      }
    }

    static func column(_ name: String) -> String { name == "visits" ? "Visits 2020" : "Staff" }

    func publish(_ text: String, _ name: String, minutesAgo: Double = 60) throws {
      try site.write("\(name).csv", text)
      let date = Date(timeIntervalSinceNow: -60 * minutesAgo)
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: site.path("\(name).csv"))
    }

    func raw() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: clinic.root + "/data/raw") }

    /// Runs, and gives the run's own events.
    func run(_ arguments: String...) async throws -> (ended: Ended, events: [Event]) {
      let ended = try await clinic.bench.run(Workbench.programs + "/errata", ["run"] + arguments)
      let all = try clinic.events()
      let run = all.last?.runID
      return (ended, all.filter { $0.runID == run })
    }
  }

  @Test("costs nothing while it is unchanged, is told once, and is loaded again with a count of what changed")
  func reported() async throws {
    let place = try await Place("revised", mode: "")
    #expect(try await place.run().ended.code == 0)
    let same = try await place.run()
    let look = try #require(same.events.first { $0.type == .releasesChecked })
    #expect(look.data["unchanged"] == 4 && look.data["fetched"] == 0 && look.data["revised"] == 0)
    #expect(!same.events.contains { $0.type == .stageStarted }, "\(same.ended.errors)")

    // One row changes, one comes.
    try place.publish("Org,Visits 2020\nC,3\nA,1\nB,5\n", "visits_nov25", minutesAgo: 5)
    let told = try await place.run()
    #expect(told.ended.code == 0)
    #expect(told.ended.errors.contains("clinic/nov25: visits_nov25.csv has changed at its address (visits)"))
    #expect(told.ended.errors.contains("`errata run --reload` loads again what has changed"), "\(told.ended.errors)")
    #expect(!told.events.contains { $0.type == .stageStarted })
    let status = try await place.clinic.errata("status").output
    #expect(status.contains("revised: visits_nov25.csv"), "\(status)")
    let again = try await place.run()
    #expect(!again.ended.errors.contains("revised") && !again.events.contains { $0.type == .releaseRevised })
    #expect(try await place.clinic.rows(of: "tbl_visits", period: "nov25") == 2)

    let reload = try await place.run("--reload", "--json")
    #expect(reload.ended.code == 0)
    #expect(reload.events.filter { $0.type == .sourceLoaded }.map(\.context.sourceCode) == ["visits"])
    #expect(
      reload.ended.errors.contains(
        "clinic/nov25 visits: loaded again, 3 rows instead of 2, 2 added, 1 removed"), "\(reload.ended.errors)")
    let document = try JSONDecoder().decode(JSONValue.self, from: Data(reload.ended.output.utf8))
    let counted = document["revised"]?.array?.first
    #expect(counted?["rows_added"] == 2 && counted?["rows_removed"] == 1)
    #expect(try await place.clinic.rows(of: "tbl_visits", period: "nov25") == 3)
    #expect(try !place.raw().contains { $0.contains(".before-") })
    let trace = try await place.clinic.errata("trace", "clinic/nov25").output
    #expect(trace.contains("loaded, 3 rows, +2 -1"), "\(trace)")
    #expect(trace.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(trace)")
    let listed = try await place.clinic.errata("events", "--type", "release_revised").output
    #expect(listed.contains("2 added, 1 removed"), "\(listed)")
  }

  @Test(
    "that does not load leaves the old rows, gets a fix, and is counted once that is merged; a dead server fails nothing"
  )
  func broken() async throws {
    var place: Place? = try await Place("broken", mode: "revisions: reload\n")
    let clinic = try #require(place).clinic
    #expect(try await place?.run().ended.code == 0)
    try place?.publish("Org,Staff\nA,1\nB,*\nC,4\n", "staff_nov25", minutesAgo: 5)
    try place?.publish("<!DOCTYPE html><html><body>Busy</body></html>", "visits_nov25", minutesAgo: 5)
    let failed = try #require(try await place?.run())
    #expect(failed.ended.code == 10, "\(failed.ended.errors)")
    #expect(failed.ended.errors.contains("visits_nov25.csv (corrupt_file); what is loaded stays"))
    #expect(
      failed.ended.errors.contains("clinic/nov25 staff: not loaded yet; the 2 rows of the release before stay"),
      "\(failed.ended.errors)")
    #expect(try await clinic.rows(of: "tbl_staff", period: "nov25") == 2)
    #expect(try await clinic.rows(of: "tbl_visits", period: "nov25") == 2)
    #expect(try place?.raw().contains { $0.contains("staff_nov25.csv.before-") } == true)
    let fix = try #require(try await clinic.fixes().first)
    #expect(fix.action == "add_null_values" && fix.verified && fix.source == "staff")
    #expect(try await clinic.errata("approve", fix.id).code == 0)

    let address = try #require(place?.site.address)
    place = nil
    let mended = try await clinic.errata("run")
    #expect(mended.code == 0, "\(mended.errors)")
    #expect(mended.errors.contains("staff: loaded again, 3 rows instead of 2, 2 added, 1 removed"))
    #expect(mended.errors.contains("\(address.dropFirst("http://".count)) (connection_failed); what is loaded stays"))
    #expect(try await clinic.rows(of: "tbl_staff", period: "nov25") == 3)
    let quiet = try await clinic.errata("run")
    #expect(quiet.code == 0 && !quiet.errors.contains("revised"), "\(quiet.errors)")
    #expect(try await clinic.state().urls["clinic/nov25"]?.status == .completed)
  }
}
