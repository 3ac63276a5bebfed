internal import Journal
internal import ManifestYAML
internal import Repair

/// What people decided about single values, put over a file that a stage wrote anew: by what the values are, not by their lines.
///
/// The order of sources and the text around a value may be other than before. What remains between the two texts and what
/// stands is people's other edits, which are merged by lines.
struct Regeneration {
  /// What the stage wrote before, with the decided values.
  private(set) var before: [UInt8]
  /// What it wrote now, with the decided values.
  private(set) var now: [UInt8]
  /// Fixes that the new text has no place for, or another one; a sentence each.
  private(set) var notes: [String] = []
  /// Values that a person and the stage both changed, each its own way.
  private(set) var contradictions: [String] = []
  private var decided: [(change: FixChange, value: JSONValue?)] = []
  private let path: String

  /// Puts the values of approved fixes over both texts of the stage.
  ///
  /// - Parameters:
  ///   - path: The file, relative to the workspace.
  ///   - standing: What stood in the file, which says what was decided.
  init(path: String, fixes: [FixRecord], before: [UInt8], standing: [UInt8], now: [UInt8]) {
    self.path = path
    self.before = before
    self.now = now
    guard let standing = try? YAMLFile(standing, name: path) else { return }
    for fix in fixes where fix.status == .approved || fix.status == .changed {
      for change in fix.changes where change.file == path { carry(change, of: fix, standing: standing) }
    }
  }

  /// Whether a text that was merged by lines has every decided value.
  func holds(in bytes: [UInt8]) -> Bool {
    guard !decided.isEmpty else { return true }
    guard let file = try? YAMLFile(bytes, name: path) else { return false }
    return decided.allSatisfy { Regeneration.value(of: $0.change, in: file) == .some($0.value) }
  }

  private mutating func carry(_ change: FixChange, of fix: FixRecord, standing: YAMLFile) {
    guard let earlier = try? YAMLFile(before, name: path), let later = try? YAMLFile(now, name: path),
      let old = Regeneration.value(of: change, in: earlier), let value = Regeneration.value(of: change, in: standing),
      old != value, let fixed = Regeneration.setting(change, from: old, to: value, in: earlier)
    else { return }
    before = fixed
    var place = change
    if Regeneration.value(of: change, in: later) == nil {
      guard let moved = MovedPlace.followed(change, from: earlier, to: later) else {
        notes.append(
          "Fix \(fix.id) (\(fix.summary)) no longer applies: \(path) as it was written anew has no \(change.selector)")
        return
      }
      place = moved
      notes.append("Fix \(fix.id) (\(fix.summary)) now stands at \(moved.selector) in \(path)")
    }
    guard let new = Regeneration.value(of: place, in: later) else { return }
    if new == old, let fixed = Regeneration.setting(place, from: new, to: value, in: later) {
      now = fixed
    } else if new != value {
      contradictions.append(
        "\(place.path) in \(path) is \(ConflictText.text(new)) as written now, where fix \(fix.id) made "
          + "\(ConflictText.text(value)) of \(ConflictText.text(old))")
      return
    }
    decided.append((place, value))
  }

  /// What stands at a change's place: `.some(nil)` where the place could hold a value and holds none, nil where it is gone.
  private static func value(of change: FixChange, in file: YAMLFile) -> JSONValue?? {
    guard let root = file.root, let selector = try? YAMLSelector(change.selector) else { return nil }
    if let path = selector.path(in: root) { return .some(root.node(at: path).map { JSONValue($0.value) }) }
    // A fix that renames what its own selector looks for is found under the new name.
    guard let renamed = selector.renamed(to: change.new?.string), let path = renamed.path(in: root) else { return nil }
    return .some(root.node(at: path).map { JSONValue($0.value) })
  }

  private static func setting(
    _ change: FixChange, from old: JSONValue?, to new: JSONValue?, in file: YAMLFile
  ) -> [UInt8]? {
    guard let selector = try? YAMLSelector(change.selector) else { return nil }
    let edit = FixEdit(file: change.file, selector: selector, old: old, new: new)
    guard let operations = try? edit.operations(in: file) else { return nil }
    return try? file.applying(operations)
  }
}
