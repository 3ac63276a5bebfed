internal import Journal
internal import ManifestYAML

extension AlertSettings {
  /// Reads the file.
  init?(_ file: ConfigurationFile) {
    guard let document = file.decode(AlertsDocument.self) else { return nil }
    self.init(fixWaitDays: document.fixWaitDays?.value ?? 3)
    for item in document.receivers?.items ?? [] {
      guard let receiver = item.value else { continue }
      guard !receivers.contains(where: { $0.name == receiver.name.value }) else {
        file.note(
          "two receivers are called '\(receiver.name.value)'; name each differently, since what one was told is remembered "
            + "by its name", at: item.node)
        continue
      }
      let ways = [receiver.webhook?.way, receiver.command.map { .command($0.words) }, receiver.email?.way]
        .compactMap(\.self)
      let written = ["webhook", "command", "email"].count { item.node.member($0) != nil }
      guard written == 1 else {
        file.note("\(item.subject) needs one of 'webhook', 'command' and 'email', and has \(written)", at: item.node)
        continue
      }
      // What is wrong with it has been told.
      guard let way = ways.first else { continue }
      receivers.append(
        AlertReceiver(
          name: receiver.name.value, way: way,
          kinds: receiver.on.map { Set($0.map(\.kind)) } ?? AlertReceiver.allKinds,
          timeLimitSeconds: receiver.timeoutSeconds?.value ?? 10))
    }
  }
}

private struct AlertsDocument: Decodable {
  let fixWaitDays: Number<WaitDays>?
  let receivers: YAMLItems<ReceiverDocument>?

  enum CodingKeys: String, CodingKey {
    case receivers
    case fixWaitDays = "fix_wait_days"
  }
}

private struct ReceiverDocument: YAMLDescribed {
  let name: Text<PlainName>
  let webhook: WebhookDocument?
  let command: Command?
  let email: EmailDocument?
  let on: [KindName]?
  let timeoutSeconds: Number<AlertSeconds>?

  static let noun: String? = "receiver"
  static let nameKey: String? = "name"
  static let examples = ["name": "team"]

  enum CodingKeys: String, CodingKey {
    case name, webhook, command, email, on
    case timeoutSeconds = "timeout_seconds"
  }
}

/// What a receiver may ask for.
private enum KindName: String, CaseIterable, Decodable {
  case sourceFailing = "source_failing"
  case sourceHealed = "source_healed"
  case budgetBurning = "budget_burning"
  case fixWaiting = "fix_waiting"

  var kind: Alert.Kind {
    switch self {
    case .sourceFailing: .sourceFailing
    case .sourceHealed: .sourceHealed
    case .budgetBurning: .budgetBurning
    case .fixWaiting: .fixWaiting
    }
  }
}

private struct WebhookDocument: YAMLDescribed {
  let urlEnv: Text<VariableName>
  let secretEnv: Text<VariableName>?

  static let examples = ["url_env": "ALERT_URL"]

  enum CodingKeys: String, CodingKey {
    case urlEnv = "url_env"
    case secretEnv = "secret_env"
  }

  var way: AlertReceiver.Way { .webhook(addressVariable: urlEnv.value, secretVariable: secretEnv?.value) }
}

private struct EmailDocument: YAMLDescribed {
  let to: [Text<MailAddress>]
  let from: Text<MailAddress>
  let sendmail: Command?

  static let examples = ["to": "[data@example.org]", "from": "errata@example.org"]

  var way: AlertReceiver.Way {
    .email(to: to.map(\.value), from: from.value, sendmail: sendmail?.words ?? AlertReceiver.sendmail)
  }

  enum CodingKeys: String, CodingKey { case to, from, sendmail }
}

/// An address that stands in a mail's header.
private enum MailAddress: TextKind {
  static let expectation = "a mail address, such as data@example.org"

  static func accepts(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { part in
        !part.isEmpty && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._+-".contains($0)) }
      }
  }
}
