import Journal
import TestSeeds
import Testing

struct RedactionTests {
  @Test(
    "Secrets go, what stands around them stays",
    arguments: [
      ("postgresql://errata:s3cr3t@db.example.org:5432/nhs", "postgresql://***@db.example.org:5432/nhs"),
      ("see https://ghp-user:x@example.org/a?b=1 now", "see https://***@example.org/a?b=1 now"),
      ("postgres://u:pa/ss@host/db", "postgres://***@host/db"),
      ("postgres://u:p@ss@host/db", "postgres://***@host/db"),
      ("host=db password=hunter2 user=me", "host=db password=*** user=me"),
      ("Server=db;Pwd=a,b;Database=x", "Server=db;Pwd=***;Database=x"),
      (#"{"password": "a \" b", "rows": 3}"#, #"{"password": "***", "rows": 3}"#),
      ("PGPASSWORD='two words' psql", "PGPASSWORD='***' psql"),
      ("api_key: abc", "api_key: ***"),
      ("--api-token 0123456789abcdef0123 --jobs 4", "--api-token *** --jobs 4"),
      ("Authorization: Basic dXNlcjpwYXNz x\nnext", "Authorization: ***\nnext"),
      ("curl -H 'Authorization: Bearer abc.def' url", "curl -H 'Authorization: ***' url"),
      ("sent Bearer abcdef123456.x ok", "sent Bearer *** ok"),
      ("https://x.org/f.csv?sig=a%2Fb&se=2026", "https://x.org/f.csv?sig=***&se=2026"),
      ("?X-Amz-Signature=deadbeef&X-Amz-Date=1", "?X-Amz-Signature=***&X-Amz-Date=1"),
      ("key AKIAABCDEFGHIJKLMNOP used", "key *** used"),
      ("aws_secret_access_key = abc/def+1", "aws_secret_access_key = ***"),
      ("ghp_0123456789012345678901234567890123456", "***"),
      ("a eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl b", "a *** b"),
      ("AccountName=a;AccountKey=Zm9v==;End", "AccountName=a;AccountKey=***;End"),
      ("Set-Cookie: sid=abc; Path=/", "Set-Cookie: ***"),
    ])
  func secrets(text: String, expected: String) {
    #expect(Redaction.redact(text) == expected)
    #expect(Redaction.redact(expected) == expected, "redacting twice changes nothing")
  }

  @Test(
    "Text without secrets stays as it is",
    arguments: [
      "INTEGER column received unexpected value '*' in headcount_march_2020",
      "https://digital.nhs.uk/data/mi-adhd/may-2025?page=2#tables", "git@github.com:nhs/errata.git",
      "password authentication failed for user \"errata\"", "tokens_used: 25000", "Unexpected token: <",
      "primary_key: [code]", "PWD=/home/me", "http://127.0.0.1:8080/@x", "ssh://git@example.org/a",
      "Straße ünïcode 🙂 value='c'", "password: null", "",
    ])
  func harmless(text: String) {
    #expect(Redaction.redact(text) == text)
  }

  @Test("A private key goes whole, also when its lines come one by one, and the text after it stays")
  func privateKey() {
    let lines = [
      "before", "-----BEGIN RSA PRIVATE KEY-----", "MIIEowIBAAKCAQEA", "-----END RSA PRIVATE KEY-----", "after",
    ]
    let whole = Redaction.redact(lines.joined(separator: "\n"))
    #expect(whole == "before\n***\nafter")
    var redaction = Redaction()
    let pieces = lines.map { redaction.next($0) }
    #expect(pieces == ["before", "***", "", "", "after"])
    #expect(
      Redaction.redact("k=\"-----BEGIN PRIVATE KEY-----\\nMII\\n-----END PRIVATE KEY-----\\n\" rows=3").hasSuffix(
        "rows=3"))
  }

  @Test("A private key that never ends does not hide a whole log")
  func endlessKey() {
    let text = "-----BEGIN PRIVATE KEY-----\n" + String(repeating: "noise\n", count: 5000) + "the end"
    #expect(Redaction.redact(text).hasSuffix("the end"))
  }

  @Test("Events are redacted in all their texts")
  func events() {
    var error = EventError(.databaseUnavailable, "cannot reach postgres://u:p@db")
    error.stacktrace = "token=abcdef0123456789abcdef"
    let event = Event(
      .stageFailed, data: ["command": ["psql", "postgres://u:p@db"], "env": ["PGPASSWORD": "x"], "rows": 3],
      error: error)
    let redacted = event.redacted
    #expect(redacted.error?.message == "cannot reach postgres://***@db")
    #expect(redacted.error?.stacktrace == "token=***")
    #expect(redacted.data == ["command": ["psql", "postgres://***@db"], "env": ["PGPASSWORD": "***"], "rows": 3])
  }

  @Test("What a secret's removal uncovers is taken out too")
  func uncovered() {
    let once = Redaction.redact("x://password=a/b;c:d@host")
    #expect(once == "x://***@host")
    #expect(Redaction.redact(once) == once)
  }

  @Test("Redaction of any text is stable and keeps its lines")
  func stable() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SplitMix(state: seed)
    let pieces = [
      "://", "a:b@", "password", "=", " ", "\n", "\"", "'", "Bearer ", "token", "x1y2z3w4", "-----BEGIN", "🙂", "/", ";",
      "--",
    ]
    for _ in 0..<2000 {
      let text = (0..<20).compactMap { _ in pieces.randomElement(using: &random) }.joined()
      let once = Redaction.redact(text)
      #expect(Redaction.redact(once) == once, "seed \(seed): \(text)")
      #expect(once.filter { $0 == "\n" }.count == text.filter { $0 == "\n" }.count, "seed \(seed): \(text)")
    }
  }
}
