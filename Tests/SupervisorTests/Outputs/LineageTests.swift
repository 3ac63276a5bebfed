import Foundation
import Journal
import Testing

@testable import Supervisor

/// Run events on their way to a file and to a server.
@Suite("Lineage is sent")
struct LineageDeliveryTests {
  private func folder(_ outputs: String = "") throws -> ConfiguredFolder {
    let folder = try ConfiguredFolder([
      "publications.yaml": "publications:\n  adhd:\n    urls: [{period: a, url: \"https://e.org\"}]\n",
      "pipeline.yaml": "stages:\n- {name: load, scope: source, command: [x]}\n",
    ])
    if !outputs.isEmpty {
      try outputs.write(toFile: folder.workspace.config + "/outputs.yaml", atomically: true, encoding: .utf8)
    }
    return folder
  }

  /// A session whose own journal tells of a run.
  private func session(_ folder: ConfiguredFolder, ended: Bool = true) async throws -> Session {
    let session = try await Session.begin(workspace: folder.workspace, config: "config")
    let place = EventContext(publication: "adhd", period: "a", stage: "load")
    try await session.running.recorder.append([
      Event(.runStarted), Event(.stageStarted, context: place, data: ["attempt": 1]),
      Event(.stageCompleted, context: place),
    ])
    if ended { try await session.running.recorder.append([Event(.runCompleted, data: ["exit_code": 0])]) }
    return session
  }

  @Test("each event goes to a file once, over several runs")
  func file() async throws {
    let folder = try folder()
    let target = LineageTarget.file(path: "out/lineage.jsonl")
    func lines() throws -> Int {
      try String(contentsOfFile: folder.workspace.root + "/out/lineage.jsonl", encoding: .utf8)
        .split(separator: "\n").count
    }
    let first = try await session(folder, ended: false)
    #expect(try await first.settleLineage(to: target, within: .seconds(5)) == nil)
    #expect(try lines() == 3)
    #expect(try await first.settleLineage(to: target, within: .seconds(5)) == nil)
    #expect(try lines() == 3)
    first.end()
    // The first one was killed, as the next one shows.
    let second = try await session(folder)
    #expect(try await second.settleLineage(to: target, within: .seconds(5)) == nil)
    #expect(try lines() == 3 + 1 + 4)
    #expect(try await second.settleLineage(to: target, within: .seconds(5)) == nil)
    #expect(try lines() == 8)
    let other = LineageTarget.file(path: "out/other.jsonl")
    #expect(try await second.settleLineage(to: other, within: .seconds(5)) == nil)
    let both = try ["lineage", "other"].map {
      try Set(
        String(contentsOfFile: folder.workspace.root + "/out/\($0).jsonl", encoding: .utf8).split(separator: "\n"))
    }
    #expect(both[0] == both[1])
    second.end()
  }

  @Test("a server that is down gets the rest later, what arrived is not sent again, and its key goes along")
  func server() async throws {
    let folder = try folder()
    let server = try AlertServer([201, 503, 503, 201])
    let target = LineageTarget.http(address: server.address, key: "k3y")
    let session = try await session(folder)
    defer { session.end() }
    let sentence = try await session.settleLineage(to: target, within: .seconds(5))
    #expect(sentence?.contains("HTTP status 503") == true)
    #expect(sentence?.contains(server.address) == false)
    #expect(try await session.settleLineage(to: target, within: .seconds(5)) != nil)
    #expect(try await session.settleLineage(to: target, within: .seconds(5)) == nil)
    let requests = try server.requests()
    #expect(requests.count == 6 && Set(requests[1...3].map(\.body)).count == 1)
    #expect(requests.allSatisfy { $0.headers["authorization"] == "Bearer k3y" })
    let arrived = [requests[0]] + requests[3...]
    let kinds = try arrived.map { request in
      try JSONDecoder().decode(JSONValue.self, from: Data(request.body.utf8))["eventType"]?.string
    }
    #expect(kinds == ["START", "START", "COMPLETE", "COMPLETE"])
    #expect(try await session.settleLineage(to: target, within: .seconds(5)) == nil)
    #expect(try server.requests().count == 6)
  }

  @Test("where it goes is read from outputs.yaml")
  func reads() throws {
    let server = try folder("openlineage: {url_env: LINEAGE_URL, key_env: LINEAGE_KEY, namespace: stats}\n")
    let outputs = try Configuration.load(server.workspace).outputs
    #expect(
      outputs.lineage
        == LineageSettings(.http(addressVariable: "LINEAGE_URL", keyVariable: "LINEAGE_KEY"), namespace: "stats"))
    #expect(outputs.secrets(in: ["LINEAGE_KEY": "k3y"]) == ["k3y"])
    let file = try folder("openlineage: {file: logs/lineage.jsonl}\n")
    #expect(
      try Configuration.load(file.workspace).outputs.lineage
        == LineageSettings(.file(path: "logs/lineage.jsonl"), namespace: LineageSettings.standardNamespace))
    for wrong in ["openlineage: {}\n", "openlineage: {url_env: X, file: y}\n", "openlineage: {file: x, key_env: K}\n"] {
      let errors = try folder(wrong).errors()
      #expect(errors.count == 1 && errors[0].contains("config/outputs.yaml:1:"), "\(errors)")
    }
  }
}
