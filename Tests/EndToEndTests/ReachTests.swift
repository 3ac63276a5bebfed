import Foundation
import Journal
import Testing

/// A fix for this and future periods.
@Suite("Month two")
struct ReachTests {
  private static let reference = "manifests/production/clinic.yaml"

  /// A publication whose first month has loaded and whose manifest has become the reference.
  private func started(_ name: String) async throws -> ClinicWorkspace {
    let clinic = try await ClinicWorkspace(name)
    try FileManager.default.removeItem(atPath: clinic.root + "/manifests")
    try clinic.write(
      """
      schema_version: 1
      database: data/warehouse.duckdb
      stages:
        - name: manifest
          command: [backfill, manifest, --publication, "{publication}", --period, "{period}", --url, "{url}", --output, "{manifest}"]
          produces: {manifest: "manifests/backfill/{publication}/{publication}_{period}.yaml"}
          existing: keep
        - name: enrich
          command: [backfill, enrich, --input, "{manifest}", --output, "{enriched}", --reference, "{reference_manifest}"]
          produces: {enriched: "manifests/backfill/{publication}/{publication}_{period}_enriched.yaml"}
          existing: keep
        - name: load
          scope: source
          exclusive: "{database}"
          command: [backfill, load, --manifest, "{enriched}", --source, "{source}", --database, "{database}"]
          verify: [backfill, load, --manifest, "{enriched}", --source, "{source}", --database, "{scratch_database}"]
          undo: [backfill, unload, --manifest, "{enriched}", --source, "{source}", --database, "{database}"]

      """, to: "config/pipeline.yaml")
    try publish("oct25", "Org,Visits\nA,1\nB,2\n", clinic)
    try configure(["oct25"], reference: false, clinic)
    let ended = try await clinic.errata("run")
    #expect(ended.code == 0, "\(ended.errors)")
    try clinic.write(try clinic.text(Self.manifest("oct25")), to: Self.reference)
    return clinic
  }

  private static func manifest(_ period: String) -> String {
    "manifests/backfill/clinic/clinic_\(period)_enriched.yaml"
  }

  private func publish(_ period: String, _ text: String, _ clinic: ClinicWorkspace) throws {
    try clinic.write(text, to: "files/visits_\(period).csv")
    try clinic.write(
      "<html><body><a href=\"visits_\(period).csv\">Visits</a></body></html>\n", to: "files/\(period).html")
  }

  private func configure(
    _ periods: [String], reference: Bool, landing: Bool = false, _ clinic: ClinicWorkspace
  ) throws {
    let urls = periods.map { "    - {period: \($0), url: \"file://\(clinic.root)/files/\($0).html\"}\n" }.joined()
    var line = reference ? "    reference_manifest: \(Self.reference)\n" : ""
    if landing { line += "    landing_page: file://\(clinic.root)/files/landing.html\n" }
    try clinic.write(
      "publications:\n  clinic:\n    name: Clinics\n\(line)    urls:\n\(urls)", to: "config/publications.yaml")
  }

