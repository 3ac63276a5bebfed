/// How much a look at the addresses of loaded files may take.
struct ReleaseRules: Sendable {
  /// How many servers are asked at the same time; each of them one thing after the other.
  var serversAtOnce = 4
  /// Seconds that the whole look may take.
  var seconds: Double = 60
  /// Seconds without a byte after which a server counts as silent.
  var silentSeconds: Double = 10
  /// The bytes that may be fetched in all; what an address has not changed costs none.
  var mostBytes = 1 << 30
}
