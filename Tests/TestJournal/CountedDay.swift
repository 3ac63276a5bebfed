import Foundation
import Journal

/// A day's numbers as a short script counts them from the journal's lines.
public struct CountedDay {
  private let numbers: JSONValue

  /// Lets the script count.
  public init(logs: String, day: String) throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "day_numbers.py").path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", script, logs, day]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    numbers = try JSONDecoder().decode(JSONValue.self, from: bytes)
  }

  /// A number; nil where the script has none.
  public subscript(name: String) -> Int? { numbers[name]?.int }

  /// Numbers by name.
  public func table(_ name: String) -> [String: Int] { (numbers[name]?.object ?? [:]).compactMapValues(\.int) }
}
