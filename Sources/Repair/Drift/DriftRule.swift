public import Journal

/// What makes failures of one run one change upstream. Pure: the same signs give the same drifts.
///
/// Signs are tied together by what they share: a rename, a retype, a version, or being most of what their publication has. From
/// `minSources` on, those that are tied together are one drift. Sources that never loaded show no change.
public struct DriftRule: Hashable, Sendable {
  /// How many sources must change together; several periods of one source count once.
  public var minSources: Int
  /// The share of a publication's sources that must change for the publication alone to tie them together.
  public var minShare: Double

  /// Creates a rule; the defaults are those of an absent configuration.
  public init(minSources: Int = 3, minShare: Double = 0.5) {
    self.minSources = minSources
    self.minShare = minShare
  }

  /// The drifts among the signs of one run, in the order of their first source.
  ///
  /// - Parameters:
  ///   - sizes: How many sources each publication has.
  ///   - known: Drifts that still wait or were turned down: what is theirs is not a new one, however few it is.
  public func drifts(
    in signs: [DriftSign], sizes: [String: Int] = [:], known: [DriftRecord] = []
  ) -> [SchemaDrift] {
    let ordered = signs.sorted { $0.place < $1.place }
    var taken: Set<Int> = []
    var drifts: [SchemaDrift] = []
    for record in known {
      let own = ordered.indices.filter { !taken.contains($0) && record.covers(ordered[$0]) }
      guard !own.isEmpty else { continue }
      taken.formUnion(own)
      drifts.append(SchemaDrift(id: record.id, signs: own.map { ordered[$0] }))
    }
    let left = ordered.indices.filter { !taken.contains($0) && ordered[$0].hasLoaded }.map { ordered[$0] }
    for group in groups(of: left, sizes: sizes) where Set(group.map(\.subject)).count >= minSources {
      drifts.append(SchemaDrift(group))
    }
    return drifts.sorted { ($0.signs.first?.place ?? "") < ($1.signs.first?.place ?? "") }
  }

  /// Signs that are tied together, directly or by others between them.
  private func groups(of signs: [DriftSign], sizes: [String: Int]) -> [[DriftSign]] {
    let keys = ties(of: signs, sizes: sizes)
    var group = Array(signs.indices)
    var first: [String: Int] = [:]
    for index in signs.indices {
      for key in keys[index] {
        guard let other = first[key] else {
          first[key] = index
          continue
        }
        let (from, to) = (group[index], group[other])
        if from != to { group = group.map { $0 == from ? to : $0 } }
      }
    }
    return Dictionary(grouping: signs.indices, by: { group[$0] }).values.map { $0.sorted() }
      .sorted { $0[0] < $1[0] }.map { $0.map { signs[$0] } }
  }

  private func ties(of signs: [DriftSign], sizes: [String: Int]) -> [Set<String>] {
    var subjects: [String: Set<String>] = [:]
    for sign in signs { subjects[sign.publication, default: []].insert(sign.subject) }
    return signs.map { sign in
      let count = subjects[sign.publication]?.count ?? 0
      let isMost = Double(count) >= minShare * Double(max(sizes[sign.publication] ?? count, count))
      return isMost ? sign.traits.union(["publication \(sign.publication)"]) : sign.traits
    }
  }
}

/// Many columns of many sources that changed together upstream: one incident with one plan.
public struct SchemaDrift: Codable, Hashable, Sendable {
  /// Eight hex digits: the same change has the same ones on every machine.
  public let id: String
  /// The sources, in the order of their places.
  public var signs: [DriftSign]

  /// A drift that is known by its id.
  public init(id: String, signs: [DriftSign]) {
    self.id = id
    self.signs = signs
  }

  /// A new drift, named by its publications and what changed in them.
  init(_ signs: [DriftSign]) {
    let parts = Set(signs.map(\.publication)).sorted() + Set(signs.flatMap(\.traits)).sorted()
    self.init(id: String(Digest.sha256(parts.joined(separator: "\u{1F}")).prefix(8)), signs: signs)
  }

  /// The publications, each once.
  public var publications: [String] { Set(signs.map(\.publication)).sorted() }

  /// The versions that producers name; mostly one, mostly none.
  public var versions: [UpstreamVersion] {
    var seen: Set<UpstreamVersion> = []
    return signs.compactMap(\.version).filter { seen.insert($0).inserted }
  }

  /// How headers changed, old to new, where the sources agree and either content or a second source bears it out: what is
  /// tried for a header that its own source says too little of.
  public var names: [String: String] {
    var found: [String: Set<String>] = [:]
    var weight: [String: Int] = [:]
    for sign in signs {
      for rename in sign.renames {
        found[rename.old, default: []].insert(rename.new)
        weight[rename.old, default: 0] += rename.isConfirmed ? 2 : 1
      }
    }
    return found.compactMapValues { $0.count == 1 ? $0.first : nil }.filter { weight[$0.key, default: 0] > 1 }
  }
}

extension DriftRecord {
  /// Whether a sign is this drift's: its source is known of it, or it changed in the same way.
  func covers(_ sign: DriftSign) -> Bool {
    places.contains(sign.place) || sign.hasLoaded && !traits.isDisjoint(with: sign.traits)
  }
}
