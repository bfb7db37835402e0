import Adaptation
import Reporting
import Training

/// One adaptation after the other, and how they compare.
struct ComparedAdaptations {
  let job: AdaptationJob
  let entries: [ComparisonEntry]
  let folder: RunFolder

  /// What the entries would take; nothing trains.
  func plans() throws -> [ComparedRun] {
    try Comparison.check(folder, resumes: true)
    _ = try checkedOptions()
    return try checked(
      entries.map { entry in
        try attempt(entry, in: folder) { $0.plan(explains: job.options.adaptation.explain) }
      })
  }

  /// Runs the entries that are not done yet.
  /// - Throws: ``CommandError`` where a signal stopped it, or nothing could train.
  func run() throws -> [ComparedRun] {
    var comparison = try Comparison(
      entries, options: try checkedOptions(), folder: folder, resumes: job.options.resume)
    for entry in entries where comparison[entry] == nil {
      if Interruption.isRequested { throw CommandError("stopped before \(entry.text); go on with --resume") }
      let run = try attempt(entry, in: comparison.folder(of: entry)) {
        $0.plan(explains: job.options.adaptation.explain).merging(try $0.train())
      }
      try comparison.record(run, of: entry)
      try writeReport(comparison)
    }
    try writeReport(comparison)  // also where a kill left nothing else to do
    return try checked(comparison.runs)
  }

  private func writeReport(_ comparison: Comparison) throws {
    try ComparisonReport(
      title: "\(job.splits.name): strategies compared", command: CommandLine.arguments.joined(separator: " "),
      comparison
    ).write()
  }

  /// Everything that decides the runs, after a look at the layers that entries name.
  ///
  /// The model is gone when the first run begins, so that no run counts the tensors of another.
  private func checkedOptions() throws -> JSONObject {
    let pretrained = try job.pretrained()
    let configuration = try job.configuration(pretrained)
    let network = try AdaptableNetwork(pretrained.model, new: pretrained.new, frozen: configuration.frozen)
    for entry in entries { _ = try job.options.adaptation.request(entry, network) }
    return try configuration.document.merging(job.options.adaptation.comparedOptions)
      .merging(["finds_rates": .string(job.rates.rawValue)])
  }

  /// An entry's numbers, or why there are none.
  private func attempt(
    _ entry: ComparisonEntry, in folder: RunFolder, _ body: (PreparedAdaptation) throws -> JSONObject
  ) throws -> ComparedRun {
    announce("\(entry.text) (\((entries.firstIndex { $0.text == entry.text } ?? 0) + 1) of \(entries.count))")
    let prepared: PreparedAdaptation
    do {
      prepared = try job.prepare(entry.text, in: folder) { try job.options.adaptation.request(entry, $0) }
    } catch let reason where reason is StrategyError || reason is TrainingError {
      announce("cannot train: \(reason)\n")
      return ComparedRun(entry, failure: reason)
    }
    return ComparedRun(entry, try body(prepared))
  }

  private func checked(_ runs: [ComparedRun]) throws -> [ComparedRun] {
    if runs.contains(where: { $0.failure == nil }) { return runs }
    let reasons = runs.map { "\($0.name): \($0.failure ?? "")" }
    throw CommandError("none of the strategies can train; \(reasons.joined(separator: "; "))")
  }

  private func announce(_ text: String) {
    if !job.options.reporting.quiet { StandardErrorOutput().write(text + "\n") }
  }
}
