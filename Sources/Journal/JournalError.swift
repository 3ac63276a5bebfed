internal import Foundation

/// The journal, or what is made of it, could not be written or read.
public struct JournalError: Error, CustomStringConvertible, Sendable {
  /// What kind of trouble it is.
  public enum Kind: String, Sendable {
    /// The disk or the quota is full.
    case diskFull
    /// The user may not write or read there.
    case permissionDenied
    /// Anything else the system said.
    case failed
  }

  /// What kind of trouble it is.
  public let kind: Kind
  /// The file.
  public let path: String
  /// One sentence: what, where, why, what to do.
  public let description: String

  /// Says what could not be done, such as `write`, and why.
  public init(_ action: String, _ path: String, _ cause: any Error) {
    self.path = path
    let codes = JournalError.codes(of: cause)
    if codes.contains(28) || codes.contains(122) {
      kind = .diskFull
      description =
        "could not \(action) \(path): the disk is full; make room there and run again, nothing recorded is lost"
    } else if codes.contains(13) || codes.contains(1) || codes.contains(30) {
      kind = .permissionDenied
      description = "could not \(action) \(path): permission denied; let this user write to that folder"
    } else {
      kind = .failed
      description = "could not \(action) \(path): \(JournalError.sentence(cause)); mend that and run again"
    }
  }

  /// The POSIX codes in an error and its causes; Foundation's own codes for a full disk and missing rights become POSIX ones.
  private static func codes(of error: any Error) -> Set<Int> {
    var found: Set<Int> = []
    var next: NSError? = error as NSError
    for _ in 0..<8 {
      guard let current = next else { break }
      if current.domain == NSPOSIXErrorDomain { found.insert(current.code) }
      if current.domain == NSCocoaErrorDomain {
        if current.code == CocoaError.fileWriteOutOfSpace.rawValue { found.insert(28) }
        let denied: [CocoaError.Code] = [.fileWriteNoPermission, .fileReadNoPermission, .fileWriteVolumeReadOnly]
        if denied.contains(where: { $0.rawValue == current.code }) { found.insert(13) }
      }
      next = current.userInfo[NSUnderlyingErrorKey] as? NSError
    }
    return found
  }

  private static func sentence(_ error: any Error) -> String {
    let text = (error as NSError).localizedDescription
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
