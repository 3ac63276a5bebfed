internal import CPostgreSQL
internal import Foundation
internal import Journal

/// The one owner of a result of libpq's.
final class StatementResult {
  private let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) { self.pointer = pointer }

  deinit { PQclear(pointer) }

  var status: ExecStatusType { PQresultStatus(pointer) }

  /// The rows as text.
  var rows: PostgreSQLRows {
    var answer = PostgreSQLRows()
    answer.changed = Int(String(cString: PQcmdTuples(pointer))) ?? 0
    let width = PQnfields(pointer)
    answer.columns = (0..<width).map { String(cString: PQfname(pointer, $0)) }
    answer.rows = (0..<PQntuples(pointer)).map { row in
      (0..<width).map { column in
        PQgetisnull(pointer, row, column) == 1 ? nil : String(cString: PQgetvalue(pointer, row, column))
      }
    }
    return answer
  }

  /// The error; nil when the statement did what it should.
  var error: PostgreSQLError? {
    guard status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_NONFATAL_ERROR else {
      return nil
    }
    let said = field("M") ?? String(cString: PQresultErrorMessage(pointer))
    let message = said.trimmingCharacters(in: .whitespacesAndNewlines)
    guard let state = field("C") else { return .connection(message) }
    let (type, isTransient) = PostgreSQLError.meaning(ofState: state)
    var error = PostgreSQLError(type, message, isTransient: isTransient)
    error.sqlState = state
    error.detail = field("D")
    error.hint = field("H")
    error.position = field("P").flatMap { Int($0) }
    error.table = field("t")
    error.column = field("c")
    error.constraint = field("n")
    return error
  }

  /// A part of the error, by the letter that the protocol gives it.
  private func field(_ letter: Unicode.Scalar) -> String? {
    PQresultErrorField(pointer, Int32(letter.value)).map { String(cString: $0) }
  }
}
