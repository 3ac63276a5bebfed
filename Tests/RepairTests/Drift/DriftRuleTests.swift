import Journal
import Testing

@testable import Repair

@Suite("What makes failures one change upstream") struct DriftRuleTests {
  private static func sign(
    _ publication: String, _ source: String, _ renames: [(String, String)] = [], retypes: [String] = [],
    period: String = "jun25", origin: String? = nil, version: String? = nil, likeness: Double = 0.7, loaded: Bool = true
  ) -> DriftSign {
    DriftSign(
      publication: publication, period: period, source: source, origin: origin,
      renames: renames.map { DriftSign.Rename(column: $0.0, old: $0.0, new: $0.1, likeness: likeness) },
      retypes: retypes.map { DriftSign.Retype(column: $0, old: "integer", new: "double") },
      version: version.map { UpstreamVersion(place: "the address", before: "1", after: $0) }, hasLoaded: loaded)
  }

  private static func places(_ drifts: [SchemaDrift]) -> [[String]] { drifts.map { $0.signs.map(\.place) } }

  @Test("Three sources that share a rename are one drift, of one publication or of several")
  func shared() {
    let names = [("customer_id", "customer_key")]
    let signs = [Self.sign("a", "orders", names), Self.sign("b", "refunds", names), Self.sign("c", "carts", names)]
    #expect(DriftRule().drifts(in: signs).map(\.publications) == [["a", "b", "c"]])
    #expect(DriftRule().drifts(in: Array(signs.prefix(2))).isEmpty)
    #expect(DriftRule(minSources: 2).drifts(in: Array(signs.prefix(2))).count == 1)
  }

  @Test("Sources are tied together by others between them")
  func chained() {
    let signs = [
      Self.sign("a", "orders", [("x", "y")]), Self.sign("b", "refunds", [("x", "y"), ("p", "q")]),
      Self.sign("c", "carts", [("p", "q")]),
    ]
    #expect(Self.places(DriftRule().drifts(in: signs)).map(\.count) == [3])
  }

  @Test("A version that files of one host name ties them together; of two hosts it does not")
  func versions() {
    func signs(_ hosts: [String]) -> [DriftSign] {
      zip(["a", "b", "c"], hosts).map { publication, host in
        Self.sign(publication, "t", [("\(publication)1", "\(publication)2")], origin: host, version: "2.0")
      }
    }
    #expect(DriftRule().drifts(in: signs(["h", "h", "h"])).count == 1)
    #expect(DriftRule().drifts(in: signs(["h", "h", "other"])).isEmpty)
  }

  @Test("A publication ties its sources together only where most of them changed")
  func publication() {
    let signs = (1...3).map {
      Self.sign("a", "table_\("xyz".dropFirst($0 - 1).first ?? "x")", [("old\($0)", "new\($0)")])
    }
    #expect(DriftRule().drifts(in: signs, sizes: ["a": 6]).count == 1)
    #expect(DriftRule().drifts(in: signs, sizes: ["a": 7]).isEmpty)
    #expect(DriftRule(minShare: 0.4).drifts(in: signs, sizes: ["a": 7]).count == 1)
  }

  @Test("Two causes in one run stay two, and a source with a cause of its own stays by itself")
  func independent() {
    let first = ["orders", "refunds", "carts"].map { Self.sign("a", $0, [("id", "key")]) }
    let second = ["loans", "readers", "fines"].map { Self.sign("b", $0, [("reader", "member")]) }
    let alone = Self.sign("c", "weather", [("temp", "temperature")])
    let drifts = DriftRule().drifts(in: (first + second + [alone]).shuffled())
    #expect(drifts.map(\.publications) == [["a"], ["b"]])
    #expect(drifts.flatMap { $0.signs.map(\.source) }.contains("weather") == false)
  }

  @Test("Several periods of one source are one source; one that never loaded shows no change")
  func counting() {
    let names = [("id", "key")]
    let periods = ["jan25", "feb25", "mar25"].map { Self.sign("a", "orders_\($0)", names, period: $0) }
    #expect(DriftRule().drifts(in: periods).isEmpty)
    let fresh = ["x", "y", "z"].map { Self.sign("a", $0, names, loaded: $0 != "z") }
    #expect(DriftRule().drifts(in: fresh).isEmpty)
  }

  @Test("What differs in writing alone ties only what comes from one place")
  func writing() {
    let signs = ["a", "b", "c"].map { Self.sign($0, "t", [("order_id", "orderId")], origin: $0, likeness: 1) }
    #expect(DriftRule().drifts(in: signs).isEmpty)
    let together = ["a", "b", "c"].map { Self.sign($0, "t", [("order_id", "orderId")], origin: "h", likeness: 1) }
    #expect(DriftRule().drifts(in: together).count == 1)
  }

  @Test("The id is the same in any order and on any machine, and another for another change")
  func identity() {
    let signs = ["x", "y", "z"].map { Self.sign("a", $0, [("id", "key")]) }
    let id = DriftRule().drifts(in: signs)[0].id
    #expect(id.count == 8 && DriftRule().drifts(in: signs.reversed()).map(\.id) == [id])
    let others = ["x", "y", "z"].map { Self.sign("a", $0, [("id", "number")]) }
    #expect(DriftRule().drifts(in: others).map(\.id) != [id])
  }

  @Test("What is left of a known drift is its own, however few it is")
  func known() {
    let record = DriftRecord(
      id: "12345678", places: ["a/jun25/orders"], traits: ["rename * id key"], event: Event(.schemaDriftDetected))
    let signs = [
      Self.sign("a", "orders", [("total", "sum")], loaded: false), Self.sign("b", "late", [("id", "key")]),
      Self.sign("b", "other", [("reader", "member")]),
    ]
    let drifts = DriftRule().drifts(in: signs, known: [record])
    #expect(drifts.map(\.id) == ["12345678"])
    #expect(Self.places(drifts) == [["a/jun25/orders", "b/jun25/late"]])
  }

  @Test("Headers are taken over from other sources where these agree")
  func names() {
    let drift = SchemaDrift(
      id: "1",
      signs: [
        Self.sign("a", "x", [("id", "key"), ("day", "date_1"), ("once", "elsewhere")]),
        Self.sign("a", "y", [("id", "key"), ("day", "date_2")]),
      ])
    #expect(drift.names == ["id": "key"])
  }

  @Test(
    "Versions are read from addresses",
    arguments: [
      ("https://x.org/v2.0/orders.csv", "2.0"), ("https://x.org/orders_v3.csv", "3"), ("https://x.org/V10/a?v=1", "10"),
      ("https://x.org/vat/orders.csv", nil), ("https://x.org/v/2.csv", nil), ("https://x.org/vol2/orders.csv", nil),
    ])
  func addresses(address: String, version: String?) {
    #expect(UpstreamVersion.version(in: address) == version)
  }

  @Test("A version has changed only where the same host named another one before")
  func between() {
    let now = "https://x.org/v2/may/orders.csv"
    #expect(UpstreamVersion.between(["https://x.org/v1/apr/orders.csv"], and: now)?.before == "1")
    #expect(UpstreamVersion.between(["https://x.org/v2/apr/orders.csv"], and: now) == nil)
    #expect(UpstreamVersion.between(["https://y.org/v1/apr/orders.csv"], and: now) == nil)
    #expect(UpstreamVersion.between([], and: now) == nil)
  }
}
