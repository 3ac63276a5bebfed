import Foundation
import ManifestYAML

if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "--memory", let lines = Int(CommandLine.arguments[2]) {
  let bytes = Array(Manifest.text(lines: lines).utf8)
  // What the first edit of all loads is no matter of the file.
  try Measure.edit(Array(Manifest.text(lines: 60).utf8), Measure.operations(1, in: 60))
  let before = Measure.peakMemory
  try Measure.edit(bytes, Measure.operations(1, in: lines))
  print(Measure.peakMemory - before)
  exit(0)
}
guard CommandLine.arguments.count == 2 else {
  print("usage: yaml-benchmark PYTHON    (one that has ruamel.yaml)")
  exit(64)
}

var missed = 0
@MainActor func line(_ what: String, _ value: Double, _ unit: String, atMost: Double? = nil, atLeast: Double? = nil) {
  let isGood = atMost.map { value <= $0 } ?? true && atLeast.map { value >= $0 } ?? true
  if !isGood { missed += 1 }
  let goal = atMost.map { "at most \($0)" } ?? atLeast.map { "at least \($0)" } ?? ""
  print("\(isGood ? "  " : "! ")\(what): \(String(format: "%.2f", value)) \(unit)  \(goal)")
}

for (lines, limit) in [(300, 5.0), (9000, 50.0)] {
  let text = Manifest.text(lines: lines)
  let bytes = Array(text.utf8)
  let file = FileManager.default.temporaryDirectory.appending(path: "errata-benchmark-\(UUID().uuidString).yaml").path()
  try text.write(toFile: file, atomically: false, encoding: .utf8)
  defer { try? FileManager.default.removeItem(atPath: file) }
  let runs = lines < 1000 ? 200 : 20
  let bare = Measure.best(of: runs) { Measure.parseEvents(bytes) }
  let edit = try Measure.best(of: runs) { try Measure.edit(bytes, Measure.operations(1, in: lines)) }
  let ruamel = try Measure.ruamel(file, python: CommandLine.arguments[1])
  print("\(lines) lines, \(bytes.count) bytes")
  line("libyaml's bare event parse", bare * 1000, "ms")
  line("ruamel.yaml's round trip", ruamel * 1000, "ms")
  line("one edit with its proof", edit * 1000, "ms", atMost: limit)
  line("one edit against the bare parse", edit / bare, "times", atMost: 5)
  line("the round trip against one edit", ruamel / edit, "times", atLeast: 15)
  line(
    "memory of one edit against the file", Double(try Measure.memory(lines: lines)) / Double(bytes.count), "times",
    atMost: lines < 1000 ? nil : 20)
}
let large = Array(Manifest.text(lines: 10_000).utf8)
let one = try Measure.best(of: 10) { try Measure.edit(large, Measure.operations(1, in: 10_000)) }
let many = try Measure.best(of: 3) { try Measure.edit(large, Measure.operations(1000, in: 10_000)) }
print("10000 lines, 1000 operations")
line("all operations", many * 1000, "ms")
line("all against one", many / one, "times", atMost: 20)
exit(missed == 0 ? 0 : 1)
