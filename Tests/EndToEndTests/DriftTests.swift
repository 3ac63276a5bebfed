import Foundation
import Journal
import Testing

/// A producer changes many columns of many tables at once.
@Suite("A schema drift")
struct DriftTests {
  /// A shop with four tables, and a library that has nothing to do with it.
  private static func shop(_ name: String, mode: String = "") async throws -> DriftWorkspace {
    let place = try await DriftWorkspace(
      name,
      [
        "shop": [
          "orders": [("order_id", "integer"), ("customer_id", "varchar"), ("total", "integer"), ("placed_on", "date")],
          "payments": [("payment_id", "integer"), ("customer_id", "varchar"), ("amount", "integer")],
          "refunds": [("refund_id", "integer"), ("customer_id", "varchar"), ("reason", "varchar")],
          "stock": [("item", "varchar"), ("pieces", "integer")],
        ],
        "library": ["loans": [("loan_id", "integer"), ("reader", "varchar")]],
      ], mode: mode)
    try release(place, second: false)
    #expect(try await place.errata("run").code == 0)
    return place
  }

  /// The first release, or the one after the shop's producer went to another schema.
  private static func release(_ place: DriftWorkspace, second: Bool, rows count: Int = 12) throws {
    let all = ["Abel", "Bella", "Cora", "Dirk", "Emma", "Finn", "Gina", "Hugo", "Iris", "Jan", "Kaya", "Leo"]
    let names = all.prefix(count)
    func rows(_ cells: (Int, String) -> [String]) -> [[String]] { names.enumerated().map { cells($0, $1) } }
    try place.publish(
      .init(
        headers: second
          ? ["order_id", "customer_key", "order_total", "placed_on", "currency"]
          : ["order_id", "customer_id", "total", "placed_on"],
        rows: rows { index, name in
          ["\(100 + index)", name, "\(index * 7 + 3)", "2025-03-\(10 + index)"] + (second ? ["EUR"] : [])
        }), "orders")
    try place.publish(
      .init(
        headers: ["payment_id", second ? "customer_key" : "customer_id", "amount"],
        rows: rows { index, name in ["\(300 + index)", name, second ? "\(index * 5).50" : "\(index * 5)"] }), "payments"
    )
    try place.publish(
      .init(
        headers: ["refund_id", second ? "customer_key" : "customer_id"] + (second ? [] : ["reason"]),
        rows: rows { index, name in ["\(500 + index)", name] + (second ? [] : ["broken \(index)"]) }), "refunds")
    try place.publish(
      .init(headers: ["item", "pieces"], rows: rows { index, _ in ["item \(index)", "\(index)"] }), "stock")
    try place.publish(
      .init(
        headers: ["loan_id", second ? "reader_name" : "reader"],
        rows: rows { index, name in ["\(900 + index)", "\(name) Smith"] }), "loans")
  }

  @Test("is one incident on one branch: rejected it does not come back, and approved it heals every source")
  func decided() async throws {
    let place = try await Self.shop("drift")
    try Self.release(place, second: true)
    let ended = try await place.errata("run")
    #expect(ended.code == 10, "\(ended.errors)")
    let detected = try place.events().filter { $0.type == .schemaDriftDetected }
    let drift = try #require(detected.first)
    let id = try #require(drift.data["incident"]?.string)
    let branch = "errata/shop/_many/schema_drift-\(id)"
    #expect(detected.count == 1 && drift.data["branch"] == .string(branch))
    let mapping = drift.data["mapping"]?.array?.map { "\($0["from"]?.string ?? "") \($0["to"]?.string ?? "")" }
    #expect(mapping == ["customer_id customer_key", "total order_total"])
    #expect(drift.data["plan"]?.array?.count == 5)
    #expect(ended.errors.contains("schema drift \(id), one plan: all 3 have an edit that holds"), "\(ended.errors)")

    // The library's column was renamed in the same run, and has nothing to do with it.
    let fixes = try await place.fixes()
    #expect(
      fixes.filter { $0.incident == id }.map(\.source).sorted { $0 ?? "" < $1 ?? "" } == [
        "orders", "payments", "refunds",
      ])
    let loans = try #require(fixes.first { $0.publication == "library" })
    #expect(loans.incident == nil && loans.branch.hasPrefix("errata/library/y25/loans-fix_column_name-"))
    #expect(try await place.branches() == [loans.branch, branch].sorted())
    #expect(try await place.bench.git("rev-list", "--count", "main..\(branch)") == "3")
    let message = try await place.bench.git("log", "-1", "--format=%B", branch)
    for part in [
      "customer_id -> customer_key", "amount from integer to numeric", "reason is gone", "Errata-Incident: \(id)",
    ] {
      #expect(message.contains(part), "\(message)")
    }
    try await place.bench.git("merge", "--quiet", "--no-edit", loans.branch)

    #expect(try await place.errata("reject", id, "--reason", "let us ask them first").code == 0)
    let after = try await place.errata("run")
    #expect(after.code == 30, "\(after.errors)")
    #expect(try await place.branches() == [loans.branch])
    #expect(try await place.fixes().filter { $0.incident == id }.map(\.status) == [.rejected, .rejected, .rejected])
    #expect(try place.events().filter { $0.type == .schemaDriftDetected }.count == 1)

    // A further release is other evidence.
    try Self.release(place, second: true, rows: 11)
    let again = try await place.errata("run")
    #expect(again.code == 10, "\(again.errors)")
    #expect(try await place.branches() == [loans.branch, branch].sorted())
    let approved = try await place.errata("approve", id)
    #expect(approved.code == 0, "\(approved.errors)")
    let healed = try await place.errata("run")
    #expect(healed.code == 0, "\(healed.errors)")
    let answer = try await place.query(
      """
      SELECT (SELECT count(customer_id) FROM tbl_orders) || ' ' || (SELECT sum(total) FROM tbl_orders) || ' '
        || (SELECT typeof(any_value(amount)) FROM tbl_payments) || ' ' || (SELECT count(*) - count(reason) FROM tbl_refunds)
        || ' ' || (SELECT count(*) FROM tbl_stock) AS answer
      """)
    #expect(answer == ["11 418 \(answer.first?.split(separator: " ").dropFirst(2).first ?? "")" + " 11 11"])
    #expect(answer.first?.contains("DECIMAL") == true || answer.first?.contains("DOUBLE") == true)
    #expect(try await place.bench.git("status", "--porcelain").isEmpty)
  }
}
