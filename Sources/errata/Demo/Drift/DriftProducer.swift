import Foundation

/// Publishes the demo's files, step by step: a release of one table at each, and of all at the first step and at the switch.
struct DriftProducer: Sendable {
  /// The folder that the web site serves.
  let folder: String
  let seed: UInt64
  /// How many steps there will be: releases have dates in the past, so that servers tell them apart.
  let steps: Int

  /// The tables that are published anew at a step.
  func released(at step: Int) -> [ProducedTable] {
    let all = ProducedTable.all
    if step == 1 || step == ProducedTable.switchStep { return all }
    let turn = all[(step + Int(seed % UInt64(all.count))) % all.count].name
    return all.filter { $0.switchesAt == step || $0.name == turn }
  }

  /// Writes the files of a step.
  func publish(_ step: Int) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let date = Date(timeIntervalSinceNow: Double(step - steps - 1) * 3600)
    for table in released(at: step) {
      let path = "\(folder)/\(table.name).csv"
      let text = table.file(at: step, rows: 40 + step, seed: seed)
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }
  }
}
