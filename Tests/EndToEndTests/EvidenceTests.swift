import Foundation
import Journal
import Testing

/// What is gathered of a failure in each of the four stages.
@Suite("Evidence")
struct EvidenceTests {
  private func bundle(_ name: String, _ ground: FaultGround) async throws -> JSONValue {
    let ended = try await ground.errata("diagnose", "\(name)/nov25", "--json")
    let document = try JSONDecoder().decode(JSONValue.self, from: Data(ended.output.utf8))
    return try #require(document.array?.first, "\(name): \(ended.errors)")
  }

  @Test("fills the context bundle for a failure of each stage, and is recorded without the data's values")
  func stages() async throws {
    let names = ["page-moved", "reference-broken", "marker-star", "program-error"]
    let faults = try Fault.all().filter { names.contains($0.name) }
    try #require(faults.count == names.count)
    let ground = try await FaultGround(faults, mode: "human-in-loop")
    _ = try await ground.errata("run")
    for fault in faults {
      let bundle = try await bundle(fault.name, ground)
      #expect(bundle["error_event"]?["error"]?["type"]?.string == fault.expect.error)
      #expect(["source_failed", "stage_failed"].contains(bundle["error_event"]?["event_type"]?.string))
      let pipeline = try #require(bundle["pipeline_context"])
      #expect(pipeline["publication"]?.string == fault.name && pipeline["period"]?.string == "nov25")
      #expect(pipeline["stage"]?.string == fault.expect.stage && pipeline["url"]?.string != nil)
      let state = try #require(bundle["state_context"])
      #expect(["failed", "partial"].contains(state["url_status"]?.string), "\(fault.name): \(state)")
      for key in ["sources_loaded", "sources_failed", "sources_pending"] { #expect(state[key]?.array != nil) }
      #expect(bundle["available_actions"]?.array?.contains("escalate_to_human") == true)
      #expect(bundle["investigation_data"]?.object != nil)
    }

    let page = try await bundle("page-moved", ground)["investigation_data"]
    #expect(page?["page"]?["status"]?.int == 404)
    #expect(page?["landing_page"]?["headings"]?.array == ["Clinics"])
    #expect(page?["landing_page"]?["links"]?.array?.count == 2)

    let marker = try await bundle("marker-star", ground)
    #expect(marker["pipeline_context"]?["source_code"]?.string == "clinics")
    #expect(marker["pipeline_context"]?["manifest_file"]?.string?.hasSuffix("marker-star_nov25_enriched.yaml") == true)
    #expect(marker["state_context"]?["sources_loaded"]?.array == ["steady"])
    #expect(marker["state_context"]?["sources_failed"]?.array == ["clinics"])
    let found = try #require(marker["investigation_data"])
    for key in ["original_name", "semantic_name", "data_type"] {
      #expect(found["manifest_column_definition"]?[key]?.string?.isEmpty == false)
    }
    #expect(found["actual_data_sample"]?.array?.isEmpty == false)
    #expect(found["db_table_exists"] == false && found["db_table_columns"]?.array == [], "\(found)")
    #expect(found["neighbouring_columns"]?.array?.isEmpty == false)
    #expect(found["load_history"]?.array == [])
    #expect(found["layout"]?["encoding"]?.string == "utf-8" && found["layout"]?["delimiter"]?.string == ",")
    #expect(found["fitting_types"]?.array == [])
    #expect(found["fitting_types_without_markers"]?.array?.first == "INTEGER")

    let program = try await bundle("program-error", ground)
    #expect(program["investigation_data"]?["log_tail"]?.array?.isEmpty == false)
    #expect(program["state_context"]?["sources_loaded"]?.array?.count == 2)

    let diagnosed = try ground.events().filter { $0.type == .failureDiagnosed }
    #expect(Set(diagnosed.compactMap(\.context.publication)) == Set(names))
    for event in diagnosed {
      let path = try #require(event.data["evidence"]?.string)
      let text = try String(contentsOfFile: "\(ground.root)/\(path)", encoding: .utf8)
      let evidence = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
      guard event.context.publication == "marker-star" else { continue }
      #expect(evidence["profile"]?["rows"]?.int == evidence["values"]?["total_rows"]?.int)
      #expect(evidence["input"]?["sha256"]?.string != nil)
      #expect(evidence["values"]?["values"]?.array?.first?["value"]?.string == "*")
      #expect(evidence["values"]?["sample"]?.array?.allSatisfy { $0.string?.contains("9") == true } == true)
    }
  }
}
