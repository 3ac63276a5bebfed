import Foundation
import Journal
import Supervisor
import Testing

/// Whether what the journal says is loaded is still in the target.
struct RunningTargetTests {
  private let place = RunningWorkspace()

  /// A loader whose target is a list of what it holds, and a command that tells it.
  private var configuration: Configuration {
    place.configuration(
      periods: ["nov25", "dec25"],
      load: """
        mkdir -p data; echo "$ERRATA_PERIOD/$1" >> loads
        echo "$ERRATA_PERIOD/$1" >> data/target; echo "Loaded 5 rows into t"
        """
    ) { configuration in
      configuration.pipeline.stages[1].receipts = ["sh", "receipts.sh"]
    }
  }

  private static let receipts = """
    echo asked >> asked
    test -f refuse && exit 1
    grep "^$ERRATA_PERIOD/" data/target | while IFS=/ read -r period source; do
      printf '{"event_type":"source_skipped","data":{"source_code":"%s","reason":"already loaded"}}\\n' "$source"
    done >> "$ERRATA_EVENTS"

    """

  private func prepared() async throws {
    try place.prepare(periods: ["nov25", "dec25"])
    try place.write(Self.receipts, to: "receipts.sh")
    #expect(try await place.run(configuration).exitCode() == 0)
    #expect(place.lines("loads").count == 4)
    try FileManager.default.removeItem(atPath: place.workspace.root + "/loads")
  }

  @Test("A database that was put back from an older copy gets again what it lacks, and nothing else")
  func older() async throws {
    try await prepared()
    try place.write("nov25/one\ndec25/one\ndec25/two\n", to: "data/target")
    #expect(try await place.run(configuration).exitCode() == 0)
    #expect(place.lines("loads") == ["nov25/two"])
    #expect(try place.state()["adhd/nov25"]?.status == .completed)
    let unloaded = try place.events().filter { $0.type == .sourceUnloaded }
    #expect(unloaded.map(\.context.sourceCode) == ["two"])
    #expect(unloaded.map(\.context.urlKey) == ["adhd/nov25"])
  }

  @Test("A database that is as the last run left it is not asked")
  func untouched() async throws {
    try await prepared()
    try await place.run(configuration)
    #expect(place.lines("asked").isEmpty)
    #expect(place.lines("loads").isEmpty)
  }

  @Test("What a deleted database held is loaded again though a run that loads a part of it makes the file anew")
  func deleted() async throws {
    try await prepared()
    try FileManager.default.removeItem(atPath: place.workspace.root + "/data/target")
    try await place.run(configuration, options: RunOptions(only: ["adhd/nov25"]))
    #expect(place.lines("loads") == ["nov25/one", "nov25/two"])
    try await place.run(configuration)
    #expect(place.lines("loads").sorted() == ["dec25/one", "dec25/two", "nov25/one", "nov25/two"])
  }

  @Test("A target that does not answer is believed to hold what the journal says, and is asked again the next time")
  func silent() async throws {
    try await prepared()
    try place.write("nov25/one\ndec25/one\ndec25/two\n", to: "data/target")
    try place.write("", to: "refuse")
    try await place.run(configuration)
    #expect(place.lines("loads").isEmpty)
    #expect(try place.events().contains { $0.type == .warning })
    try FileManager.default.removeItem(atPath: place.workspace.root + "/refuse")
    try await place.run(configuration)
    #expect(place.lines("loads") == ["nov25/two"])
  }
}
