import Foundation
import Journal
import Subprocess
import TestSite
import Testing

/// Secrets wherever they can come in; afterwards everything that Errata wrote or said is searched for them.
@Suite("Planted secrets")
struct PlantedSecretTests {
  private static let secrets = [
    "password in an address": "uR1addressPass77", "token in an address": "qT9queryTokenAb42",
    "password in a log": "lP4logPassw0rdZz", "bearer in a log": "bR8bearerTokenMnOp77",
    "password in an event": "eV6eventPassw0rd5", "token on a page": "pG5pageTokenHjKl31",
    "password on a page": "pW2pagePassw0rdQq", "key in a manifest": "mF2manifestKeyXy88",
    "key in the environment": "plain-adviser-key-0815", "password in a reply": "rE3replyPassw0rdUu",
    "token in a reply": "sk-rT7replyTokenWvUt20x", "address of a receiver": "aL5receiverPathXxYy",
    "key of a receiver": "aK6receiverKeyQqWw", "password of the mirror": "mP7mirrorPassw0rdRr",
    "address of lineage": "oL8lineagePathSsTt", "key of lineage": "oK9lineageKeyUuVv",
  ]

  private static func secret(_ name: String) -> String { secrets[name] ?? "" }

  /// The files that a person or a stage wrote, secrets and all: they are nobody's business here, and never committed.
  private static let inputs = [
    "config/publications.yaml", "templates", "load.sh", "manifests/pub_feb25.yaml", "manifests/pub_mar25.yaml",
  ]

  private static func manifest(_ sources: String) -> String { "# generated\nsources:\n" + sources }

  private static func source(_ code: String, url: String, more: String = "", column: String = "") -> String {
    """
      - code: \(code)
        table: tbl_\(code)
        enabled: true
    \(more)    files:
          - url: "\(url)"
            period: 2025-01
        columns:
          - original_name: code
            semantic_name: code
            data_type: varchar(10)
          - original_name: patients
            semantic_name: patients
            data_type: integer
    \(column)
    """
  }

  private func place(_ site: TestSite, _ model: TestModel) async throws -> SmallWorkspace {
    let work = try SmallWorkspace("secrets")
    let userInfo = "bob:\(Self.secret("password in an address"))@"
    let query = "?token=\(Self.secret("token in an address"))"
    let host = site.address.replacing("http://", with: "")
    func address(_ file: String) -> String { "http://\(userInfo)\(host)/\(file)\(query)" }
    try work.write(
      """
      publications:
        pub:
          landing_page: "\(address("landing.html"))"
          urls:
            - {period: jan25, url: "\(address("page.html"))"}
            - {period: feb25, url: "\(address("page.html"))"}
            - {period: mar25, url: "\(address("page.html"))"}

      """, to: "config/publications.yaml")
    // One source that only the model mends, in a manifest that may be committed.
    try work.write(
      Self.manifest(Self.source("one", url: site.url("one.csv"), more: "    delimiter: '|'\n")),
      to: "templates/jan25.yaml")
    // One whose file moved, with credentials in its address.
    try work.write(Self.manifest(Self.source("gone", url: address("gone_2025.csv"))), to: "templates/feb25.yaml")
    // One that the rules mend, with a key in the lines around the edit.
    try work.write(
      Self.manifest(
        Self.source(
          "marked", url: address("marked.csv"),
          column: "        # api_key: \(Self.secret("key in a manifest"))\n")), to: "templates/mar25.yaml")
    try work.write(
      """
      #!/bin/sh
      echo "connecting with password=\(Self.secret("password in a log")) and key $ADVISER_KEY"
      echo "Authorization: Bearer \(Self.secret("bearer in a log"))" >&2
      printf '%s\\n' '{"event_type":"warning","data":{"message":"login password=\(Self.secret("password in an event"))"}}' \\
        >> "$ERRATA_EVENTS"
      exec backfill load "$@"

      """, to: "load.sh")
    try work.edit(
      "config/pipeline.yaml", "command: [\"true\"]",
      "command: [install, -D, -m644, \"templates/{period}.yaml\", \"{manifest}\"]")
    try work.edit("config/pipeline.yaml", "    existing: keep\n", "")
    try work.edit("config/pipeline.yaml", "command: [backfill, load,", "command: [sh, load.sh,")
    try work.edit("config/pipeline.yaml", "verify: [backfill, load,", "verify: [sh, load.sh,")
    try work.write(
      "retry: {max_retries: 0}\nreport: {values: full}\nadviser: {provider: anthropic, model: m-1, key_env: ADVISER_KEY, "
        + "base_url: \"\(model.address)\"}\n", to: "config/execution_mode.yaml")
    try work.write(
      """
      receivers:
        - {name: gone, webhook: {url_env: ALERT_URL, secret_env: ALERT_SECRET}}
        - {name: loud, command: [sh, -c, 'echo "$ALERT_URL $ALERT_SECRET" >&2; exit 1']}
        - {name: kept, command: [sh, -c, 'cat >> alerts.txt']}

      """, to: "config/alerts.yaml")
    try work.write(
      "mirror: {url_env: MIRROR_URL}\nopenlineage: {url_env: LINEAGE_URL, key_env: LINEAGE_KEY}\n",
      to: "config/outputs.yaml")
    try FileManager.default.removeItem(atPath: work.root + "/manifests")
    try work.write(
      try work.text(".gitignore") + "config/publications.yaml\ntemplates/\nload.sh\n", to: ".gitignore")
    try await work.commit()
    return work
  }

