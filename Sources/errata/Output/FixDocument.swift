import Journal

/// A fix as `errata fixes --json` prints it: the record and its pull request's page, with every documented field there, null
/// where there is no value.
struct FixDocument: Encodable {
  let fix: FixRecord
  let pullRequest: PullRequestRecord?

  private enum Field: String, CodingKey {
    case source, commit, changes
    case pullRequest = "pull_request"
  }
  private enum ChangeField: String, CodingKey { case file, path, selector, old, new }

  func encode(to encoder: any Encoder) throws {
    var record = fix
    record.changes = []
    try record.encode(to: encoder)
    var container = encoder.container(keyedBy: Field.self)
    if fix.source == nil { try container.encodeNil(forKey: .source) }
    try container.encode(pullRequest?.url, forKey: .pullRequest)
    if fix.commit == nil { try container.encodeNil(forKey: .commit) }
    var changes = container.nestedUnkeyedContainer(forKey: .changes)
    for change in fix.changes {
      var one = changes.nestedContainer(keyedBy: ChangeField.self)
      try one.encode(change.file, forKey: .file)
      try one.encode(change.path, forKey: .path)
      try one.encode(change.selector, forKey: .selector)
      try one.encode(change.old ?? .null, forKey: .old)
      try one.encode(change.new ?? .null, forKey: .new)
    }
  }
}
