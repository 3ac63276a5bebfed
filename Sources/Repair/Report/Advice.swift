internal import Journal

/// What an error type means, and what a person does when no edit mends it.
enum Advice {
  /// What happened, as the end of the sentence "The stage failed because …".
  static func meaning(of type: ErrorType) -> String {
    switch type {
    case .notFound: "an address answered that there is nothing there"
    case .accessDenied: "a server refused access"
    case .rateLimited: "a server asked for fewer requests"
    case .serverError: "a server failed on its side"
    case .timeout: "something took longer than it may"
    case .connectionFailed: "no connection came about or it broke"
    case .tlsError: "a secure connection could not be agreed on"
    case .noFilesFound: "the page or archive holds none of the files"
    case .upcomingPublication: "the publication is announced but not out yet"
    case .corruptFile: "a file is not what its name says, or is incomplete"
    case .encodingError: "a file is written in another encoding than it was read in"
    case .sheetNotFound: "the workbook has no sheet of the name in the manifest"
    case .emptyData: "there is no data where data was expected"
    case .lowRowCount: "there are fewer rows than expected"
    case .typeMismatch: "a value does not fit the type that the manifest declares"
    case .valueOutOfRange: "a number is larger than the declared type can hold"
    case .valueTooLong: "a text is longer than the declared type can hold"
    case .dateFormat: "a date is written in another way than expected"
    case .missingColumn: "the file has no column of the name in the manifest"
    case .unexpectedColumn: "there are more fields than columns"
    case .duplicateKey: "a key occurs twice"
    case .nullViolation: "a value is missing where one is required"
    case .constraintViolation: "a rule of the table is broken"
    case .tableNotFound: "the table does not exist"
    case .permissionDenied: "the rights for it are missing"
    case .diskFull: "the disk is full"
    case .databaseUnavailable: "the database does not answer"
    case .lockConflict: "somebody else holds a lock"
    case .outOfMemory: "the memory did not suffice"
    case .manifestInvalid: "the manifest cannot be read"
    case .referenceNotFound: "the reference manifest is missing"
    case .llmError: "the model's service failed"
    case .codeError: "the program itself is at fault"
    case .unknown: "of something that no rule recognises"
    case .none: "its checks failed, though its output names no error"
    }
  }

  /// What to do when nothing is proposed.
  static func nextStep(for type: ErrorType) -> String {
    switch type {
    case .corruptFile:
      "Open the address in a browser. If the publisher serves a page in place of the file, wait or ask them; if the file "
        + "moved, correct its url in the manifest. The next run fetches it again."
    case .notFound, .noFilesFound, .accessDenied:
      "Look for the file on the publisher's page and correct the address, or disable the source if it is gone for good."
    case .serverError, .timeout, .connectionFailed, .rateLimited, .tlsError:
      "Nothing has to be edited. Run again later; if it stays, ask whoever runs the server."
    case .databaseUnavailable, .lockConflict, .diskFull, .permissionDenied, .outOfMemory:
      "Put the machine or database right and run again: what was not tried is still pending."
    case .manifestInvalid: "Correct the manifest at the line that the message names; `errata validate` checks it."
    case .codeError: "The program has to be corrected, which Errata never does; the whole output is in the log."
    case .upcomingPublication: "Nothing has to be done: the period is tried again from that day on."
    default: "Look at the evidence above and edit the manifest by hand; the next run tries the source again."
    }
  }

  /// What a run would do about a failure without any edit, in one sentence.
  static func ofARun(_ action: StateAction) -> String {
    switch action {
    case .markPending(let day): "A run sets the period aside and tries it again \(day.map { "on \($0)" } ?? "later")."
    case .retry(let reason): "A run tries it again. \(TextLayout.markdown(reason))"
    case .skipAndContinue(let reason), .escalateToHuman(let reason):
      "A run proposes no edit: a person has to look. \(TextLayout.markdown(reason))"
    }
  }
}
