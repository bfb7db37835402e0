import DataSets
import Foundation
import Models
import NeuralNet
import Reporting
import Tensor
import Training

/// `report.html` of a run, as the verbs that train write it.
struct RunReport {
  let title: String
  let model: Model
  let splits: DataSplits
  let folder: RunFolder
  /// When the run began.
  let started: ContinuousClock.Instant

  /// - Parameters:
  ///   - step: a training step after warm-up.
  ///   - sections: what a method has to say of itself.
  func write(
    _ result: EvaluationResult, step: Ledger, pictures: [PictureGrid.Item], figures: [HTMLReport.KeyFigure] = [],
    sections: [TrainingReport.Section] = []
  ) throws {
    let contents = TrainingReport.Contents(
      title: title, command: CommandLine.arguments.joined(separator: " "), task: model.task,
      result: result, classNames: splits.classNames,
      keyFigures: scores(result) + [
        .init("loss", HumanUnits.fixed(result.loss, digits: 3), note: "cross-entropy on held-out pictures"),
        .init("parameters", HumanUnits.grouped(model.network.parameterCount)),
        .init("time", HumanUnits.duration(seconds: (ContinuousClock.now - started).milliseconds / 1000)),
        .init("peak memory", HumanUnits.bytes(memoryStatus()?.peak ?? 0), note: "resident"),
      ] + figures,
      modules: LedgerProfile(step, grouping: .module), operations: LedgerProfile(step, grouping: .operation),
      pictures: pictures, sections: sections)
    try TrainingReport.write(contents, to: folder)
  }

  private func scores(_ result: EvaluationResult) -> [HTMLReport.KeyFigure] {
    switch model.task {
    case .classification:
      [.init("accuracy", HumanUnits.percent(result.accuracy), note: "\(result.correct) of \(result.total) pictures")]
    case .segmentation:
      [
        .init("mIoU", HumanUnits.percent(result.meanIoU), note: "mean over classes"),
        .init("pixel accuracy", HumanUnits.percent(result.accuracy), note: "\(result.pictures) pictures"),
      ]
    }
  }
}

extension Machine {
  /// What explains the numbers of a run: command, versions, CPU.
  static func document() -> JSONObject {
    [
      "command": JSONValue(CommandLine.arguments) { .string($0) },
      "martlet": .string(Martlet.configuration.version), "onednn": .string(Compute.oneDNNVersion),
      "cpu": .string(Machine().model), "threads": .integer(Compute.threads),
    ]
  }
}
