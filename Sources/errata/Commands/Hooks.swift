import ArgumentParser
import Foundation
import Supervisor

/// Git hooks.
struct Hooks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Install git hooks that check manifests and keep fixes whole.",
    subcommands: [Install.self, Uninstall.self, Run.self])

  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Put the hooks into this repository.",
      discussion: """
        pre-commit checks the staged manifests, commit-msg keeps a fix's trailers, post-merge and post-rewrite reconcile and \
        say what can resume. With --server, update refuses a pushed fix branch that changes what a fix may not change.

        A hook that is there already is left alone; the exit code is then 50. Where errata is not on the PATH, the hooks let \
        everything pass.
        """)

    @OptionGroup var place: HookPlace
    @Flag(help: "The repository receives pushes: install update and nothing else.") var server = false
    @Flag(help: "Move a hook that is there already aside and run it first.") var chain = false

    func run() throws {
      let product = try ProductFiles.locate().root + "/hooks"
      let installer = try HookInstaller(repository: place.directory, product: product, server: server)
      let outcomes = try installer.install(
        server ? HookInstaller.names.server : HookInstaller.names.clone, chain: chain)
      for outcome in outcomes { HookPlace.tell(outcome) }
      let kept = outcomes.filter { $0.deed == .kept }
      guard !kept.isEmpty else { return }
      Terminal.say("A hook of your own is there already. Add this line to it, or have it run first with --chain:")
      for outcome in kept {
        let call = "errata hooks run \(outcome.name) \"$@\" || exit $?"
        Terminal.say("    if command -v errata >/dev/null 2>&1; then \(call); fi")
      }
      throw ExitCode(CommandFailure.Code.git.rawValue)
    }
  }

  struct Uninstall: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take the hooks out again; what was moved aside comes back.")

    @OptionGroup var place: HookPlace

    func run() throws {
      let installer = try HookInstaller(repository: place.directory, product: "", server: true)
      let outcomes = try installer.uninstall()
      for outcome in outcomes { HookPlace.tell(outcome) }
      if outcomes.isEmpty { Terminal.say("There is no hook of Errata's in \(installer.folder).") }
    }
  }

  /// What the hooks call. Only `update` refuses when Errata itself cannot work: nobody is kept from committing by that.
  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What a hook calls.",
      discussion: "git runs it in the work tree's top folder, or in the bare repository.")

    @Argument(help: "The hook.") var name: String
    @Argument(parsing: .captureForPassthrough, help: "What git gave it.") var arguments: [String] = []

    func run() async throws {
      guard (HookInstaller.names.clone + HookInstaller.names.server).contains(name) else {
        throw CommandFailure(
          .usage, "there is no hook '\(name)'; there are pre-commit, commit-msg, post-merge and update")
      }
      do {
        try await perform()
      } catch let code as ExitCode {
        throw code
      } catch {
        Terminal.say("errata \(name): \(error)")
        if name == "update" { throw ExitCode.failure }
      }
    }

    private func perform() async throws {
      let environment = ProcessInfo.processInfo.environment
      let directory = FileManager.default.currentDirectoryPath
      switch name {
      case "pre-commit":
        let problems = try StagedManifests.problems(in: directory, index: environment["GIT_INDEX_FILE"])
        for problem in problems { Terminal.say(problem.description) }
        guard !problems.isEmpty else { return }
        Terminal.say(
          "errata: nothing is committed: mend what is wrong in the staged files and `git add` them,"
            + " or go past this with --no-verify.")
        throw ExitCode(CommandFailure.Code.configuration.rawValue)
      case "commit-msg":
        guard let path = arguments.first else { throw CommandFailure(.usage, "commit-msg needs the message's file") }
        if let sentence = try CommitMessageHook.run(message: path, in: directory, environment: environment) {
          Terminal.say("errata: \(sentence)")
        }
      case "update":
        guard arguments.count == 3 else { throw CommandFailure(.usage, "update needs REF OLD NEW") }
        let refusals = try PushGate.refusals(of: arguments[0], new: arguments[2], in: directory)
        for refusal in refusals { Terminal.say("errata: refused: \(refusal)") }
        if !refusals.isEmpty { throw ExitCode.failure }
      default:
        // An amended commit tells nothing of what is in the base.
        if name == "post-rewrite", arguments.first != "rebase" { return }
        for sentence in try await MergeNews.sentences(in: directory) { Terminal.say("errata: \(sentence)") }
      }
    }
  }
}

/// The repository that hooks are for.
struct HookPlace: ParsableArguments {
  @Option(name: .customLong("repository"), help: ArgumentHelp("The repository; by default this one.", valueName: "dir"))
  var directory = "."

  static func tell(_ outcome: HookInstaller.Outcome) {
    let words: [HookInstaller.Outcome.Deed: String] = [
      .written: "written ", .present: "present ", .chained: "chained ", .kept: "kept    ", .removed: "removed ",
      .restored: "restored",
    ]
    Terminal.say("\(words[outcome.deed] ?? outcome.deed.rawValue) \(outcome.path)")
  }
}
