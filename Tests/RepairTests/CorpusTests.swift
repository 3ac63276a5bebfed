import Foundation
import Journal
import Testing

@testable import Repair

/// What real tools printed when faults were built for them (`scripts/classifier-corpus`), and what the classifier makes of it.
@Suite struct CorpusTests {
  private struct Case: Decodable {
    let id: String
    let stage: String?
    let exitCode: Int?
    let text: String
    let expect: Expectation

    enum CodingKeys: String, CodingKey {
      case id, stage, text, expect
      case exitCode = "exit_code"
    }
  }

  private struct Expectation: Decodable {
    let type: ErrorType
    let transient: Bool
    let fields: [String: JSONValue]
  }

  /// Counts over a corpus.
  private struct Scores {
    var cases = 0
    var rightType = 0
    var rightTransient = 0
    var harmless = 0
    var harmlessFailed = 0
    var fieldsRight = 0
    var fieldsGiven = 0
    var fieldsWanted = 0
    var byType: [ErrorType: (right: Int, given: Int, wanted: Int)] = [:]

    var macroF1: Double {
      let scores = byType.values.filter { $0.wanted > 0 }.map { 2 * Double($0.right) / Double($0.given + $0.wanted) }
      return scores.reduce(0, +) / Double(max(1, scores.count))
    }
  }

  private static func cases() throws -> [Case] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Corpus")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return try files.filter { $0.pathExtension == "jsonl" }.flatMap { file in
      try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map {
        try JSONDecoder().decode(Case.self, from: $0)
      }
    }
  }

  @Test("On what real tools printed, the types, the transience and the fields are right")
  func scores() throws {
    let cases = try Self.cases()
    let classifier = Classifier()
    var scores = Scores()
    var wrong: [String] = []
    for item in cases {
      let found = classifier.classify(item.text, stage: item.stage, exitCode: item.exitCode)
      let wanted = item.expect.fields.mapValues { $0.string ?? $0.int.map(String.init) ?? "" }
      let given = try Self.fields(found)
      scores.cases += 1
      scores.byType[item.expect.type, default: (0, 0, 0)].wanted += 1
      scores.byType[found.type, default: (0, 0, 0)].given += 1
      if found.type == item.expect.type {
        scores.rightType += 1
        scores.byType[found.type, default: (0, 0, 0)].right += 1
      } else {
        wrong.append("\(item.id): \(found.type) for \(item.expect.type)")
      }
      if found.transient == item.expect.transient { scores.rightTransient += 1 }
      if item.expect.type == .none {
        scores.harmless += 1
        if found.type != .none { scores.harmlessFailed += 1 }
      }
      scores.fieldsWanted += wanted.count
      scores.fieldsGiven += given.count
      scores.fieldsRight += given.filter { wanted[$0.key] == $0.value }.count
      let invented = given.values.filter {
        !$0.isEmpty && !item.text.contains($0) && !item.text.contains($0.replacing("\"", with: "\\\""))
      }
      #expect(invented == [], "\(item.id) has fields that its text does not hold")
    }
    let note = Comment(rawValue: wrong.joined(separator: "\n"))
    #expect(scores.cases >= 1300)
    #expect(scores.harmless * 100 >= scores.cases * 10)
    #expect(scores.rightType * 1000 >= scores.cases * 980, note)
    #expect(scores.macroF1 >= 0.97, note)
    #expect(scores.rightTransient * 1000 >= scores.cases * 980)
    #expect(scores.harmlessFailed * 100 <= scores.harmless * 2, note)
    #expect(scores.fieldsRight * 1000 >= scores.fieldsGiven * 980)
    #expect(scores.fieldsRight * 1000 >= scores.fieldsWanted * 950)
  }

  private static func fields(_ found: Classification) throws -> [String: String] {
    let fields = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(found.fields))
    return (fields.object ?? [:]).mapValues { $0.string ?? $0.int.map(String.init) ?? "" }
  }
}
