import Foundation
import Journal
import ManifestYAML

/// Looks after the files that a stage writes: what stood before is kept safe while the stage runs, approved fixes and people's
/// edits survive a manifest that is written anew, and the journal learns exactly which bytes the stage wrote.
///
/// Under `state/carry/` is what stood before a stage that has not ended; a run that finds something there was preceded by a
/// killed one and puts it back. Under `state/generated/` is what each stage wrote last, the common ancestor of the merge,
/// without the secrets in it.
struct ProductKeeper: Sendable {
  let workspace: Workspace
  let carryOver: @Sendable (CarryOver) async throws -> CarriedOver

  private var carryFolder: String { workspace.state + "/carry" }
  private var generatedFolder: String { workspace.state + "/generated" }
  private var lostFolder: String { workspace.state + "/carry-lost" }

  /// Keeps what stands safe. Only manifests are: other products are the stage's alone.
  func prepare(_ products: [String: String]) throws {
    for path in Self.manifests(in: products) {
      if let bytes = Self.bytes(at: workspace.root + "/" + path) {
        try Self.write(bytes, to: "\(carryFolder)/\(path)")
      } else {
        // A half-written first text must not be taken for a person's file later.
        try Self.write([], to: "\(carryFolder)/\(path)\(Self.absence)")
      }
    }
  }

  /// The end of the name of an empty file that says: nothing stood there.
  private static let absence = ".absent"

  /// After a stage that failed or was stopped: a manifest that it half wrote is put back.
  func restore(_ products: [String: String]) {
    for path in Self.manifests(in: products) {
      let saved = "\(carryFolder)/\(path)"
      if Self.bytes(at: saved + Self.absence) != nil {
        _ = try? setAside(path)
        try? FileManager.default.removeItem(atPath: saved + Self.absence)
      }
      guard let bytes = Self.bytes(at: saved) else { continue }
      if Self.bytes(at: workspace.root + "/" + path) != bytes {
        try? Self.write(bytes, to: workspace.root + "/" + path)
      }
      try? FileManager.default.removeItem(atPath: saved)
    }
  }

  /// After a stage that succeeded: merges, and tells what was written. The saved bytes stay until `forget`.
  func keep(_ products: [String: String], context: EventContext) async throws -> [Event] {
    var events: [Event] = []
    for path in Set(products.values).sorted() {
      let place = workspace.root + "/" + path
      guard !path.isEmpty, !path.hasPrefix("/"), let now = Self.bytes(at: place) else { continue }
      guard Self.isManifest(path) else {
        events.append(Self.written(path, digest: Digest.sha256(Data(now)), context: context))
        continue
      }
      let standing = Self.bytes(at: "\(carryFolder)/\(path)")
      let before = Self.bytes(at: "\(generatedFolder)/\(path)").map { SecretLines.restored($0, from: standing ?? now) }
      var kept = now
      if let standing, standing != now, standing != before {
        let request = CarryOver(path: path, generatedBefore: before, standing: standing, generatedNow: now)
        switch before == now ? CarriedOver.merged(standing) : try await carryOver(request) {
        case .merged(let bytes, let notes):
          kept = bytes
          events += notes.map { Event(.warning, context: context, data: ["message": .string($0)]) }
        case .conflict(let reason):
          kept = standing
          try Self.write(SecretLines.hidden(now), to: "\(generatedFolder)/\(path).new")
          let message =
            "\(path) was written anew but could not be merged with what stood there (\(reason)); what stood is kept, "
            + "the new text is in state/generated/\(path).new"
          events.append(Event(.warning, context: context, data: ["message": .string(message)]))
        }
      }
      if kept != now { try Self.write(kept, to: place) }
      try Self.write(SecretLines.hidden(now), to: "\(generatedFolder)/\(path)")
      var event = Self.written(path, digest: Digest.sha256(Data(kept)), context: context)
      if kept != now {
        event.data["mixed"] = true
        event.data["generated_sha256"] = .string(Digest.sha256(Data(now)))
      }
      events.append(event)
    }
    return events
  }

  /// The stage's end is in the journal: the saved bytes are not needed any more.
  func forget(_ products: [String: String]) {
    for path in Self.manifests(in: products) {
      for ending in ["", Self.absence] {
        try? FileManager.default.removeItem(atPath: "\(carryFolder)/\(path)\(ending)")
      }
    }
  }

  /// Puts back what a killed run had taken in hand.
  ///
  /// A file that the journal says a stage completed is left; a file that is neither that nor what stood before may hold a
  /// person's work since the kill, so it is kept aside.
  func recover(memory: RunMemory) -> [Event] {
    guard let walker = FileManager.default.enumerator(atPath: carryFolder) else { return [] }
    var events: [Event] = []
    for case let name as String in walker.allObjects {
      let wasAbsent = name.hasSuffix(Self.absence)
      let path = wasAbsent ? String(name.dropLast(Self.absence.count)) : name
      guard Self.isManifest(path), let bytes = Self.bytes(at: "\(carryFolder)/\(name)") else { continue }
      do {
        if let event = try recover(path, to: wasAbsent ? nil : bytes, memory: memory) { events.append(event) }
        try FileManager.default.removeItem(atPath: "\(carryFolder)/\(name)")
      } catch {
        events.append(Event(.warning, data: ["message": .string("\(path) could not be put back: \(error)")]))
      }
    }
    return events
  }

  /// Puts one file back as it stood; nil for one that did not exist.
  private func recover(_ path: String, to bytes: [UInt8]?, memory: RunMemory) throws -> Event? {
    let place = workspace.root + "/" + path
    let current = Self.bytes(at: place)
    let isDone = current.map { Digest.sha256(Data($0)) == memory.digest(ofWritten: path) } ?? false
    guard current != bytes, !isDone else { return nil }
    var message = "\(path) was being written when a run was killed; it is again as it stood before"
    if let aside = try setAside(path) { message += "; what was found there is in \(aside)" }
    if let bytes { try Self.write(bytes, to: place) }
    return Event(.warning, data: ["message": .string(message)])
  }

  /// Moves what stands at a path out of the way, for people to look at; where to, relative to the workspace.
  private func setAside(_ path: String) throws -> String? {
    let place = workspace.root + "/" + path
    guard let current = Self.bytes(at: place) else { return nil }
    let aside = "\(lostFolder)/\(path).\(Digest.sha256(Data(current)).prefix(8))"
    try Self.write(current, to: aside)
    try FileManager.default.removeItem(atPath: place)
    return workspace.relative(aside)
  }

  /// The bytes of a regular file; nil for anything else.
  static func bytes(at path: String) -> [UInt8]? {
    guard (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType == .typeRegular else {
      return nil
    }
    return FileManager.default.contents(atPath: path).map(Array.init)
  }

  private static func manifests(in products: [String: String]) -> [String] {
    Set(products.values).filter { isManifest($0) && !$0.hasPrefix("/") }.sorted()
  }

  static func isManifest(_ path: String) -> Bool {
    [".yaml", ".yml", ".json"].contains { path.lowercased().hasSuffix($0) }
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try AtomicFile.write(bytes, to: path)
  }

  private static func written(_ path: String, digest: String, context: EventContext) -> Event {
    Event(.fileWritten, context: context, data: ["path": .string(path), "sha256": .string(digest)])
  }
}
