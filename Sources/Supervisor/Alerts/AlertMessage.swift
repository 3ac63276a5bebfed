internal import Foundation
internal import Journal

/// What a receiver gets: all that is new to it, as one document.
struct AlertMessage: Encodable, Sendable {
  /// The shape's version.
  let version = 1
  /// The workspace's folder.
  let workspace: String
  /// The run in which it was found.
  let run: String
  let alerts: [Alert]
  /// All of it as text, under the name that chat services read.
  let text: String
  /// In one line.
  let summary: String

  init(_ alerts: [Alert], workspace: Workspace, runID: String) {
    self.workspace = workspace.root.split(separator: "/").last.map(String.init) ?? "/"
    run = runID
    self.alerts = alerts
    summary = Self.summary(alerts)
    text = ([Self.summary(alerts)] + alerts.map { "- \($0.text)" }).joined(separator: "\n")
  }

  private static func summary(_ alerts: [Alert]) -> String {
    func count(_ kind: Alert.Kind, _ one: String, _ many: String) -> String? {
      let number = alerts.count { $0.kind == kind }
      return number == 0 ? nil : number == 1 ? "1 \(one)" : "\(number) \(many)"
    }
    let parts = [
      count(.sourceFailing, "source starts to fail", "sources start to fail"),
      count(.sourceHealed, "source works again", "sources work again"),
      count(.budgetBurning, "error budget burns too fast", "error budgets burn too fast"),
      count(.fixWaiting, "fix waits too long", "fixes wait too long"), count(.test, "test", "tests"),
    ].compactMap(\.self)
    return "Errata: " + parts.joined(separator: ", ")
  }

  /// The document as JSON, keys sorted.
  var json: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      try container.encode(Event.text(from: date))
    }
    // Texts and dates, which always encode.
    return (try? encoder.encode(self)).map { Array($0) } ?? []
  }

  /// The document as a mail. Texts in it may come from anywhere: a header is one line of ASCII, and the body is encoded.
  func mail(to recipients: [String], from sender: String) -> [UInt8] {
    let subject = Data("\(summary) (\(workspace))".utf8).base64EncodedString()
    // An encoded word has at most 75 characters; what is longer stands in the body anyway.
    let shown = subject.utf8.count <= 60 ? subject : Data("\(summary)".utf8.prefix(42)).base64EncodedString()
    let body = Data((text + "\n").utf8).base64EncodedString(options: .lineLength76Characters)
    let lines = [
      "From: \(sender)", "To: \(recipients.joined(separator: ", "))", "Subject: =?UTF-8?B?\(shown)?=",
      "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
      "Auto-Submitted: auto-generated", "", body.replacing("\r\n", with: "\n"), "",
    ]
    return Array(lines.joined(separator: "\n").utf8)
  }
}
