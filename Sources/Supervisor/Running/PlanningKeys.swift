extension ResumePlanner {
  /// What a run would do with each of the keys. Beyond the first stage that would run, the plan is what can be told before it has.
  func plan(_ keys: [URLKey], inputs: StageInputs) -> RunPlan {
    var plan = RunPlan()
    for key in keys {
      let name = key.description
      var entry = RunPlan.Key(key: name, pendingUntil: pendingUntil(name), stages: [])
      if entry.pendingUntil == nil, !isTakenOver(name) { entry.stages = stages(of: key, inputs) }
      plan.keys.append(entry)
    }
    return plan
  }

  private func stages(of key: URLKey, _ inputs: StageInputs) -> [RunPlan.Step] {
    var steps: [RunPlan.Step] = []
    var before: String?
    for stage in pipeline.stages where stage.scope != .run {
      if let before {
        steps.append(RunPlan.Step(stage: stage.name, action: .run(reason: "after \(before)")))
        continue
      }
      let action = action(for: stage, key: key.description, facts: inputs.facts(for: stage, key: key))
      steps.append(RunPlan.Step(stage: stage.name, action: action))
      switch action {
      case .run: before = stage.name
      case .sources(let plan): if !plan.run.isEmpty { before = stage.name }
      case .waiting, .invalid: return steps
      case .done, .reuse, .skip: break
      }
    }
    return steps
  }
}
