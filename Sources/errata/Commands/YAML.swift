import ArgumentParser
import Foundation
import ManifestYAML

/// The surgical editor on its own.
struct YAML: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "yaml", abstract: "Read and edit YAML files without touching any other byte.",
    subcommands: [Get.self, Patch.self])

  struct Get: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the value at a path as JSON.")

    @Argument(help: "The file.") var file: String
    @Argument(help: "A JSON pointer (/sources/0/code) or sources[0].code.") var path: String
    @Option(help: "The document of a multi-document file, from 0.") var document = 0

    func run() throws {
      let yaml = try YAMLFile.load(file)
      let target = try YAMLPath(path)
      guard yaml.documents.indices.contains(document), let node = yaml.documents[document].node(at: target) else {
        throw CommandFailure(
          .configuration, "\(file): there is nothing at \(target.dotted.isEmpty ? "the root" : target.dotted)")
      }
      try JSONOutput.write(node.value)
    }
  }

  struct Patch: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Apply an RFC 6902 patch, all of it or nothing.",
      discussion: "Without --output the file itself is replaced, atomically. '--output -' prints the result.")

    @Argument(help: "The file.") var file: String
    @Argument(help: "A JSON Patch: [{\"op\": \"replace\", \"path\": \"sources[3].enabled\", \"value\": false}].")
    var patch: String
    @Option(help: ArgumentHelp("Where to write the result; '-' is standard output.", valueName: "file")) var output:
      String?
    @Option(help: "The document of a multi-document file, from 0.") var document = 0

    func run() throws {
      let operations = try PatchOperation.list(json: AtomicFile.read(patch), name: patch)
      let yaml = try YAMLFile.load(file)
      let result = try yaml.applying(operations, document: document)
      if output == "-" {
        FileHandle.standardOutput.write(Data(result))
      } else if output != nil || result != yaml.bytes {
        try AtomicFile.write(result, to: output ?? file)
      }
    }
  }
}
