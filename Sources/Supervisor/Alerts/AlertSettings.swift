public import Journal

/// `alerts.yaml`: who is told what changes.
public struct AlertSettings: Hashable, Sendable {
  /// Who is told.
  public var receivers: [AlertReceiver]
  /// After how many days a fix has waited too long.
  public var fixWaitDays: Double

  /// Creates settings; an absent file tells nobody.
  public init(receivers: [AlertReceiver] = [], fixWaitDays: Double = 3) {
    self.receivers = receivers
    self.fixWaitDays = fixWaitDays
  }
}

/// Somebody, or a program, that is told.
public struct AlertReceiver: Hashable, Sendable {
  /// How it is told.
  public enum Way: Hashable, Sendable {
    /// A POST of the JSON to the address in a variable of the environment; with a secret it is signed.
    case webhook(addressVariable: String, secretVariable: String?)
    /// A program that gets the JSON on standard input.
    case command([String])
    /// A mail through a program that speaks like sendmail.
    case email(to: [String], from: String, sendmail: [String])
  }

  /// Its name: what it was told is remembered by it.
  public var name: String
  /// How it is told.
  public var way: Way
  /// What it is told.
  public var kinds: Set<Alert.Kind>
  /// How long one try may take.
  public var timeLimitSeconds: Double

  /// What a receiver is told that does not say.
  public static let allKinds = Set(Alert.Kind.allCases).subtracting([.test])
  /// What mails are handed to.
  public static let sendmail = ["/usr/sbin/sendmail", "-t", "-i"]

  /// Creates a receiver.
  public init(
    name: String, way: Way, kinds: Set<Alert.Kind> = AlertReceiver.allKinds, timeLimitSeconds: Double = 10
  ) {
    self.name = name
    self.way = way
    self.kinds = kinds
    self.timeLimitSeconds = timeLimitSeconds
  }
}

extension AlertSettings {
  /// The addresses and secrets that an environment holds: no output may show them.
  func secrets(in environment: [String: String]) -> [String] {
    receivers.flatMap { receiver -> [String?] in
      guard case .webhook(let address, let secret) = receiver.way else { return [] }
      return [environment[address], secret.flatMap { environment[$0] }]
    }.compactMap(\.self).filter { !$0.isEmpty }
  }
}
