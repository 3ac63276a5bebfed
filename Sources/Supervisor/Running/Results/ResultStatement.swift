import DataFiles
import Foundation
import Journal
import Repair
import PostgreSQL

/// Why a query gave no rows, in one sentence.
struct ResultQueryError: Error {
  let sentence: String
}

/// A query of `results:`, asked read-only.
///
/// A placeholder stands for a value and never for SQL: it is a parameter, or a literal in quotes.
struct ResultStatement {
  private let template: Template
  private let values: [String: String]

  init(_ query: String, values: [String: String]) {
    var text = query[...]
    while let last = text.last, last == ";" || last.isWhitespace { text = text.dropLast() }
    template = Template(String(text))
    self.values = values
  }

  /// One more than are read, so that what is left out is noticed. In a query of its own nothing but a SELECT has a place.
  private func limited(_ text: String) -> String {
    "SELECT * FROM (\n\(text)\n) AS results LIMIT \(ResultReading.mostOutcomes + 1)"
  }

  /// Asks a file of DuckDB's.
  func rows(file: String, within limit: Duration) async throws(ResultQueryError) -> [JSONValue] {
    guard FileManager.default.fileExists(atPath: file) else {
      throw ResultQueryError(sentence: "the database \(file) is not there")
    }
    let text = template.filled { values[$0].map { DuckDB.quote(literal: $0) } ?? "NULL" }
    do throws(DataFileError) {
      let rows = try await DuckDB.locate().query(limited(text), in: .readOnly(file), timeout: limit)
      return rows.map(Self.record)
    } catch {
      throw ResultQueryError(sentence: "the query failed: \(Self.line(error.event.message))")
    }
  }

  /// Asks a PostgreSQL server.
  func rows(server: String, within limit: Duration) async throws(ResultQueryError) -> [JSONValue] {
    var parameters: [String?] = []
    let text = template.filled { name in
      parameters.append(values[name])
      return "$\(parameters.count)::text"
    }
    var place = "the database"
    do throws(PostgreSQLError) {
      let address = try PostgreSQLAddress(server)
      place = address.description
      let session = try PostgreSQLConnection(
        address, session: PostgreSQLSession(isReadOnly: true), deadline: .now + limit)
      let answer = try session.query(limited(text), parameters)
      return answer.rows.map { row in
        let members = zip(answer.columns, row).map { ($0, $1.map { JSONValue.string($0) } ?? .null) }
        return Self.record(Dictionary(members, uniquingKeysWith: { first, _ in first }))
      }
    } catch {
      throw ResultQueryError(sentence: "the query of \(place) failed: \(Self.line(error.description))")
    }
  }

  /// Column names are written as each pleases.
  private static func record(_ row: [String: JSONValue]) -> JSONValue {
    .object(Dictionary(row.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first }))
  }

  private static func line(_ message: String) -> String {
    String(message.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(300))
  }
}
