import Journal
import ManifestYAML
import Testing

@testable import Repair

/// Edits in YAML of another shape, such as a dbt project's.
struct MappedCandidatesTests {
  private static let project = """
    seeds:
      shop:
        orders:
          +column_types:
            quantity: integer   # pieces
            day: date
    """
  private static let sources = """
    version: 2
    sources:
      - name: raw
        tables:
          - name: customers
            identifier: customers
          - name: products
            identifier: products   # published monthly
      - name: old
        tables: [{name: products, identifier: products_2019}]
    """

  private func mapped() throws -> MappedManifest {
    MappedManifest(
      map: ManifestMap(places: [
        .init(
          .columnType, files: "dbt/dbt_project.yml",
          path: try #require(MapPath("seeds.*.{source}.+column_types.{column}"))),
        .init(
          .sourceTable, files: "dbt/models/**/*.yml", path: try #require(MapPath("sources[*].tables[*].identifier"))),
      ]),
      files: [
        try YAMLFile(Array(Self.project.utf8), name: "dbt/dbt_project.yml"),
        try YAMLFile(Array(Self.sources.utf8), name: "dbt/models/sources.yml"),
      ])
  }

  private func failure(
    _ type: ErrorType, source: String = "orders", column: String? = nil, value: String? = nil, table: String? = nil,
    file: String? = nil, message: String = ""
  ) -> Failure {
    var error = EventError(type, message)
    error.column = column
    error.value = value
    error.table = table
    error.file = file
    return Failure(publication: "shop", period: "current", source: source, stage: "build", error: error)
  }

  private func candidates(_ failure: Failure) throws -> [Candidate] {
    Candidates.all(for: failure, evidence: Evidence(), manifest: nil, mapped: try mapped())
  }

  @Test("A type is widened as little as the value needs, by its own bytes")
  func types() throws {
    let found = try candidates(failure(.typeMismatch, column: "quantity", value: "3000000000"))
    #expect(found.map { $0.edits.first?.new } == ["bigint", "varchar"])
    #expect(found.map(\.action) == [.fixManifestType, .fixManifestType])
    #expect(found[0].loss.kind == .widening && found[0].safe && found[1].loss.kind == .arithmetic && !found[1].safe)
    let edit = try #require(found.first?.edits.first)
    #expect(edit.file == "dbt/dbt_project.yml")
    let file = try YAMLFile(Array(Self.project.utf8), name: edit.file)
    let after = try file.patched(edit.operations(in: file)).bytes
    #expect(
      String(decoding: after, as: UTF8.self)
        == Self.project.replacing("quantity: integer   # pieces", with: "quantity: bigint   # pieces"))
    #expect(
      try candidates(failure(.typeMismatch, column: "quantity", value: "x")).map { $0.edits[0].new } == ["varchar"])
    #expect(try candidates(failure(.dateFormat, column: "day", value: "1/2/26")).map { $0.edits[0].new } == ["varchar"])
    #expect(try candidates(failure(.typeMismatch, column: "quantity")).isEmpty)
    #expect(try candidates(failure(.typeMismatch, column: "price", value: "x")).isEmpty)
    #expect(try candidates(failure(.typeMismatch, source: "other", column: "quantity", value: "x")).isEmpty)
  }

  @Test("A table that is gone gets the name that the database offers, and a person decides")
  func tables() throws {
    let message = "Catalog Error: Table with name products does not exist!\nDid you mean \"raw.products_v2\"?"
    let found = try candidates(failure(.tableNotFound, source: "stg_products", table: "raw.products", message: message))
    #expect(found.count == 1)
    #expect(found[0].edits.map(\.selector.description) == ["sources[name=raw].tables[name=products].identifier"])
    #expect(found[0].edits.map(\.new) == ["products_v2"] && found[0].restsOnLikeness && !found[0].safe)
    #expect(try candidates(failure(.tableNotFound, table: "products", message: "no such table")).isEmpty)
    #expect(try candidates(failure(.tableNotFound, table: "sales", message: message)).isEmpty)
  }

  @Test("What the map has no place for is said, and of code the file and line")
  func gaps() throws {
    let map = try mapped()
    #expect(map.gap(for: failure(.typeMismatch, column: "quantity", value: "x")) == nil)
    #expect(
      map.gap(for: failure(.typeMismatch, column: "price"))
        == "No place of the manifest map holds the type (column_type) of 'price' in orders.")
    #expect(
      map.gap(for: failure(.tableNotFound, table: "raw.sales"))
        == "No place of the manifest map holds the name (source_table) of the table 'sales'.")
    #expect(
      map.gap(for: failure(.missingColumn, file: "dbt/a.sql", message: "no column (x) found (dbt/a.sql:6)"))
        == "Only code could mend this, which Errata never edits: correct dbt/a.sql:6.")
    #expect(
      map.gap(for: failure(.nullViolation, file: "dbt/a.yml"))
        == "The manifest map has no place for what could mend a failure of the type null_violation.")
    #expect(MappedManifest().gap(for: failure(.missingColumn)) == nil)
  }

  @Test(
    "Texts that are no path", arguments: ["", "a..b", "a[0].b", "{place}.x", "a[*", "a.[*].b"])
  func paths(text: String) { #expect(MapPath(text) == nil) }
}
