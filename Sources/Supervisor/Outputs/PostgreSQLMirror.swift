internal import Journal
internal import PostgreSQL

/// The table of events in a PostgreSQL database.
actor PostgreSQLMirror: MirrorTable {
  nonisolated let place: String
  private let address: PostgreSQLAddress
  private let deadline: ContinuousClock.Instant
  private var session: PostgreSQLConnection?

  init(_ address: PostgreSQLAddress, deadline: ContinuousClock.Instant) {
    self.address = address
    self.deadline = deadline
    place = address.description
  }

  func positions(changingNothing: Bool) throws(MirrorError) -> [JournalPosition] {
    try asked { connection throws(PostgreSQLError) in
      let there = try connection.query(
        "SELECT to_regclass($1) IS NOT NULL AND to_regclass($2) IS NOT NULL",
        [MirrorTableShape.name, MirrorTableShape.positions])
      if there.rows.first?.first != "t" {
        guard !changingNothing else { return [] }
        try Self.make(connection)
      }
      try Self.check(connection)
      let rows = try connection.query(
        "SELECT file, fingerprint, bytes, events, passed_over FROM \(MirrorTableShape.positions)")
      return rows.rows.compactMap(Self.position)
    }
  }

  func append(_ rows: [EventRow], _ positions: [JournalPosition]) throws(MirrorError) {
    try asked { connection throws(PostgreSQLError) in
      try connection.transaction { () throws(PostgreSQLError) in
        if !rows.isEmpty {
          try Self.bring(
            rows.lazy.map(\.values), MirrorTableShape.columnNames, into: MirrorTableShape.name,
            "(event_id) DO NOTHING", connection)
        }
        // A step back, because somebody else was further, costs only that events are sent again.
        try Self.bring(
          positions.lazy.map(Self.values), MirrorTableShape.positionColumns, into: MirrorTableShape.positions,
          "(file, fingerprint) \(MirrorTableShape.positionUpdate)", connection)
      }
    }
  }

  /// Sends rows and inserts them where they are not there yet: COPY by itself cannot leave any out.
  private static func bring(
    _ rows: some Sequence<[String?]>, _ columns: [String], into table: String, _ conflict: String,
    _ connection: PostgreSQLConnection
  ) throws(PostgreSQLError) {
    let list = columns.map(PostgreSQLConnection.quote(identifier:)).joined(separator: ", ")
    try connection.execute(
      "CREATE TEMP TABLE errata_rows ON COMMIT DROP AS SELECT \(list) FROM \(table) WITH NO DATA")
    try connection.copy(into: "errata_rows", columns: columns, rows: rows)
    try connection.execute(
      """
      INSERT INTO \(table) (\(list)) SELECT \(list) FROM errata_rows ON CONFLICT \(conflict);
      DROP TABLE errata_rows
      """)
  }

  private static func values(_ position: JournalPosition) -> [String?] {
    [
      position.file.name, position.file.fingerprint, "\(position.bytes)", "\(position.events)",
      "\(position.passedOver)", "now",
    ]
  }

  /// Makes what is missing; only one at a time, for `IF NOT EXISTS` keeps no two from trying.
  private static func make(_ connection: PostgreSQLConnection) throws(PostgreSQLError) {
    try connection.transaction { () throws(PostgreSQLError) in
      try connection.execute("SELECT pg_advisory_xact_lock(hashtext('\(MirrorTableShape.name)'))")
      let schema = try connection.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [MirrorTableShape.schema])
      // Asked before: making a schema takes a right that using one does not.
      if schema.rows.isEmpty { try connection.execute("CREATE SCHEMA \(MirrorTableShape.schema)") }
      let table = try connection.query("SELECT 1 WHERE to_regclass($1) IS NOT NULL", [MirrorTableShape.name])
      if table.rows.isEmpty {
        try connection.execute(
          """
          CREATE TABLE \(MirrorTableShape.name) (id SERIAL PRIMARY KEY, \(MirrorTableShape.columns(json: "JSONB")));
          \(MirrorTableShape.indexes)
          """)
      }
      try connection.execute(MirrorTableShape.positionsTable)
    }
  }

  private static func check(_ connection: PostgreSQLConnection) throws(PostgreSQLError) {
    let found = try connection.query(
      """
      SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
      WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
      """, [MirrorTableShape.name])
    let types = found.rows.compactMap { row in row[0].flatMap { name in row[1].map { (name, $0) } } }
    let trouble = MirrorTableShape.trouble(
      Dictionary(types, uniquingKeysWith: { first, _ in first }), json: ["jsonb", "json"])
    if let trouble { throw PostgreSQLError(.typeMismatch, trouble.description, isTransient: false) }
  }

  private static func position(_ row: [String?]) -> JournalPosition? {
    guard row.count == 5, let name = row[0], let fingerprint = row[1], let bytes = row[2].flatMap({ Int($0) }),
      let events = row[3].flatMap({ Int($0) }), let passedOver = row[4].flatMap({ Int($0) })
    else { return nil }
    return JournalPosition(
      JournalPosition.File(name: name, fingerprint: fingerprint), bytes: bytes, events: events, passedOver: passedOver)
  }

  private func asked<Value>(
    _ work: (PostgreSQLConnection) throws(PostgreSQLError) -> Value
  ) throws(MirrorError) -> Value {
    do throws(PostgreSQLError) {
      if let session { return try work(session) }
      let connection = try PostgreSQLConnection(address, deadline: deadline)
      session = connection
      return try work(connection)
    } catch {
      throw MirrorError(error)
    }
  }
}
