import DataSets
import Foundation
import Models
import NeuralNet
import Reporting
import Tensor
import Training

/// A training in a run folder, as `train` and `quickstart` start it.
struct TrainingRun {
  let model: Model
  let splits: DataSplits
  let trainer: Trainer
  /// What became of the weights that the training started from; nil where it started from random ones or was resumed.
  let loadReport: LoadReport?
  private let folder: RunFolder
  private let started = ContinuousClock.now

  init(
    model name: String, weights: WeightsReference? = nil, splits: DataSplits, data: String, input: Int?,
    training: TrainingOptions, compute: ComputeOptions, output: String, resumes: Bool, isQuiet: Bool
  ) throws {
    let entry = try ModelRegistry.entry(named: name)
    var configuration = entry.defaults
    configuration.classes = splits.classNames.count
    configuration.inputSize = input ?? splits.imageSize.height
    if weights == nil {
      configuration.inputChannels = splits.imageSize.channels
      configuration.preparation.mean = splits.normalization.mean
      configuration.preparation.deviation = splits.normalization.deviation
    }
    configuration.preparation.fit(splits)
    var options = training.configuration(model: configuration, data: data, compute: compute)
    options.weights = weights?.text
    try options.check()
    let batch = min(options.batchSize, try splits.requireTrain().count)
    try entry.check(inputSize: configuration.inputSize, trainingBatch: options.freezesNorms ? nil : batch)
    var generator = Generator(seed: compute.seed)
    let model = try ModelRegistry.make(configuration, using: &generator)
    self.model = model
    self.splits = splits
    let folder = try RunFolder(output)
    defer { folder.removeIfUnused() }
    self.folder = folder
    try folder.requireNoTraining(unlessResumed: resumes, output: output)
    loadReport = try folder.hasState ? nil : weights.map { try model.loadBackbone($0.path, wrapper: $0.wrapper) }
    if training.learningRate.isAutomatic {
      options.learningRate = try Self.foundRate(model, splits, options, folder, isQuiet: isQuiet)
    }
    trainer = try Trainer(
      model: model, splits: splits, configuration: options, folder: folder, resumes: resumes, isQuiet: isQuiet)
    try folder.write(options, machine: Machine.document())
  }

  /// The learning rate of a range test; that of the state where the training goes on from one.
  private static func foundRate(
    _ model: Model, _ splits: DataSplits, _ options: TrainingConfiguration, _ folder: RunFolder, isQuiet: Bool
  ) throws -> Double {
    if let saved = try folder.savedConfiguration() { return saved.learningRate }
    let rate = try LearningRateRangeTest(model, splits: splits, configuration: options).suggestion
    if !isQuiet { StandardErrorOutput().write("learning rate: \(HumanUnits.significant(rate))\n") }
    return rate
  }

  /// Measures one training step and writes `report.html`.
  func writeReport(_ result: EvaluationResult, title: String, pictures: [PictureGrid.Item] = []) throws {
    try RunReport(title: title, model: model, splits: splits, folder: folder, started: started)
      .write(result, step: try profile(), pictures: pictures)
  }

  /// A ledger of one training step on a model of the same kind, so that the trained weights stay as they are.
  private func profile() throws -> Ledger {
    var generator = Generator(seed: 0)
    let configuration = trainer.configuration
    let twin = try ModelRegistry.make(model.configuration, using: &generator)
    try configuration.freeze(twin.network)
    twin.network.setTraining(!configuration.freezesNorms)
    let step = configuration.makeStep(of: twin.network, training: twin.network)
    guard let batch = try TrainingData.training(splits, configuration).batches(epoch: 0).next() else {
      return Ledger()
    }
    let ledger = Ledger()
    for isMeasured in [false, false, true] {
      func pass() { _ = step(images: batch.images, targets: .labels(batch.labels)) }
      if isMeasured { ledger.record(pass) } else { pass() }
    }
    return ledger
  }
}
