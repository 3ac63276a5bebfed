internal import DataFiles
internal import Journal

/// What an address answered.
enum ReleaseAnswer: Sendable {
  /// It has what it was asked for.
  case same
  /// It has these bytes, which lie at the path for as long as the look goes on.
  case has(sha256: String, bytes: Int, validators: Validators, path: String)
  /// It did not answer, or with something that is no file of its name.
  case trouble(DataFileError)
  /// It was not asked: its server had trouble before, or time or bytes ran out.
  case unreached
}

/// What an answer means for one URL key's file. Pure: the same book and answer give the same finding.
enum ReleaseFinding: Equatable, Sendable {
  /// The bytes are those that are loaded.
  case unchanged
  /// They are again, or by other validators than before: those are to be remembered.
  case confirmed
  /// They are another release, which has been told already.
  case known
  /// They are another release.
  case revised

  init(_ answer: ReleaseAnswer, about file: ReleaseFile, isReload: Bool) {
    let revision = file.revision.flatMap { $0.sha256 == file.sha256 ? nil : $0 }
    switch answer {
    case .trouble, .unreached: self = .unchanged
    case .same: self = revision == nil ? .unchanged : .known
    case .has(let digest, _, let validators, _):
      if digest == file.sha256 {
        let isNew = validators != Validators(etag: file.etag, lastModified: file.lastModified)
        self = revision != nil || (isNew && !validators.isEmpty) ? .confirmed : .unchanged
      } else {
        self = digest == revision?.sha256 && !isReload ? .known : .revised
      }
    }
  }
}
