import Adaptation
import DataSets
import Models
import Reporting
import Tensor
import Training

/// An adaptation that is decided and measured, and has only to train.
struct PreparedAdaptation {
  /// Its name among others; nil for one on its own.
  let name: String?
  let run: AdaptationRun
  /// The model and the weights that it begins with.
  let pretrained: PretrainedModel
  let splits: DataSplits
  let folder: RunFolder
  let started: ContinuousClock.Instant

  /// What trains and what a step takes.
  /// - Parameter explains: whether with what was probed.
  func plan(explains: Bool) -> JSONObject {
    let plan = PlanTables.json(run.plan).merging([
      "replaced": JSONValue(pretrained.report.replaced) { .string($0.name) }
    ])
    guard explains, let probe = run.probe else { return plan }
    return plan.merging(["explanation": PlanTables.json(probe)])
  }

  /// Trains, writes differences and report, and says how it went.
  /// - Throws: ``CommandError`` where a signal stopped it.
  func train() throws -> JSONObject {
    let isResumed = folder.hasState
    try folder.write(run.trainer.configuration, machine: Machine.document())
    Interruption.watch()
    let began = ContinuousClock.now
    switch try run.trainer.run() {
    case .interrupted(let epoch, let step):
      let place = name.map { " of \($0)" } ?? ""
      throw CommandError("stopped in epoch \(epoch + 1) after step \(step)\(place); go on with --resume")
    case .finished(let result):
      let seconds = (ContinuousClock.now - began).milliseconds / 1000
      let peak = run.peakBytes
      run.removeFeatures()
      let model = run.network.model
      try DeltaCheckpoint.save(
        model, classNames: splits.classNames, base: pretrained.base, to: folder.file("delta.safetensors"))
      try writeReport(result, peak: peak)
      return result.document(model.task, classNames: splits.classNames).merging(features).merging([
        "learning_rate": .number(run.trainer.configuration.learningRate),
        "training_s": isResumed ? .null : .number(seconds),
        "peak_tensor_mb": .number(Double(peak) / 1_048_576),
        "peak_rss_mb": .number(Double(memoryStatus()?.peak ?? 0) / 1_048_576),
        "output": .string(folder.url.relativePath),
      ])
    }
  }

  /// The file that it trained from, if there was one.
  private var features: JSONObject {
    guard let features = run.features else { return [:] }
    return [
      "features": [
        "behind": .string(features.boundary), "mb": .number(Double(features.byteCount) / 1_048_576),
        "computed": .bool(features.isNew),
      ]
    ]
  }

  private func writeReport(_ result: EvaluationResult, peak: Int) throws {
    let model = run.network.model
    let scenes =
      model.task == .segmentation
      ? try SegmentedScene.pictures(
        model, splits: splits, precision: run.trainer.configuration.precision, count: 6) : []
    let method = name.map { " with \($0)" } ?? ""
    try RunReport(
      title: "\(model.configuration.name) adapted to \(splits.name)\(method)", model: model, splits: splits,
      folder: folder, started: started
    ).write(
      result, step: run.plan.profile, pictures: try scenes.flatMap { try $0.gridItems },
      figures: [
        .init("peak of tensors", HumanUnits.bytes(peak), note: "weights, activations, gradients"),
        .init("kept", HumanUnits.bytes(run.plan.measured.savedBytes), note: "for the backward pass"),
        .init(
          "operations", HumanUnits.count(run.plan.measured.operations),
          note: "of a step; backward \(HumanUnits.count(run.plan.measured.backwardOperations))"),
      ],
      sections: [PlanTables.section(run.plan, run.probe, run.network)])
  }
}
