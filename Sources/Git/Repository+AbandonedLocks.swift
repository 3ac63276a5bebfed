internal import Foundation

extension Repository {
  /// Takes away the lock that a killed process left on a reference while it moved it to `new`.
  ///
  /// A lock is a living git's, and stays, when it names another commit, or changes or goes away within a fifth of a
  /// second. The caller knows that the process that meant to move the reference is gone.
  public func removeAbandonedLock(of fullName: String, meantFor new: ObjectID) {
    let path = "\(commonDirectory)/\(fullName).lock"
    guard let before = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date else {
      return
    }
    usleep(200_000)
    guard let after = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date,
      after == before, let content = FileManager.default.contents(atPath: path), content.count <= 80
    else { return }
    let text = String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    if text.isEmpty || text == new.hex { try? FileManager.default.removeItem(atPath: path) }
  }
}
