import CGit2
public import Foundation

/// Who did something, and when, as a commit records it.
public struct Signature: Hashable, Sendable {
  /// The person's or program's name.
  public var name: String
  /// The e-mail address.
  public var email: String
  /// The moment; git keeps whole seconds.
  public var date: Date
  /// The time zone, as minutes east of UTC.
  public var offsetMinutes: Int

  /// Creates a signature.
  public init(name: String, email: String, date: Date, offsetMinutes: Int = 0) {
    self.name = name
    self.email = email
    self.date = date
    self.offsetMinutes = offsetMinutes
  }

  init?(_ raw: UnsafePointer<git_signature>?) {
    guard let raw = raw?.pointee, let name = raw.name, let email = raw.email else { return nil }
    self.init(
      name: String(cString: name), email: String(cString: email),
      date: Date(timeIntervalSince1970: TimeInterval(raw.when.time)), offsetMinutes: Int(raw.when.offset))
  }

  /// Lends the signature to libgit2. What git could not read back is refused: a line break in a name, for one, would
  /// be taken for the next header of the commit.
  func withRaw<Result>(
    _ body: (UnsafePointer<git_signature>) throws(GitError) -> Result
  ) throws(GitError) -> Result {
    let forbidden: (Unicode.Scalar) -> Bool = { $0.value < 32 || $0 == "<" || $0 == ">" }
    guard !(name + email).unicodeScalars.contains(where: forbidden) else {
      throw GitError(
        GIT_EINVALID, "the signature \"\(name) <\(email)>\" has a control character or an angle bracket in it")
    }
    let seconds = date.timeIntervalSince1970.rounded(.down)
    guard seconds >= 0, let time = git_time_t(exactly: seconds), (-1439...1439).contains(offsetMinutes) else {
      throw GitError(
        GIT_EINVALID, "git cannot record the date \(seconds) s after 1970 at \(offsetMinutes) min from UTC")
    }
    var made: UnsafeMutablePointer<git_signature>?
    try check("git_signature_new", git_signature_new(&made, name, email, time, Int32(offsetMinutes)))
    defer { git_signature_free(made) }
    guard let made else { throw GitError(GIT_ERROR, "libgit2 made no signature") }
    return try body(made)
  }
}
