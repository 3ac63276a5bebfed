import Foundation

@main
struct GitBenchmark {
  static func main() async throws {
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1)
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1)
    let arguments = CommandLine.arguments.dropFirst()
    guard arguments.allSatisfy(["--fixes", "--reconcile"].contains) else {
      print("usage: git-benchmark [--fixes] [--reconcile]    (both where none is named)")
      exit(64)
    }
    var report = Report()
    report.machine()
    if arguments.isEmpty || arguments.contains("--fixes") {
      for fsync in [false, true] {
        let ground = try Ground(onDisk: fsync)
        defer { ground.remove() }
        try await FixesBenchmark(ground: ground, fsync: fsync).run(&report)
      }
    }
    if arguments.isEmpty || arguments.contains("--reconcile") {
      let ground = try Ground(onDisk: false)
      defer { ground.remove() }
      try await ReconcileBenchmark(ground: ground).run(&report)
    }
    exit(report.missed == 0 ? 0 : 1)
  }
}
