/// How well everything does, with its parts (S4-11): a number that cannot be good while a part of it is unknown or bad unseen.
public struct HealthScore: Codable, Hashable, Sendable {
  /// One part.
  public struct Part: Codable, Hashable, Sendable {
    /// What it measures.
    public let name: String
    /// Between 0 and 1; nil where nothing is known, and then it does not count.
    public let value: Double?
    /// What it counts for among the parts that are known.
    public let weight: Int
    /// What the value was made of, in words.
    public let basis: String
  }

  /// The parts.
  public let parts: [Part]

  /// The weighted mean of the parts that are known, between 0 and 1; nil where none is.
  public let score: Double?

  init(_ parts: [Part]) {
    self.parts = parts
    let known = parts.compactMap { part in part.value.map { ($0, Double(part.weight)) } }
    let weight = known.reduce(0) { $0 + $1.1 }
    score = weight == 0 ? nil : known.reduce(0) { $0 + $1.0 * $1.1 } / weight
  }

  /// The known part that is worst.
  public var weakest: Part? { parts.filter { $0.value != nil }.min { ($0.value ?? 1) < ($1.value ?? 1) } }
}
