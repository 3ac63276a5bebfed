import Repair

/// The confidences against what came of them, as a table for people.
enum CalibrationText {
  /// The error alone, with where to find the rest.
  static func line(of calibration: Calibration) -> String {
    guard let error = calibration.error else { return table(of: calibration) }
    let decided = Numbers.counted(calibration.count, "decided fix", "decided fixes")
    return "Confidences: calibration error \(thousandths(error)) over \(decided); `--calibration` shows the table."
  }

  static func table(of calibration: Calibration) -> String {
    let waiting = Numbers.counted(calibration.undecided, "fix", "fixes")
    guard let error = calibration.error, let brier = calibration.brier else {
      return "No fix has been decided yet, so there is nothing to compare the confidences with (\(waiting) undecided)."
    }
    var table = TextTable(["CONFIDENCE", "FIXES", "PREDICTED", "REAL"])
    for bin in calibration.bins {
      table.add(
        "\(Numbers.decimal(bin.from))–\(Numbers.decimal(bin.to))", Numbers.grouped(bin.count),
        Numbers.decimal(bin.predicted), Numbers.decimal(bin.real))
    }
    let decided = Numbers.counted(calibration.count, "decided fix", "decided fixes")
    return """
      \(table.text)

      \(decided), \(waiting) undecided.
      Calibration error (ECE) \(thousandths(error)), Brier score \(thousandths(brier)); 0 is best for both.
      """
  }

  private static func thousandths(_ number: Double) -> String {
    let digits = String(1000 + Int((min(max(number, 0), 1) * 1000).rounded()))
    return number >= 0.9995 ? "1.000" : "0.\(digits.dropFirst())"
  }
}
