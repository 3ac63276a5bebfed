import Foundation

/// The lines that are printed; a missed goal's starts with `!`.
struct Report {
  private(set) var missed = 0

  func machine() {
    let cpu = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n")
      .first { $0.hasPrefix("model name") }?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    let versions = (try? Shell.run("git --version; echo libgit2 $(pkg-config --modversion libgit2)")) ?? ""
    print(Date().ISO8601Format(), "\(ProcessInfo.processInfo.activeProcessorCount) cores", cpu ?? "", separator: ", ")
    print(versions.replacingOccurrences(of: "\n", with: ", "))
  }

  func heading(_ text: String) {
    print("\n\(text)")
    fflush(nil)
  }

  mutating func line(
    _ what: String, _ value: Double, _ unit: String, atMost: Double? = nil, atLeast: Double? = nil
  ) {
    let isGood = atMost.map { value <= $0 } ?? true && atLeast.map { value >= $0 } ?? true
    if !isGood { missed += 1 }
    let goal = atMost.map { "  at most \($0)" } ?? atLeast.map { "  at least \($0)" } ?? ""
    print("\(isGood ? "  " : "! ")\(what): \(String(format: "%.2f", value)) \(unit)\(goal)")
    fflush(nil)
  }
}
