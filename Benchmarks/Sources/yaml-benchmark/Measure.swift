import CLibYAML
import Foundation
import ManifestYAML

/// Ways to measure the same file.
enum Measure {
  /// The shortest of several runs, in seconds.
  static func best(of runs: Int, _ work: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<runs {
      let clock = ContinuousClock()
      let time = try clock.measure(work)
      best = min(best, Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18)
    }
    return best
  }

  /// libyaml's events of a text, each thrown away.
  static func parseEvents(_ bytes: [UInt8]) {
    var parser = yaml_parser_t()
    yaml_parser_initialize(&parser)
    defer { yaml_parser_delete(&parser) }
    bytes.withUnsafeBufferPointer { buffer in
      yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      var isOver = false
      while !isOver {
        var event = yaml_event_t()
        precondition(yaml_parser_parse(&parser, &event) == 1)
        isOver = event.type == YAML_STREAM_END_EVENT
        yaml_event_delete(&event)
      }
    }
  }

  static func edit(_ bytes: [UInt8], _ operations: [PatchOperation]) throws {
    let result = try YAMLFile(bytes, name: "m.yaml").patched(operations)
    precondition(result.before != nil)
  }

  /// One operation, or as many different ones as asked for.
  static func operations(_ count: Int, in lines: Int) -> [PatchOperation] {
    let sources = (lines - 4) / 47
    return (0..<count).map { index in
      PatchOperation(
        op: .replace, path: "/sources/\(index % sources)/columns/\(index / sources % 10)/data_type",
        value: .string("numeric\(index)"))
    }
  }

  /// ruamel.yaml's round trip in its own process, as it measures itself.
  static func ruamel(_ file: String, python: String) throws -> Double {
    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = [
      URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../round_trip.py").path(), file,
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard let seconds = Double(output.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw CocoaError(.fileReadCorruptFile)
    }
    return seconds
  }

  /// The most memory that the process ever had, in bytes.
  static var peakMemory: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
  }

  /// How much more memory a process needs that makes one edit, by running this program again.
  static func memory(lines: Int) throws -> Int {
    let process = Process()
    process.executableURL = URL(filePath: CommandLine.arguments[0])
    process.arguments = ["--memory", String(lines)]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Int(output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? .max
  }
}
