import Foundation
import Journal
import Testing

@testable import Repair

/// What dbt 1.11 wrote on a real project; the fields that nobody reads are left out.
@Suite struct DBTResultsTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Artifacts")
  /// The project that dbt was run on; what was broken in it for that stands under `Artifacts/project`.
  private static let sample = URL(filePath: #filePath + "/../../../../config/pipelines/dbt/dbt").standardizedFileURL

  private func bytes(_ path: String) -> [UInt8]? {
    (try? Data(contentsOf: Self.folder.appending(path: path))).map { [UInt8]($0) }
  }

  private func read(
    _ name: String, attempt: String = "the-attempt", started: Date = .distantPast, target: String? = nil,
    manifest: Bool = true, change: (inout DBTResults.Artifacts) -> Void = { _ in }
  ) -> ResultReading {
    var artifacts = DBTResults.Artifacts(
      runResults: bytes("\(name)/run_results.json"), sources: bytes("\(name)/sources.json"),
      manifest: manifest ? bytes("manifest.json") : nil)
    change(&artifacts)
    let results = DBTResults(attempt: attempt, started: started, target: target) { path in
      [Self.folder.appending(path: "project"), Self.sample].lazy.compactMap {
        try? String(contentsOf: $0.appending(path: path), encoding: .utf8)
      }.first
    }
    return results.reading(artifacts)
  }

  private func failure(_ reading: ResultReading) throws -> (SourceOutcome, EventError) {
    let failed = reading.outcomes.filter { $0.status == .failed }
    #expect(failed.count == 1)
    let outcome = try #require(failed.first)
    return (outcome, outcome.error { Classifier().classify($0) })
  }

  @Test("A column that a model asks for in vain is told with the model's file and line")
  func wrongColumn() throws {
    let reading = read("wrong_column")
    #expect(reading.outcomes.count == 11)
    #expect(reading.outcomes.count { $0.status == .success } == 3)
    #expect(reading.outcomes.count { $0.status == .skipped } == 7)
    #expect(reading.outcomes.first { $0.source == "sample_orders" }?.rows == 10)
    let (outcome, error) = try failure(reading)
    #expect(outcome.source == "stg_orders")
    #expect(outcome.facts["path"] == "models/staging/stg_orders.sql" && outcome.facts["line"] == 6)
    #expect(error.type == "missing_column" && error.column == "state", "\(error)")
    #expect(error.message.hasSuffix("(models/staging/stg_orders.sql:6)"), "\(error.message)")
  }

  @Test("A value that a seed's type does not take is told with its column and value")
  func seedType() throws {
    let (outcome, error) = try failure(read("seed_type"))
    #expect(outcome.source == "sample_orders")
    #expect(outcome.facts["path"] == "seeds/sample_orders.csv")
    #expect(error.type == "type_mismatch" && error.value == "4x" && error.column == "quantity", "\(error)")
  }

  @Test("A failed test is told with its column, its model and the line of the schema file")
  func newCategory() throws {
    let (outcome, error) = try failure(read("new_category"))
    #expect(outcome.source == "stg_orders.status.accepted_values")
    #expect(outcome.facts["path"] == "models/staging/stg_orders.yml" && outcome.facts["line"] == 15)
    #expect(error.type == "constraint_violation" && error.column == "status" && error.table == "stg_orders")
    #expect(error.message.contains("Got 1 result"))
  }

  @Test("A source table that is not there is told by the model that reads it")
  func renamedSource() throws {
    let (outcome, error) = try failure(read("renamed_source"))
    #expect(outcome.source == "stg_products")
    #expect(error.type == "table_not_found" && error.table == "products_v2", "\(error)")
  }

  @Test("Sources that are too old are told each, with how old they are")
  func staleSource() throws {
    let reading = read("stale_source")
    #expect(reading.outcomes.map(\.source) == ["raw.customers", "raw.products"])
    #expect(reading.outcomes.allSatisfy { $0.status == .failed })
    #expect(reading.outcomes[0].message?.hasPrefix("its newest row is 325 days old, and 2 days are allowed") == true)
    #expect(reading.outcomes[0].facts["line"] == 7)
  }

  @Test("What another invocation, an earlier one or another target left is not taken for this one's")
  func foreign() {
    #expect(
      read("wrong_column", attempt: "other").problem
        == "run_results.json is of another invocation of dbt and was not read")
    let unnamed = read("wrong_column", started: .now + 86_400) { artifacts in
      let text = String(decoding: artifacts.runResults ?? [], as: UTF8.self)
      artifacts.runResults = Array(text.replacing("ERRATA_ATTEMPT", with: "OTHER").utf8)
    }
    #expect(unnamed.problem == "run_results.json is older than this attempt and was not read")
    #expect(
      read("seed_type", target: "prod").problem
        == "run_results.json is of the target 'dev', and 'prod' is meant: it was not read")
    #expect(read("seed_type", target: "dev").outcomes.count == 11)
  }

  @Test("What is cut off, or not there, is told and read as nothing")
  func broken() {
    let cut = read("wrong_column") { $0.runResults = $0.runResults.map { Array($0.prefix(500)) } }
    #expect(cut.outcomes.isEmpty && cut.problem?.hasPrefix("run_results.json is not what dbt writes") == true)
    #expect(read("nothing").problem?.hasPrefix("dbt left no run_results.json in this attempt") == true)
    let blind = read("wrong_column") { $0.manifest = [0x7B] }
    #expect(blind.outcomes.count == 11)
    #expect(blind.notes == ["manifest.json cannot be read, so that nodes are called by their identities"])
  }

  @Test("Without a manifest nodes are called by their identities")
  func unnamed() {
    let names = read("wrong_column", manifest: false).outcomes.map(\.source)
    #expect(names.contains("stg_orders") && names.contains("not_null_stg_orders_order_id"))
  }

  @Test(
    "What dbt selects for a node that is left: a model with what depends on it, a generic test by what it is about",
    arguments: [
      ("stg_orders", "stg_orders+"), ("sample_orders", "sample_orders+"), ("raw.customers", "source:raw.customers+"),
      ("stg_orders.status.accepted_values", "stg_orders,test_name:accepted_values"), ("gone", nil),
    ])
  func selectors(name: String, selector: String?) throws {
    let manifest = try #require(bytes("manifest.json"))
    let names = try #require(DBTNames(manifest: manifest))
    #expect(names.selector(of: name) == selector)
    #expect(names.all.count == 13)
  }
}
