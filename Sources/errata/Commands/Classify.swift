import ArgumentParser
import Foundation
import Journal
import Repair

/// What kind of failure a text tells of.
struct Classify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what kind of failure a program's output tells of.",
    discussion: """
      Reads a file, or standard input, and prints one JSON object of type, transient, fields and the line that told it.

      With --jsonl each line of a file is an object of id, text and, where they are known, stage and exit_code; each becomes one \
      line of answer with the same id. A line that is no such object gets a line with its number and the error in place of an \
      answer; the others are answered all the same, and the exit code is 64.
      """)

  @OptionGroup var options: WorkspaceOptions
  @Argument(help: "The output; standard input when left out.") var file: String?
  @Option(help: "The stage that printed it.") var stage: String?
  @Option(help: "The exit code it ended with.") var exitCode: Int?
  @Option(help: ArgumentHelp("Classify each line of a file of JSON lines.", valueName: "file")) var jsonl: String?

  func run() throws {
    let classifier = Classifier(userPatterns: try options.userPatterns())
    if let jsonl { return try classifyLines(of: jsonl, with: classifier) }
    let input = try InputPieces(file)
    let found = try classifier.classify(stage: stage, exitCode: exitCode) { try input.next()[...] }
    for pattern in found.leftOut ?? [] {
      Terminal.say(
        "errata: the pattern '\(pattern)' took too many steps over this output and was left out; make it simpler")
    }
    try JSONOutput.write(found)
  }

  private func classifyLines(of path: String, with classifier: Classifier) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var faulty: [Int] = []
    func answer(_ bytes: ArraySlice<UInt8>, number: Int) throws {
      guard bytes.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) else { return }
      var answer: any Encodable
      do {
        let input = try JSONDecoder().decode(Input.self, from: Data(bytes))
        let found = classifier.classify(input.text, stage: input.stage ?? stage, exitCode: input.exitCode ?? exitCode)
        answer = Output(id: input.id, classification: found)
      } catch {
        faulty.append(number)
        answer = Fault(line: number, error: "\(path):\(number): this is no JSON object with an id and a text")
      }
      Terminal.answer(String(decoding: try encoder.encode(answer), as: UTF8.self))
    }
    let input = try InputPieces(path)
    var line: [UInt8] = []
    var number = 1
    while true {
      let bytes = try input.next()
      if bytes.isEmpty { break }
      var rest = bytes[...]
      while let end = rest.firstIndex(of: 0x0A) {
        try answer(line + rest[..<end], number: number)
        number += 1
        line = []
        rest = rest[(end + 1)...]
      }
      line += rest
    }
    try answer(line[...], number: number)
    if let first = faulty.first {
      let others = faulty.count > 1 ? " and \(faulty.count - 1) more" : ""
      throw CommandFailure(.usage, "\(path):\(first)\(others): this is no JSON object with an id and a text")
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

  private struct Fault: Encodable {
    let line: Int
    let error: String
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

  /// A file or standard input, a piece at a time: a log may be larger than the memory.
  private struct InputPieces {
    private let handle: FileHandle
    private let name: String

    init(_ path: String?) throws {
      guard let path, path != "-" else {
        handle = .standardInput
        name = "standard input"
        return
      }
      guard let handle = FileHandle(forReadingAtPath: path) else {
        throw CommandFailure(.usage, "\(path) cannot be read; give a file of a program's output")
      }
      self.handle = handle
      name = path
    }

    func next() throws -> [UInt8] {
      do {
        return try Array(handle.read(upToCount: 1 << 20) ?? Data())
      } catch {
        throw CommandFailure(
          .usage, "\(name) cannot be read (\(error.localizedDescription)); give a file of a program's output")
      }
    }
  }
}
