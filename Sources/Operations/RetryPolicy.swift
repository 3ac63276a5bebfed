/// How long to wait before a step is tried again: exponential backoff with jitter, never past a deadline.
public struct RetryPolicy: Codable, Hashable, Sendable {
  /// Tries after the first one.
  public var maxRetries: Int
  /// The first wait.
  public var baseDelaySeconds: Double
  /// What each wait is multiplied with.
  public var backoffMultiplier: Double
  /// No wait is longer.
  public var maxDelaySeconds: Double
  /// The share of a wait that chance takes off, so that many waiters do not come back at once.
  public var jitter: Double

  /// Creates a policy; without arguments the default of `execution_mode.yaml`.
  public init(
    maxRetries: Int = 3, baseDelaySeconds: Double = 5, backoffMultiplier: Double = 2, maxDelaySeconds: Double = 300,
    jitter: Double = 0.2
  ) {
    self.maxRetries = max(0, maxRetries)
    self.baseDelaySeconds = max(0, baseDelaySeconds)
    self.backoffMultiplier = max(1, backoffMultiplier)
    self.maxDelaySeconds = max(0, maxDelaySeconds)
    self.jitter = min(max(0, jitter), 1)
  }

  /// The wait before a retry; nil when there is none left or it would end past the deadline.
  ///
  /// - Parameters:
  ///   - retry: 1 for the first retry.
  ///   - chance: a random number in 0..<1, given so that the same number gives the same wait.
  ///   - remaining: the time left until the deadline; nil when there is none.
  public func delay(beforeRetry retry: Int, chance: Double, remaining: Duration? = nil) -> Duration? {
    guard retry >= 1, retry <= maxRetries else { return nil }
    var seconds = min(baseDelaySeconds, maxDelaySeconds)
    for _ in 1..<retry where seconds < maxDelaySeconds {
      seconds = min(seconds * backoffMultiplier, maxDelaySeconds)
    }
    let delay = Duration.seconds(seconds * (1 - jitter * min(max(0, chance), 1)))
    if let remaining, delay >= remaining { return nil }
    return delay
  }

  enum CodingKeys: String, CodingKey {
    case jitter
    case maxRetries = "max_retries"
    case baseDelaySeconds = "base_delay_seconds"
    case backoffMultiplier = "backoff_multiplier"
    case maxDelaySeconds = "max_delay_seconds"
  }
}
