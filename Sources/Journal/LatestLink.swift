internal import Foundation

/// `latest.jsonl`, the relative symbolic link to the newest run's file (S0-29).
enum LatestLink {
  static func point(in folder: String, to target: String, run: String) throws {
    let link = "\(folder)/latest.jsonl"
    let manager = FileManager.default
    guard (try? manager.destinationOfSymbolicLink(atPath: link)) != target else { return }
    let fresh = "\(folder)/.latest-\(run)-\(ProcessInfo.processInfo.processIdentifier)"
    try? manager.removeItem(atPath: fresh)
    do {
      try manager.createSymbolicLink(atPath: fresh, withDestinationPath: target)
      try rename(fresh, over: link)
    } catch {
      try? manager.removeItem(atPath: fresh)
      throw JournalError("point", link, error)
    }
  }
}