  @Test("does not repeat month one: the fix is in the reference too, was tried on the months at hand, and goes as one")
  func monthTwo() async throws {
    let clinic = try await started("month-two")
    try configure(["oct25", "nov25"], reference: true, clinic)
    try publish("nov25", "Org,Visits\nA,1\nB,*\nC,3\n", clinic)
    try await clinic.commit("November")
    let month1 = try await clinic.errata("run")
    #expect(month1.code == 10, "\(month1.errors)")
    let fix = try #require(try await clinic.fixes().first)
    #expect(fix.reach == .thisAndFuture && fix.referenceFile == Self.reference)
    #expect(Set(fix.files) == [Self.manifest("nov25"), Self.reference])
    let message = try await clinic.bench.git("log", "-1", "--format=%B", fix.branch)
    #expect(message.contains("Errata-Reach: this_and_future"))
    #expect(message.replacing("\n", with: " ").contains("On 1 other period at hand (oct25)"), "\(message)")
    let before = try clinic.text(Self.reference)
    let again = try await clinic.errata("run")
    #expect(again.code == 20, "\(again.errors)")

    #expect(try await clinic.errata("approve", fix.id).code == 0)
    #expect(try clinic.text(Self.reference).contains("null_values"))
    try configure(["oct25", "nov25", "dec25"], reference: true, clinic)
    try publish("dec25", "Org,Visits\nA,*\nB,7\n", clinic)
    try await clinic.commit("December")
    let month2 = try await clinic.errata("run")
    #expect(month2.code == 0, "\(month2.errors)")
    let failed = try clinic.events().filter { $0.type == .sourceFailed }
    #expect(Set(failed.map(\.context.urlKey)) == ["clinic/nov25"])
    #expect(try await clinic.state().urls.values.allSatisfy { $0.status == .completed })

    #expect(try await clinic.errata("rollback", fix.id).code == 0)
    #expect(try clinic.text(Self.reference) == before)
    #expect(try clinic.text(Self.manifest("nov25")).contains("null_values") == false)
    #expect(try await clinic.fixes().first?.status == .reverted)
  }

  @Test("keeps a fix to its month when another one would lose values by it")
  func losesElsewhere() async throws {
    let clinic = try await started("loses-elsewhere")
    try configure(["oct25", "nov25"], reference: true, clinic)
    // October kept its stars as text.
    let october = try clinic.text(Self.manifest("oct25")).replacing("data_type: integer", with: "data_type: varchar")
    try clinic.write(october, to: Self.manifest("oct25"))
    let cache = try #require(
      try FileManager.default.contentsOfDirectory(atPath: clinic.root + "/data/raw").first { $0.hasSuffix("oct25.csv") }
    )
    try clinic.write("Org,Visits\nA,1\nB,*\n", to: "data/raw/\(cache)")
    try publish("nov25", "Org,Visits\nA,1\nB,*\nC,3\n", clinic)
    try await clinic.commit("November")
    _ = try await clinic.errata("run")
    let fix = try #require(try await clinic.fixes().first)
    #expect(fix.reach == .thisPeriod && fix.files == [Self.manifest("nov25")])
    let message = try await clinic.bench.git("log", "-1", "--format=%B", fix.branch)
    #expect(message.replacing("\n", with: " ").contains("in oct25 1 value of visits"), "\(message)")
  }

  @Test("is proposed when the landing page links it, loads once that is merged, and goes when that is rolled back")
  func newPeriod() async throws {
    let clinic = try await started("new-period")
    try configure(["oct25"], reference: true, landing: true, clinic)
    try publish("nov25", "Org,Visits\nA,1\nB,3\n", clinic)
    let links = ["sep25", "oct25", "nov25", "dec25"].map { "<a href=\"\($0).html\">Clinics, \($0)</a>" }.joined()
    try clinic.write(
      "<html><body>\(links)<a href=\"contact.html\">May 2026</a></body></html>", to: "files/landing.html")
    try await clinic.commit("Landing page")
    let ended = try await clinic.errata("run")
    #expect(ended.code == 10, "\(ended.errors)")
    let fix = try #require(try await clinic.fixes().first)
    // December's page is not there yet, so no manifest can be made of it.
    #expect(fix.action == "add_period" && fix.verified && fix.changes.map { $0.new?["period"] } == ["nov25"])
    #expect(fix.changes.first?.selector == "publications.clinic.urls[period=nov25]")
    #expect(try await clinic.bench.git("diff", "--numstat", "main", fix.branch).hasPrefix("1\t0\t"))
    let refs = try await clinic.refs()
    #expect(try await clinic.errata("run").code == 0)
    #expect(try await clinic.refs() == refs)

    #expect(try await clinic.errata("approve", fix.id).code == 0)
    #expect(try await clinic.errata("run").code == 0)
    #expect(try await clinic.state().urls["clinic/nov25"]?.status == .completed)
    #expect(try await clinic.errata("rollback", fix.id).code == 0)
    #expect(try await clinic.errata("run").code == 0)
    #expect(try await clinic.fixes().map(\.status) == [.reverted])
  }
}
