internal import Foundation

/// Renames a file or link over another in one step, as rename(2) does.
func rename(_ path: String, over target: String) throws {
  // The two C strings live for the call only.
  guard unsafe Foundation.rename(path, target) == 0 else {
    throw NSError(domain: NSPOSIXErrorDomain, code: Int(errno))
  }
}
