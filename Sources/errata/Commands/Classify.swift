import ArgumentParser
import Foundation
import Journal
import Repair

/// What kind of failure a text tells of.
struct Classify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what kind of failure a program's output tells of.",
    discussion: "Reads a file, or standard input. With --jsonl the lines are objects of id, stage, exit_code and text.")

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: "The output; standard input when left out.") var file: String?
  @Option(help: "The stage that printed it.") var stage: String?
  @Option(help: "The exit code it ended with.") var exitCode: Int?
  @Option(help: ArgumentHelp("Classify each line of a file of JSON lines.", valueName: "file")) var jsonl: String?

  func run() throws {
    let classifier = Classifier(userPatterns: try options.userPatterns())
    guard let jsonl else {
      let text = try Self.read(file)
      return try JSONOutput.write(classifier.classify(text, stage: stage, exitCode: exitCode))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    for (number, line) in try Self.read(jsonl).split(whereSeparator: \.isNewline).enumerated() {
      guard let input = try? JSONDecoder().decode(Input.self, from: Data(line.utf8)) else {
        throw CommandFailure(.usage, "\(jsonl):\(number + 1): this is no JSON object with an id and a text")
      }
      let found = classifier.classify(input.text, stage: input.stage, exitCode: input.exitCode)
      Terminal.answer(String(decoding: try encoder.encode(Output(id: input.id, classification: found)), as: UTF8.self))
    }
  }

  private struct Input: Decodable {
    let id: JSONValue
    let stage: String?
    let exitCode: Int?
    let text: String

    enum CodingKeys: String, CodingKey {
      case id, stage, text
      case exitCode = "exit_code"
    }
  }

  private struct Output: Encodable {
    let id: JSONValue
    let classification: Classification

    enum CodingKeys: String, CodingKey { case id }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(id, forKey: .id)
      try classification.encode(to: encoder)
    }
  }

  private static func read(_ path: String?) throws -> String {
    guard let path, path != "-" else {
      return String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure(.usage, "\(path) cannot be read; give a file of a program's output")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
