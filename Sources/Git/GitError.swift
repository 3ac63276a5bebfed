import CGit2

/// Why a git operation was not done.
public struct GitError: Error, CustomStringConvertible, Sendable {
  /// libgit2's return code; negative.
  public let code: Int32
  /// The call that failed: a libgit2 function, or this module's own check.
  public let call: String
  /// One sentence: what happened, where, and what to do about it.
  public let message: String

  /// Creates an error.
  public init(code: Int32, call: String, message: String) {
    self.code = code
    self.call = call
    self.message = message
  }

  /// Creates the error of one of this module's own checks.
  init(_ code: git_error_code, in call: String = #function, _ message: String) {
    self.init(code: code.rawValue, call: String(call.prefix { $0 != "(" }), message: message)
  }

  /// A failure of libgit2 names the call, because its words alone seldom say what was attempted.
  public var description: String {
    call.hasPrefix("git_") ? "git: \(message) (\(call) returned \(code))" : message
  }

  /// Whether somebody else moved or holds the reference: read it again and decide anew.
  public var isRace: Bool {
    has(GIT_EMODIFIED) || has(GIT_ELOCKED) || (call == "update" && (has(GIT_EEXISTS) || has(GIT_ENOTFOUND)))
  }

  /// Whether history that was asked for is missing from a shallow clone.
  public var isShallow: Bool { call == "history" && has(GIT_ENOTFOUND) }

  /// Whether changes in the index or the work tree are in the way.
  public var isInTheWay: Bool { call == "moveCheckedOut" && has(GIT_ECONFLICT) }

  /// Whether the object, reference or repository does not exist.
  public var isNotFound: Bool { has(GIT_ENOTFOUND) }

  func has(_ other: git_error_code) -> Bool { code == other.rawValue }
}

/// The one door into libgit2: every return code passes here, and the thread's message is copied at once.
@discardableResult
func check(_ call: StaticString, _ code: Int32) throws(GitError) -> Int32 {
  guard code < 0 else { return code }
  throw GitError(code: code, call: "\(call)", message: lastMessage())
}

private func lastMessage() -> String {
  guard let error = git_error_last(), let message = error.pointee.message else { return "no reason was given" }
  return String(cString: message)
}
