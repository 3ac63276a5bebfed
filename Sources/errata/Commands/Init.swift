import ArgumentParser
import Foundation
import Journal
import ManifestYAML
import Repair

/// A first configuration in a workspace that has none.
struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a commented configuration into a workspace.",
    discussion: "Writes config/ and adds Errata's output folders to .gitignore. Files that exist are left alone.")

  @Argument(help: "The workspace's folder.") var directory = "."
  @Flag(help: "Also write the report of each error type into config/reports/, to be changed.") var reports = false

  func run() throws {
    let product = try ProductFiles.locate()
    let files = FileManager.default
    try files.createDirectory(atPath: directory + "/config", withIntermediateDirectories: true)
    for name in try files.contentsOfDirectory(atPath: product.root + "/config").sorted() where name.hasSuffix(".yaml") {
      let target = "\(directory)/config/\(name)"
      guard !Self.exists(name, in: directory + "/config") else {
        Terminal.say("kept     config/\(name)")
        continue
      }
      try Self.write(try YAMLFile.load("\(product.root)/config/\(name)"), to: target)
      Terminal.say("written  config/\(name)")
    }
    if reports { try writeReports() }
    try addToGitIgnore()
    Terminal.say("Now name your publications in config/publications.yaml and your commands in config/pipeline.yaml,")
    Terminal.say("check them with `errata validate`, and start with `errata run`.")
  }

  private func writeReports() throws {
    let folder = directory + "/config/reports"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var written = 0
    for type in ErrorType.allCases where !FileManager.default.fileExists(atPath: "\(folder)/\(type.rawValue).md") {
      try AtomicFile.write([UInt8](ReportTemplate.text(for: type).utf8), to: "\(folder)/\(type.rawValue).md")
      written += 1
    }
    Terminal.say(
      "written  config/reports/ (\(written) of \(ErrorType.allCases.count) files; those that exist are kept)")
  }

  /// The sample's file without the web site that only the demo has.
  private static func write(_ file: YAMLFile, to target: String) throws {
    let isServed = file.root?["services"] != nil
    let bytes = isServed ? try file.applying([PatchOperation(op: .remove, path: "/services")]) : file.bytes
    try AtomicFile.write(bytes, to: target)
  }

  /// The same file under another of the three endings counts too.
  private static func exists(_ name: String, in folder: String) -> Bool {
    let stem = name.dropLast(".yaml".count)
    return ["yaml", "yml", "json"].contains { FileManager.default.fileExists(atPath: "\(folder)/\(stem).\($0)") }
  }

  private func addToGitIgnore() throws {
    let path = URL(fileURLWithPath: directory + "/.gitignore")
    let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    let present = Set(text.split(whereSeparator: \.isNewline).map(String.init))
    let missing = StartFiles.gitIgnore.split(separator: "\n").map(String.init).filter { !present.contains($0) }
    guard missing.contains(where: { !$0.hasPrefix("#") }) else { return }
    let start = text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
    try Data((start + missing.joined(separator: "\n") + "\n").utf8).write(to: path)
    Terminal.say("written  .gitignore")
  }
}
