import DataSets
import Formats
import Models
import NeuralNet
import Reporting
import Tensor

/// Trains a model on a data set in a run folder: steps, evaluation after each epoch, logs, checkpoints, resuming.
///
/// A run that is stopped at any moment and resumed ends with the same bits as one that was not. Parameters that do not
/// require gradients when the trainer is made stay as they are, and layers keep the backward passes they have.
public final class Trainer {
  /// What is trained.
  public let model: Model
  /// How it is trained.
  public let configuration: TrainingConfiguration
  /// Where the results are.
  public let folder: RunFolder

  private let pictures: TrainingCheckpoint.Pictures
  private let input: TrainingInput
  private let step: TrainingStep
  private let average: ExponentialMovingAverage?
  private let classifierPhase: ClassifierPhase
  private var schedule: any Schedule
  private var position = TrainingCheckpoint.Position()
  private let isQuiet: Bool

  /// How a training ended.
  public enum Outcome: Sendable {
    /// All epochs are done, or more would not help. The evaluation is that of the saved model.
    case finished(EvaluationResult)
    /// A signal came; the state is saved, and the training goes on with `--resume`.
    case interrupted(epoch: Int, step: Int)
  }

  /// A training on the given data.
  /// - Parameters:
  ///   - model: is trained in place.
  ///   - splits: the pictures, and those held out.
  ///   - configuration: the options.
  ///   - folder: where state, model and log are written.
  ///   - resumes: whether to go on from the state in the folder, if there is one.
  ///   - isQuiet: whether to show no progress.
  ///   - input: what the steps run; the whole model on the pictures if nil.
  /// - Throws: ``TrainingError`` for options no training can have, and what reading data and state throws.
  public init(
    model: Model, splits: DataSplits, configuration: TrainingConfiguration, folder: RunFolder, resumes: Bool,
    isQuiet: Bool = false, input: TrainingInput? = nil
  ) throws {
    try configuration.check()
    self.input = try input ?? TrainingInput(model, splits: splits, configuration: configuration)
    try configuration.freeze(model.network)
    (self.model, self.configuration, self.folder, self.isQuiet) = (model, configuration, folder, isQuiet)
    pictures = .init(classNames: splits.classNames, count: try splits.requireTrain().count)
    step = configuration.makeStep(of: self.input.network, training: model.network)
    average = configuration.averageDecay.map {
      ExponentialMovingAverage(tensors: configuration.averagedTensors(of: model.network), decay: $0)
    }
    let stepsAnEpoch = configuration.stepCount(ofBatches: self.input.training.batchCount)
    classifierPhase = try ClassifierPhase(
      model.network, configuration: configuration, stepsAnEpoch: stepsAnEpoch)
    schedule = try configuration.makeSchedule(stepsAnEpoch: stepsAnEpoch)
    if resumes && folder.hasState { try restore() }
  }

  /// Trains until all epochs are done, the patience is at its end, or a signal comes.
  ///
  /// A training that averages weights or keeps the best ones leaves those in the network that it saved.
  /// - Throws: ``TrainingError`` where the loss, or a norm of gradients that is limited, is no longer finite, and what reading data and writing files throws.
  public func run() throws -> Outcome {
    let log = try RunLog(folder, afterStep: position.totalSteps)
    if position.totalSteps == 0 { try save(withModel: true) }
    var last: EvaluationResult?
    while position.epoch < configuration.epochs && !isOutOfPatience {
      model.network.setTraining(!configuration.freezesNorms)
      guard try trainEpoch(log) else { return .interrupted(epoch: position.epoch, step: position.step) }
      let result = try evaluate(log)
      let isBest = finishEpoch(score: result.score(for: model.task))
      try save(withModel: isBest || !configuration.keepsBest)
      last = result
    }
    return .finished(try conclusion(last))
  }

  private var isOutOfPatience: Bool {
    guard let patience = configuration.patience, let best = position.best else { return false }
    return position.epoch - 1 - best.epoch >= patience
  }

  /// Goes on to the next epoch; true if none before was as good as the one that ends.
  private func finishEpoch(score: Double) -> Bool {
    schedule.observe(score)
    let isBest = position.best.map { score > $0.score } ?? true
    position = .init(
      epoch: position.epoch + 1, totalSteps: position.totalSteps,
      best: isBest ? .init(score: score, epoch: position.epoch) : position.best)
    return isBest
  }

  /// The evaluation of the model that is saved.
  private func conclusion(_ last: EvaluationResult?) throws -> EvaluationResult {
    let isOfLastEpoch = !configuration.keepsBest || position.best?.epoch == position.epoch - 1
    if let last, isOfLastEpoch, average == nil { return last }
    // A run that was killed after its last epoch may have lost its model since.
    if last == nil && !configuration.keepsBest { try saveModel() }
    model.network.mergeAdapters()  // model files hold merged weights
    try model.network.load(WeightFile(folder.model), from: folder.model)
    if let last, isOfLastEpoch { return last }
    return try measured()
  }

  /// Trains the rest of an epoch; false if a signal came.
  private func trainEpoch(_ log: RunLog) throws -> Bool {
    let bar = ProgressBar(
      "epoch \(position.epoch + 1)/\(configuration.epochs)", total: input.training.exampleCount,
      mode: isQuiet ? .quiet : .automatic)
    bar.update(to: position.step * configuration.batchSize)
    let batches = try input.training.batches(epoch: position.epoch, from: position.step)
    let logInterval = max(1, configuration.stepCount(ofBatches: input.training.batchCount) / 20)
    while true {
      let rate = schedule.learningRate(at: position.totalSteps)
      step.optimizer.learningRate = rate
      classifierPhase.prepare(step: position.totalSteps)
      guard let loss = try takeStep(batches, bar) else { break }
      if configuration.stepCount(ofBatches: position.step) % logInterval == 0 {
        try log.append(
          "train", step: position.totalSteps, epoch: position.epoch,
          ["loss": loss, model.task.accuracyKey: trainingAccuracy, "learning_rate": rate])
      }
      if Interruption.isRequested {
        bar.finish()
        try save(withModel: !configuration.keepsBest)
        return false
      }
    }
    bar.finish()
    return true
  }

