import ArgumentParser
import Foundation
import ManifestYAML

/// The surgical editor on its own.
struct YAML: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "yaml", abstract: "Read and edit YAML files without touching any other byte.",
    discussion: "Exit codes: 0 done, 40 refused or invalid (with file, line, column and reason), 64 usage.",
    subcommands: [Get.self, Patch.self])

  struct Get: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the value at a path as JSON, keys in the order of the file.")

    @Argument(help: "The file.") var file: String
    @Argument(help: "A JSON pointer (/sources/0/code) or sources[0].code; \"\" is the whole document.") var path: String
    @Option(help: "The document of a multi-document file, from 0.") var document = 0
    @Flag(help: "Print an object that also tells where the value stands.") var json = false

    func run() throws {
      try YAMLFailure.told(asJSON: json) { () throws(YAMLError) in
        let yaml = try YAMLFile.load(file)
        let target = try YAMLPath(path)
        guard yaml.documents.indices.contains(document) else {
          throw YAMLError(
            .notFound, file: file, message: "there is no document \(document); the file has \(yaml.documents.count)")
        }
        let root = yaml.documents[document]
        guard let node = root.node(at: target) else {
          throw YAMLError(
            .notFound, file: file, line: root.line, column: root.column,
            message: "there is nothing at \(target.dotted)", path: target.dotted)
        }
        guard json else { return Terminal.answer(node.value.json) }
        let answer: YAMLValue = [
          "file": .string(file), "path": .string(target.pointer), "line": .int(node.line), "column": .int(node.column),
          "start": .int(node.span.lowerBound), "end": .int(node.span.upperBound), "value": node.value,
        ]
        Terminal.answer(answer.json)
      }
    }
  }

  struct Patch: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Apply an RFC 6902 patch, all of it or nothing.",
      discussion: """
        Without --output the file itself is replaced, atomically; '--output -' prints the result. What cannot be \
        changed without touching anything else is refused, and then nothing is written.
        """)

    @Argument(help: "The file.") var file: String
    @Argument(
      help: "A JSON Patch: [{\"op\": \"replace\", \"path\": \"sources[3].enabled\", \"value\": false}]; '-' reads it.")
    var patch: String
    @Option(help: ArgumentHelp("Where to write the result; '-' is standard output.", valueName: "file")) var output:
      String?
    @Option(help: "The document of a multi-document file, from 0.") var document = 0
    @Flag(help: "Print what changed as a unified diff (on standard error where standard output is taken).") var diff =
      false
    @Flag(help: "Print an object that tells the bytes and lines that changed, or why nothing did.") var json = false
    @Flag(help: "Prove the patch and write nothing.") var dryRun = false

    func validate() throws {
      guard !json || output != "-" else { throw ValidationError("--json and --output - both need standard output.") }
    }

    func run() throws {
      try YAMLFailure.told(asJSON: json) { () throws(YAMLError) in
        let operations = try PatchOperation.list(json: readPatch(), name: patch)
        let yaml = try YAMLFile.load(file)
        let result = try yaml.patched(operations, document: document)
        if output == "-" {
          FileHandle.standardOutput.write(Data(result.bytes))
        } else if !dryRun, output != nil || result.before != nil {
          try yaml.write(result.bytes, to: output ?? file)
        }
        if diff {
          let text = UnifiedDiff.text(from: yaml.bytes, to: result.bytes, name: String(file.drop { $0 == "/" }))
          FileHandle(fileDescriptor: json || output == "-" ? 2 : 1).write(Data(text.utf8))
        }
        if json { Terminal.answer(summary(yaml.bytes, result).json) }
      }
    }

    private func readPatch() throws(YAMLError) -> [UInt8] {
      patch == "-" ? Array(FileHandle.standardInput.readDataToEndOfFile()) : try AtomicFile.read(patch)
    }

    private func summary(_ before: [UInt8], _ result: PatchResult) -> YAMLValue {
      func span(_ range: Range<Int>?, _ bytes: [UInt8]) -> YAMLValue {
        guard let range else { return .null }
        let line = bytes[..<range.lowerBound].count { $0 == UInt8(ascii: "\n") } + 1
        return ["start": .int(range.lowerBound), "end": .int(range.upperBound), "line": .int(line)]
      }
      return [
        "file": .string(file), "changed": .bool(result.before != nil), "before": span(result.before, before),
        "after": span(result.after, result.bytes),
      ]
    }
  }
}

/// Why the editor did not do something, for programs as well.
enum YAMLFailure {
  /// Does the work; where it fails and JSON is asked for, the failure is also printed as an object.
  static func told(asJSON: Bool, _ work: () throws(YAMLError) -> Void) throws(YAMLError) {
    do throws(YAMLError) {
      try work()
    } catch {
      if asJSON { Terminal.answer(object(error).json) }
      throw error
    }
  }

  private static func object(_ error: YAMLError) -> YAMLValue {
    let details: YAMLValue = [
      "kind": .string(error.kind.rawValue), "file": .string(error.file), "line": error.line.map { .int($0) } ?? .null,
      "column": error.column.map { .int($0) } ?? .null, "path": error.path.map { .string($0) } ?? .null,
      "message": .string(error.message), "hint": error.hint.map { .string($0) } ?? .null,
    ]
    return ["error": details]
  }
}
