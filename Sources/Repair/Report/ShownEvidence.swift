internal import Journal

extension Evidence {
  /// The evidence as it may be recorded: values of the data keep to the policy, and so do looks into files that drafts have.
  public func shown(by policy: ValuePolicy) -> Evidence {
    guard policy != .full else { return self }
    func hidden(_ values: [Value]) -> [Value] {
      values.map { Value(policy.example($0.value), count: $0.count, rows: policy == .none ? [] : $0.rows) }
    }
    func hidden(_ column: FailingValues) -> FailingValues {
      var shown = column
      shown.values = hidden(column.values)
      shown.markers = hidden(column.markers)
      shown.sample = column.sample.map(policy.example)
      return shown
    }
    var shown = self
    shown.values = values.map(hidden)
    shown.furtherValues = furtherValues.map(hidden)
    shown.entry = entry.map { entry in
      guard case .object(var members) = entry, let files = members["files"]?.array else { return entry }
      members["files"] = .array(
        files.map { file in
          guard case .object(let keys) = file else { return file }
          return .object(keys.filter { $0.key != "preview" })
        })
      return .object(members)
    }
    return shown
  }
}