  @Test(
    "in addresses, logs, events, pages, manifests, the environment and replies are in nothing that Errata wrote or said"
  )
  func nowhere() async throws {
    let site = try TestSite([
      "one.csv": "code;patients\nA1;3\nA2;4\n", "marked.csv": "code,patients\nA1,3\nA2,*\n",
      "moved/gone_2025.csv": "code,patients\nA1,3\n",
    ])
    let page = """
      <html><body><h1>Data</h1><p>Internal: password=\(Self.secret("password on a page"))</p>
      <a href="\(site.url("moved/gone_2025.csv"))?token=\(Self.secret("token on a page"))">gone_2025.csv, password:
      \(Self.secret("password on a page"))</a></body></html>
      """
    try site.write("page.html", page)
    try site.write("landing.html", page)
    let key = Self.secret("key in the environment")
    let model = try TestModel("anthropic", key: key)
    func reply(_ action: String, _ edit: String) -> String {
      """
      {"analysis": "token \(Self.secret("token in a reply"))", "root_cause": "It is split by semicolons, \
      password=\(Self.secret("password in a reply")) and \(Self.secret("token in a reply")).", \
      "troubleshooting_report": "password=\(Self.secret("password in a reply"))", "recommended_action": "\(action)", \
      "action_details": \(edit), "confidence": 0.9, "requires_human_approval": false}
      """
    }
    func edit(_ new: String) -> String {
      "{\"file\": \"manifests/pub_jan25.yaml\", \"changes\": [{\"path\": \"sources[0].delimiter\", \"old\": \"|\", "
        + "\"new\": \"\(new)\"}]}"
    }
    // The failure of feb25 is asked about first.
    try await model.says([
      .init(reply("escalate_to_human", "null")),
      .init(reply("fix_encoding", edit("password=\(Self.secret("password in a reply"))"))),
      .init(reply("fix_encoding", edit(";"))),
    ])
    let work = try await place(site, model)
    var said = ""
    func errata(_ arguments: String...) async throws -> Ended {
      let ended = try await work.bench.run(
        Workbench.programs + "/errata", arguments, in: work.root,
        variables: [
          "ADVISER_KEY": key, "ALERT_URL": "http://127.0.0.1:9/\(Self.secret("address of a receiver"))",
          "ALERT_SECRET": Self.secret("key of a receiver"),
          "LINEAGE_URL": "http://127.0.0.1:9/\(Self.secret("address of lineage"))",
          "LINEAGE_KEY": Self.secret("key of lineage"),
          "MIRROR_URL": "postgres://me:\(Self.secret("password of the mirror"))@127.0.0.1:9/events",
        ])
      said += "\n$ errata \(arguments.joined(separator: " "))\n" + ended.output + ended.errors
      return ended
    }
    _ = try await errata("run")
    let branches = try await work.fixBranches()
    #expect(branches.count == 1 && branches[0].contains("fix_encoding"), "\(said)")
    #expect(work.patches().count == 1, "\(said)")
    _ = try await errata("diagnose", "pub/feb25")
    _ = try await errata("diagnose", "pub/feb25", "--json")
    _ = try await errata("report")
    _ = try await errata("health")
    _ = try await errata("health", "--json")
    _ = try await errata("fixes", "--json")
    _ = try await errata("show", try #require(FixBook(replaying: try work.events()).open.first).id)
    try await work.git("merge", "--quiet", "--no-edit", try #require(branches.first))
    _ = try await errata("run", "--only", "pub/jan25")

    // They did come in.
    #expect(try await model.calls().count == 3)
    #expect(said.contains("The receiver 'gone' did not get") && said.contains("The receiver 'loud' did not get"))
    #expect(try work.text("alerts.txt").contains("source_failing"))
    #expect(said.contains("The events were not mirrored") && said.contains("run events were not all sent"))
    // No patch shows the lines around an edit that hold a key.
    #expect(said.contains("No patch is written"))
    let log = try #require(try work.events().compactMap { $0.data["log"]?.string }.last)
    #expect(try work.text(log).contains("password=*** and key ***"))
    let asked = try await model.calls().flatMap(\.turns)
    let objects = try await work.git("cat-file", "--batch-all-objects", "--batch")
    let history = try await work.git("log", "-p", "--all")
    #expect(history.contains("delimiter: ';'") && objects.contains("Errata-Adviser"))

    for (name, secret) in Self.secrets.sorted(by: { $0.key < $1.key }) {
      #expect(!said.contains(secret), "the \(name) was said:\n\(lines(said, with: secret))")
      #expect(!objects.contains(secret), "the \(name) is in git:\n\(lines(objects, with: secret))")
      #expect(!history.contains(secret), "the \(name) is in git's history")
      // What the model said itself it may hear again.
      if !name.hasSuffix("reply") {
        #expect(!asked.contains { $0.contains(secret) }, "the model was told the \(name)")
      }
    }
    for path in FileManager.default.enumerator(atPath: work.root)?.compactMap({ $0 as? String }).sorted() ?? [] {
      guard !Self.inputs.contains(where: { path == $0 || path.hasPrefix($0 + "/") }),
        let bytes = FileManager.default.contents(atPath: work.root + "/" + path)
      else { continue }
      for (name, secret) in Self.secrets where bytes.range(of: Data(secret.utf8)) != nil {
        Issue.record("the \(name) is in \(path):\n\(lines(String(decoding: bytes, as: UTF8.self), with: secret))")
      }
    }
  }

  private func lines(_ text: String, with secret: String) -> String {
    text.split(separator: "\n").filter { $0.contains(secret) }.prefix(3).map { String($0.prefix(300)) }
      .joined(separator: "\n")
  }
}