  /// The share of right answers in this epoch.
  private var trainingAccuracy: Double { Double(position.correct) / Double(max(1, position.seen)) }

  /// Updates the parameters once, from as many batches as make a step; their mean loss, or nil after the last batch.
  private func takeStep(_ batches: BatchIterator, _ bar: ProgressBar) throws -> Double? {
    var sum = Gradients()
    var (parts, loss) = (0, 0.0)
    while parts < configuration.accumulation, let batch = try batches.next() {
      let (result, gradients) = try backward(batch)
      sum.add(gradients)
      parts += 1
      loss += Double(result.loss)
      position.step += 1
      bar.advance(
        by: batch.count,
        fields: [
          "loss": HumanUnits.fixed(position.lossSum / Double(max(1, position.seen)), digits: 3),
          "accuracy": HumanUnits.percent(trainingAccuracy),
        ])
    }
    if parts == 0 { return nil }
    try update(with: sum, parts: parts)
    average?.update(step: position.totalSteps)
    position.totalSteps += 1
    return loss / Double(parts)
  }

  private func update(with gradients: Gradients, parts: Int) throws {
    guard let norm = step.update(with: gradients, parts: parts), !norm.isFinite else { return }
    let place = model.network.trainableParameters().first { !(gradients[$0.parameter]?.isFinite ?? true) }
    throw failure(
      "the norm of the gradients became \(norm) at step \(position.totalSteps + 1)",
      in: place.map { "in the gradient of \($0.name)" } ?? "only in the norm")
  }

  private func backward(_ batch: Batch) throws -> (TrainingStep.Result, Gradients) {
    let targets = batch.targets.map(Targets.probabilities) ?? .labels(batch.labels)
    let (result, gradients) = step.backward(images: batch.images, targets: targets)
    guard let gradients else {
      throw diagnosis("the loss became \(result.loss) at step \(position.totalSteps + 1)") {
        withoutGradients { _ = step.lossAndLogits(images: batch.images, targets: targets) }
      }
    }
    let (correct, counted) = Ranking.hits(logits: result.logits, labels: batch.labels)
    position.lossSum += Double(result.loss) * Double(counted)
    position.correct += correct
    position.seen += counted
    return (result, gradients)
  }

  /// Says where the first value that is not finite came from, by running the forward pass again.
  private func diagnosis(_ finding: String, forward: () throws -> Void) rethrows -> TrainingError {
    let watch = FiniteWatch()
    try watch.observe(forward)
    let place = watch.finding.map {
      "first in the result of \($0.operation)\($0.module.isEmpty ? "" : " in \($0.module)")"
    }
    return failure(finding, in: place ?? "only in the loss")
  }

  /// - Parameter place: where the first value that is not finite was found.
  private func failure(_ finding: String, in place: String) -> TrainingError {
    let advice = step.maximumGradientNorm == nil ? "--lr, --clip-norm 1 or --warm-up 1" : "--lr or --warm-up 1"
    return TrainingError(
      "\(finding) (epoch \(position.epoch + 1)), \(place); try a lower \(advice); the state before is in \(folder.state)"
    )
  }

  /// Measures the network as it is on held-out pictures.
  private func measured(_ bar: ProgressBar? = nil) throws -> EvaluationResult {
    try Training.evaluate(
      input.network, on: input.validation, classes: pictures.classNames.count, precision: configuration.precision,
      onBatch: { bar?.update(to: $0.pictures, fields: ["accuracy": HumanUnits.percent($0.accuracy)]) })
  }

  private func evaluate(_ log: RunLog?) throws -> EvaluationResult {
    let bar = ProgressBar("evaluating", mode: isQuiet ? .quiet : .automatic)
    func measure() throws -> EvaluationResult { try measured(bar) }
    let result = try average?.withAveragedWeights(measure) ?? measure()
    bar.finish()
    guard result.loss.isFinite else {
      throw try diagnosis("the loss on held-out pictures became \(result.loss) after step \(position.totalSteps)") {
        _ = try average?.withAveragedWeights(measure) ?? measure()
      }
    }
    try log?.append(
      "validation", step: position.totalSteps, epoch: position.epoch, result.metrics(for: model.task))
    return result
  }

  /// Writes the state, and before it the weights as they would be used: who resumes from an older state than the
  /// weights trains up to them again.
  private func save(withModel savesModel: Bool) throws {
    if savesModel { try saveModel() }
    let checkpoint = TrainingCheckpoint(
      position: position, configuration: configuration, pictures: pictures, scheduleState: schedule.state,
      generators: model.network.generatorStates)
    try checkpoint.save(network: model.network, optimizer: step.optimizer, average: average, to: folder.state)
  }

  private func saveModel() throws {
    func write() throws { try ModelCheckpoint.save(model, classNames: pictures.classNames, to: folder.model) }
    if let average { try average.withAveragedWeights(write) } else { try write() }
  }

  private func restore() throws {
    let checkpoint = try TrainingCheckpoint.restore(
      from: folder.state, configuration: configuration, pictures: pictures, network: model.network,
      optimizer: step.optimizer, average: average)
    try checkpoint.position.check(configuration, batches: input.training.batchCount, in: folder.state)
    position = checkpoint.position
    try schedule.load(state: checkpoint.scheduleState)
    model.network.restoreGenerators(checkpoint.generators)
  }
}
