import Foundation
import Journal
import Testing

/// What people write wrongly, and stages that misbehave.
@Suite("Bad input")
struct BadInputTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var file = "config/pipeline.yaml"
    /// What is replaced; nil to write the whole file.
    var old: String?
    var new: String
    var sentence: String
  }

  static let mistakes = [
    Mistake(
      testDescription: "a mapping that does not end", new: "schema_version: 1\nstages: {\n",
      sentence: "config/pipeline.yaml:3:1: this is not YAML"),
    Mistake(
      testDescription: "an empty file", new: "", sentence: "config/pipeline.yaml: the file is empty"),
    Mistake(
      testDescription: "a key that does not exist", old: "existing: keep", new: "existed: keep",
      sentence: "config/pipeline.yaml:8:5: unknown key 'existed' in stage 'manifest'; known here: command,"),
    Mistake(
      testDescription: "a text for a number", old: "timeout_seconds: 120", new: "timeout_seconds: soon",
      sentence: "config/pipeline.yaml:15:22: 'timeout_seconds' of stage 'load' must be a number from 0.1"),
    Mistake(
      testDescription: "a text for a list", old: "[\"true\"]", new: "\"true\"",
      sentence: "config/pipeline.yaml:6:14: 'command' of stage 'manifest' must be a list of a program"),
    Mistake(
      testDescription: "a key that stands twice", old: "scope: source", new: "scope: source\n    scope: url",
      sentence: "config/pipeline.yaml:12:5: the key 'scope' stands twice in stage 'load', on lines 11 and 12"),
    Mistake(
      testDescription: "a placeholder that nothing fills", old: "\"{source}\", --database, \"{database}\"",
      new: "\"{sauce}\", --database, \"{database}\"",
      sentence: "config/pipeline.yaml:13:67: unknown placeholder '{sauce}' in 'command' of stage 'load'; known here:"),
    Mistake(
      testDescription: "a mode that does not exist", file: "config/execution_mode.yaml",
      new: "execution:\n  mode: human\n",
      sentence: "config/execution_mode.yaml:2:9: 'mode' of 'execution' of the file must be one of human-in-loop"),
    Mistake(
      testDescription: "a forbidden action that does not exist", file: "config/constraints.yaml",
      new: "forbidden_actions: [explode]\n",
      sentence:
        "config/constraints.yaml:1:21: item 1 of 'forbidden_actions' of the file must be one of fix_manifest_type"),
    Mistake(
      testDescription: "a second file of the same name", file: "config/pipeline.json", new: "{}",
      sentence: "both config/pipeline.yaml and config/pipeline.json exist; keep one of them"),
  ]

  @Test("in the configuration is told with file, line and column, and nothing has run", arguments: mistakes)
  func configuration(_ mistake: Mistake) async throws {
    let place = try SmallWorkspace("configuration")
    if let old = mistake.old {
      try place.edit(mistake.file, old, mistake.new)
    } else {
      try place.write(mistake.new, to: mistake.file)
    }
    let ended = try await place.errata("run")
    #expect(ended.code == 40)
    #expect(ended.errors.contains(mistake.sentence), "\(ended.errors)")
    for folder in ["logs", "state", "data"] {
      #expect(!FileManager.default.fileExists(atPath: place.root + "/" + folder), "\(folder)/ was written")
    }
  }

  @Test("such as one wrong stage does not make the stages after it wrong as well")
  func noFollowers() async throws {
    let place = try SmallWorkspace("followers")
    try place.edit("config/pipeline.yaml", "[\"true\"]", "\"true\"")
    #expect(try await place.errata("run").errors.split(separator: "\n").count == 1)
  }

  @Test("such as a missing file is told, and so is a publication that does not exist")
  func missing() async throws {
    let place = try SmallWorkspace("missing")
    for arguments in [
      ["run", "--only", "nosuch"], ["run", "--only", "pub/dec99", "--dry-run"], ["retry", "pub/dec99"],
    ] {
      let ended = try await place.bench.run(Workbench.programs + "/errata", arguments, in: place.root)
      #expect(ended.code == 64)
      #expect(ended.errors.contains("has no publication 'nosuch'") || ended.errors.contains("has no period 'dec99'"))
    }
    try FileManager.default.removeItem(atPath: place.root + "/config/pipeline.yaml")
    let ended = try await place.errata("run")
    #expect(ended.code == 40)
    #expect(ended.errors.contains("config/pipeline.yaml: there is no such file"))
    #expect(!FileManager.default.fileExists(atPath: place.root + "/logs"))
  }

  @Test("in a manifest fails its period with manifest_invalid and the place; the others go on")
  func manifest() async throws {
    let place = try SmallWorkspace("manifest", periods: ["jan25", "feb25"])
    try place.write("sources:\n  - code: [one\n  x: {\n", to: "manifests/pub_jan25.yaml")
    try await place.commit()
    let ended = try await place.errata("run")
    #expect(ended.code == 10)
    let failed = try #require(try place.events().first { $0.type == .stageFailed && $0.context.period == "jan25" })
    #expect(failed.error?.kind == .manifestInvalid)
    #expect(failed.error?.message.hasPrefix("manifests/pub_jan25.yaml:3:4: this is not YAML") == true)
    #expect(try place.events().contains { $0.type == .sourceLoaded && $0.context.period == "feb25" })
  }

  struct Stage: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var command: [String]
    var timeoutSeconds = 120
    var type: ErrorType
    var sentence: String
  }

  static let stages = [
    Stage(
      testDescription: "does not exist", command: ["no-such-program"], type: .codeError,
      sentence: "no-such-program: no such program on PATH; check the stage's command"),
    Stage(
      testDescription: "may not be executed", command: ["./config/pipeline.yaml"], type: .codeError,
      sentence: "./config/pipeline.yaml is there but may not be executed"),
    Stage(
      testDescription: "ends by a signal", command: ["sh", "-c", "echo working; kill -SEGV $$"], type: .codeError,
      sentence: "go was ended by signal 11 (SIGSEGV); its last line: working"),
    Stage(
      testDescription: "is killed", command: ["sh", "-c", "echo working; kill -KILL $$"], type: .outOfMemory,
      sentence: "go was ended by signal 9 (SIGKILL); its last line: working"),
    Stage(
      testDescription: "says nothing", command: ["sh", "-c", "exit 7"], type: .unknown,
      sentence: "go exited with 7 and said nothing"),
    Stage(
      testDescription: "writes bytes that are no UTF-8", command: ["sh", "-c", "printf 'bad \\377 bytes\\n'; exit 4"],
      type: .unknown, sentence: "go exited with 4; its last line: bad \u{FFFD} bytes"),
    Stage(
      testDescription: "closes its output and hangs", command: ["sh", "-c", "echo hi; exec >&- 2>&-; exec sleep 300"],
      timeoutSeconds: 1, type: .timeout, sentence: "go did not end within 1 seconds and was ended"),
    Stage(
      testDescription: "leaves a child that holds its output",
      command: ["sh", "-c", "sleep 300 & echo $! > child; echo ERROR: disk is odd; exit 3"], type: .unknown,
      sentence: "disk is odd"),
  ]

  @Test("such as a stage's program that misbehaves is a failure with its real error", arguments: stages)
  func stage(_ stage: Stage) async throws {
    let place = try SmallWorkspace("stage")
    try place.replacePipeline(command: stage.command, timeoutSeconds: stage.timeoutSeconds)
    let ended = try await place.errata("run")
    #expect(ended.code == 30)
    let error = try #require(try place.events().first { $0.type == .stageFailed }?.error)
    #expect(error.kind == stage.type)
    #expect(error.message.contains(stage.sentence), "\(error.message)")
    if let child = try? place.text("child").trimmingCharacters(in: .whitespacesAndNewlines) {
      let status = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
      #expect(status?.contains("(sleep) S") != true, "the child \(child) lives")
    }
  }

  @Test("such as 50 MB of output is kept whole in the log, secrets replaced, in bounded memory")
  func flood() async throws {
    let place = try SmallWorkspace("flood")
    let script =
      "yes 'all is well and nothing has happened' | head -c 50000000; echo; echo password=hunter2secret; "
      + "echo 'ERROR: the real trouble'; exit 3"
    try place.replacePipeline(command: ["sh", "-c", script])
    // Its peak is read from the kernel after its end; held in memory, the output would double it.
    let measure = """
      import resource, subprocess, sys
      code = subprocess.run([sys.argv[1], "run"]).returncode
      print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
      """
    let ended = try await place.bench.run(
      "python3", ["-c", measure, Workbench.programs + "/errata"], in: place.root)
    let numbers = ended.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    #expect(numbers.first == 30)
    #expect(try #require(numbers.last) < 95_000, "kilobytes at the peak")
    let failed = try #require(try place.events().first { $0.type == .stageFailed })
    #expect(failed.error?.message.contains("the real trouble") == true)
    let log = try #require(failed.data["log"]?.string)
    let size = try #require(try FileManager.default.attributesOfItem(atPath: place.root + "/" + log)[.size] as? Int)
    #expect(size > 50_000_000)
    let kept = try await place.bench.run("grep", ["-r", "-l", "hunter2secret", "logs"], in: place.root)
    #expect(kept.output.isEmpty, "the password is in \(kept.output)")
    try FileManager.default.removeItem(atPath: place.root + "/" + log)
  }

  @Test("such as a second run at the same time is refused with the holder's process number")
  func secondRun() async throws {
    let place = try SmallWorkspace("second-run")
    try place.replacePipeline(command: ["sh", "-c", "touch begun; while [ ! -e enough ]; do sleep 0.05; done"])
    async let first = place.errata("run")
    for _ in 0..<600 where !FileManager.default.fileExists(atPath: place.root + "/begun") {
      try await Task.sleep(for: .milliseconds(50))
    }
    let holder = try place.text("state/errata.lock").trimmingCharacters(in: .whitespacesAndNewlines)
    let second = try await place.errata("run")
    #expect(try await place.errata("status").code == 0)
    try place.write("", to: "enough")
    #expect(second.code == 1)
    #expect(second.errors.contains("errata with process number \(holder) is at work in this workspace"))
    #expect(try await first.code == 0)
  }

  @Test("such as logs that cannot be written is told before any stage runs")
  func unwritableLogs() async throws {
    let place = try SmallWorkspace("unwritable-logs")
    try place.replacePipeline(command: ["touch", "ran"])
    try place.write("a file where the folder would be\n", to: "logs")
    let ended = try await place.errata("run")
    #expect(ended.code == 1)
    #expect(ended.errors.contains("could not open \(place.root)/logs/events/"))
    #expect(!FileManager.default.fileExists(atPath: place.root + "/ran"))
  }
}
