import Foundation
import Operations

/// Runs one of git's helper programs (gpg, gpgsm, ssh-keygen) to its end, as git does: in the same process group, so that a
/// passphrase can be asked for at the terminal. Input and output are files: a daemon that the program leaves behind
/// (gpg-agent) would keep a pipe open.
struct HelperProgram {
  /// The program and its arguments; a name without a slash is looked for in PATH.
  let command: [String]

  struct Ended {
    /// The exit code, or 128 and the signal's number.
    let code: Int32
    let output: [UInt8]
    let errors: String
  }

  /// How long a person may take over a passphrase, in seconds.
  static let patience = 120.0

  /// - Parameter folder: A folder of the call's own, for the files.
  func run(input: [UInt8], in folder: borrowing ScratchFiles) throws(GitError) -> Ended {
    do throws(GitError) {
      let ended = try start(input: input, in: folder)
      // Who asked says what the failure is.
      let failure = OperationFailure(
        type: "access_denied", message: "\(command[0]) ended with \(ended.code)", kind: .data)
      OperationLog.current.note(.signCommit, failure: ended.code == 0 ? nil : failure, final: ended.code != 0)
      return ended
    } catch {
      let failure = OperationFailure(type: "code_error", message: error.message, kind: .logic)
      OperationLog.current.note(.signCommit, failure: failure, final: true)
      throw error
    }
  }

  private func start(input: [UInt8], in folder: borrowing ScratchFiles) throws(GitError) -> Ended {
    let given = try folder.write(input, to: "input")
    let (output, errors) = (folder.path + "/output", folder.path + "/errors")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, given, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process = pid_t()
    let code = posix_spawnp(&process, command[0], &actions, nil, &words, environ)
    guard code == 0 else {
      let reason = String(cString: strerror(code))
      throw GitError(signing: "\(command[0]) could not be started (\(reason)); install it")
    }
    return Ended(
      code: try wait(for: process), output: folder.read("output"),
      errors: String(decoding: folder.read("errors"), as: UTF8.self))
  }

  private func wait(for process: pid_t) throws(GitError) -> Int32 {
    let deadline = Date().addingTimeInterval(Self.patience)
    var status: Int32 = 0
    var pause: UInt32 = 500
    while true {
      let found = waitpid(process, &status, WNOHANG)
      if found == process { break }
      guard found == 0 || errno == EINTR else {
        throw GitError(signing: "\(command[0]) was lost track of (\(String(cString: strerror(errno))))")
      }
      guard Date() < deadline else {
        kill(process, SIGKILL)
        waitpid(process, &status, 0)
        throw GitError(
          signing: "\(command[0]) did not end within \(Int(Self.patience)) s, as when it waits for a passphrase;"
            + " unlock the key with an agent")
      }
      usleep(pause)
      pause = min(pause * 2, 20_000)
    }
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}

/// A folder that only this user can read and that goes with its owner.
struct ScratchFiles: ~Copyable {
  let path: String

  init() throws(GitError) {
    var template = Array((NSTemporaryDirectory() + "errata-sign-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw GitError(signing: "no temporary folder could be made (\(String(cString: strerror(errno))))")
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and gives its path.
  func write(_ bytes: [UInt8], to name: String) throws(GitError) -> String {
    let file = "\(path)/\(name)"
    guard FileManager.default.createFile(atPath: file, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
    else { throw GitError(signing: "\(file) cannot be written (is the disk full?)") }
    return file
  }

  func read(_ name: String) -> [UInt8] { FileManager.default.contents(atPath: "\(path)/\(name)").map(Array.init) ?? [] }
}
