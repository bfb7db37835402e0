import DataSets
import Models
import NeuralNet
import Reporting
import Tensor

/// Trains a model on a data set in a run folder: steps, evaluation after each epoch, logs, checkpoints, resuming.
///
/// A run that is stopped at any moment and resumed ends with the same bits as one that was not.
public final class Trainer {
  /// What is trained.
  public let model: Model
  /// How it is trained.
  public let configuration: TrainingConfiguration
  /// Where the results are.
  public let folder: RunFolder

  private let classNames: [String]
  private let training: DataLoader
  private let validation: DataLoader
  private let step: TrainingStep
  private let average: ExponentialMovingAverage?
  private var schedule: any Schedule
  private var position = TrainingCheckpoint.Position()
  private let isQuiet: Bool

  /// How a training ended.
  public enum Outcome: Sendable {
    /// All epochs are done; the last evaluation.
    case finished(EvaluationResult)
    /// A signal came; the state is saved, and the training goes on with `--resume`.
    case interrupted(epoch: Int, step: Int)
  }

  /// A training on the given data.
  /// - Parameter resumes: whether to go on from the state in the folder, if there is one.
  /// - Throws: ``TrainingError`` for options no training can have, and what reading data and state throws.
  public init(
    model: Model, splits: DataSplits, configuration: TrainingConfiguration, folder: RunFolder, resumes: Bool,
    isQuiet: Bool = false
  ) throws {
    try configuration.check()
    (self.model, self.configuration, self.folder, self.isQuiet) = (model, configuration, folder, isQuiet)
    classNames = splits.classNames
    training = try TrainingData.training(splits, configuration)
    validation = try TrainingData.validation(splits, configuration)
    step = TrainingStep(
      network: model.network, optimizer: configuration.makeOptimizer(for: model.network),
      precision: configuration.precision, labelSmoothing: configuration.labelSmoothing,
      maximumGradientNorm: configuration.maximumGradientNorm)
    average = configuration.averageDecay.map {
      ExponentialMovingAverage(parameters: model.network.namedParameters(), decay: $0)
    }
    schedule = try configuration.makeSchedule(stepsAnEpoch: training.batchCount)
    if resumes && folder.hasState { try restore() }
  }

  /// Trains until all epochs are done or a signal comes.
  /// - Throws: ``TrainingError`` where the loss is no longer finite, and what reading data and writing files throws.
  public func run() throws -> Outcome {
    let log = try RunLog(folder, afterStep: position.totalSteps)
    if position.totalSteps == 0 { try save() }
    var last: EvaluationResult?
    while position.epoch < configuration.epochs {
      model.network.setTraining(true)
      guard try trainEpoch(log) else { return .interrupted(epoch: position.epoch, step: position.step) }
      let result = try evaluate(log)
      schedule.observe(result.accuracy)
      position = .init(epoch: position.epoch + 1, totalSteps: position.totalSteps)
      try save()
      last = result
    }
    if let last { return .finished(last) }
    try saveModel()  // a run that was killed after its last epoch may have saved its state alone
    return .finished(try evaluate(nil))
  }

  /// Trains the rest of an epoch; false if a signal came.
  private func trainEpoch(_ log: RunLog) throws -> Bool {
    let bar = ProgressBar(
      "epoch \(position.epoch + 1)/\(configuration.epochs)", total: training.batchCount * configuration.batchSize,
      mode: isQuiet ? .quiet : .automatic)
    bar.update(to: position.step * configuration.batchSize)
    let batches = try training.batches(epoch: position.epoch, from: position.step)
    let logInterval = max(1, training.batchCount / 20)
    while let batch = try batches.next() {
      let rate = schedule.learningRate(at: position.totalSteps)
      step.optimizer.learningRate = rate
      let result = try train(on: batch)
      average?.update()
      position.step += 1
      position.totalSteps += 1
      bar.advance(
        by: batch.count,
        fields: [
          "loss": HumanUnits.fixed(position.lossSum / Double(position.seen), digits: 3),
          "accuracy": HumanUnits.percent(Double(position.correct) / Double(position.seen)),
        ])
      if position.step % logInterval == 0 {
        try log.append(
          "train", step: position.totalSteps, epoch: position.epoch,
          [
            "loss": Double(result.loss), "accuracy": Double(position.correct) / Double(position.seen),
            "learning_rate": rate,
          ])
      }
      if Interruption.isRequested {
        bar.finish()
        try save()
        return false
      }
    }
    bar.finish()
    return true
  }

  private func train(on batch: Batch) throws -> TrainingStep.Result {
    let targets = batch.targets.map(Targets.probabilities) ?? .labels(batch.labels)
    let result = step(images: batch.images, targets: targets)
    guard result.loss.isFinite else {
      throw diagnosis("the loss became \(result.loss) at step \(position.totalSteps + 1)") {
        withoutGradients { _ = step.lossAndLogits(images: batch.images, targets: targets) }
      }
    }
    position.lossSum += Double(result.loss) * Double(batch.count)
    position.correct += Ranking.correctCount(logits: result.logits, labels: batch.labels)
    position.seen += batch.count
    return result
  }

  /// Says where the first value that is not finite came from, by running the forward pass again.
  private func diagnosis(_ finding: String, forward: () throws -> Void) rethrows -> TrainingError {
    let watch = FiniteWatch()
    try watch.observe(forward)
    let place = watch.finding.map {
      "first in the result of \($0.operation)\($0.module.isEmpty ? "" : " in \($0.module)")"
    }
    return TrainingError(
      "\(finding) (epoch \(position.epoch + 1)), "
        + "\(place ?? "only in the loss"); try a lower --lr, --clip-norm 1 or --warm-up 1; the state before is in "
        + folder.state)
  }

  private func evaluate(_ log: RunLog?) throws -> EvaluationResult {
    let bar = ProgressBar("evaluating", mode: isQuiet ? .quiet : .automatic)
    func measure() throws -> EvaluationResult {
      try Training.evaluate(
        model.network, on: validation, classes: classNames.count, precision: configuration.precision,
        onBatch: { bar.update(to: $0.total, fields: ["accuracy": HumanUnits.percent($0.accuracy)]) })
    }
    let result = try average?.withAveragedWeights(measure) ?? measure()
    bar.finish()
    guard result.loss.isFinite else {
      throw try diagnosis("the loss on held-out pictures became \(result.loss) after step \(position.totalSteps)") {
        _ = try average?.withAveragedWeights(measure) ?? measure()
      }
    }
    try log?.append(
      "validation", step: position.totalSteps, epoch: position.epoch,
      ["loss": result.loss, "accuracy": result.accuracy])
    return result
  }

  /// Writes the state, and the weights as they would be used.
  private func save() throws {
    let checkpoint = TrainingCheckpoint(
      position: position, configuration: configuration, scheduleState: schedule.state,
      generators: model.network.generatorStates)
    try checkpoint.save(network: model.network, optimizer: step.optimizer, average: average, to: folder.state)
    try saveModel()
  }

  private func saveModel() throws {
    func write() throws { try ModelCheckpoint.save(model, classNames: classNames, to: folder.model) }
    if let average { try average.withAveragedWeights(write) } else { try write() }
  }

  private func restore() throws {
    let checkpoint = try TrainingCheckpoint.restore(
      from: folder.state, configuration: configuration, network: model.network, optimizer: step.optimizer,
      average: average)
    position = checkpoint.position
    try schedule.load(state: checkpoint.scheduleState)
    model.network.restoreGenerators(checkpoint.generators)
  }
}
