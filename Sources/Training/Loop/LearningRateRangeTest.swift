import DataSets
import Foundation
import Models
import NeuralNet
import Tensor

/// Finds a learning rate by training for some steps with rising rates, and puts the weights back afterwards.
///
/// Each step trains on one of the first few batches. Its loss is divided by what the untouched weights give on the same batch, and
/// the quotients are smoothed over steps. The rate that is proposed is a tenth of the one at which the smoothed loss is
/// lowest: beyond that one the training diverges. Where the batches are known by heart before it does, as few pictures soon are, the
/// test ends there: no rate beyond would do better. Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017,
/// section 3.3, <https://arxiv.org/abs/1506.01186>.
public struct LearningRateRangeTest: Sendable {
  /// What one rate did.
  public struct Point: Sendable {
    /// The learning rate.
    public let rate: Double
    /// The smoothed loss before the step, as a part of the loss of the untouched weights.
    public let loss: Double
  }

  /// The rates that were tried, from the lowest; the last may have diverged.
  public let points: [Point]
  /// A learning rate to train with.
  public let suggestion: Double

  private static let rates = 1e-6...10.0
  private static let stepCount = 70
  private static let batchCount = 8
  /// How much of the smoothed loss is kept in a step.
  private static let memory = 0.7
  /// How far the smoothed loss may rise above its lowest value before the test ends.
  private static let divergence = 3.0
  /// The smoothed loss at which the batches are known by heart.
  private static let memorized = 0.05

  /// Tries rates from 10⁻⁶ to 10; what they find depends on the weights, the data, the options and the seed alone.
  /// - Parameters:
  ///   - model: is left as it was.
  ///   - splits: the pictures, of which the training ones are used.
  ///   - configuration: the options of the training; its learning rate does not matter.
  ///   - input: what the steps run; the whole model on the pictures if nil.
  /// - Throws: ``TrainingError`` where no rate lowers the loss, and what reading the data throws.
  public init(
    _ model: Model, splits: DataSplits, configuration: TrainingConfiguration, input: TrainingInput? = nil
  ) throws {
    let input = try input ?? TrainingInput(model, splits: splits, configuration: configuration)
    try configuration.freeze(model.network)
    let network = model.network
    let snapshot = Snapshot(network)
    defer { snapshot.restore(network) }
    network.setTraining(!configuration.freezesNorms)
    let step = configuration.makeStep(of: input.network, training: network)
    let loader = try input.training.prefetching(0)
    let parts = min(configuration.accumulation, loader.batchCount)
    let batches = (0..<min(Self.batchCount, loader.batchCount / parts)).map {
      StepPictures(loader: loader, first: $0 * parts, parts: parts)
    }
    points = try Self.points(step, batches)
    suggestion = try Self.suggestion(points)
  }

  private static func points(_ step: TrainingStep, _ all: [StepPictures]) throws -> [Point] {
    let losses = try all.map { try $0.loss(step) }
    let batches = zip(all, losses).filter { $1.isFinite && $1 > 0 }
    guard !batches.isEmpty else { throw TrainingError("no batch has a loss to find a learning rate by; set --lr") }
    var points: [Point] = []
    var (smoothed, weight, lowest) = (0.0, 0.0, Double.infinity)
    for index in 0..<stepCount {
      let part = Double(index) / Double(stepCount - 1)
      let rate = rates.lowerBound * pow(rates.upperBound / rates.lowerBound, part)
      step.optimizer.learningRate = rate
      let (pictures, untouched) = batches[index % batches.count]
      let loss = try pictures.train(step) / untouched
      guard loss.isFinite else { break }
      smoothed = memory * smoothed + (1 - memory) * loss
      weight = memory * weight + (1 - memory)
      points.append(Point(rate: rate, loss: smoothed / weight))
      lowest = min(lowest, smoothed / weight)
      if smoothed / weight > divergence * lowest || lowest < memorized { break }
    }
    return points
  }

  private static func suggestion(_ points: [Point]) throws -> Double {
    guard let best = points.min(by: { $0.loss < $1.loss }), best.loss < 0.999 else {
      throw TrainingError(
        "no learning rate from \(rates.lowerBound) to \(rates.upperBound) lowered the loss; set --lr, or look at data and "
          + "weights")
    }
    return best.rate / 10
  }
}

/// The pictures of one step, read again whenever they are needed, so that they take no memory meanwhile.
private struct StepPictures {
  let loader: DataLoader
  /// The first of its batches.
  let first: Int
  /// The number of its batches.
  let parts: Int

  private func forEach(_ body: (_ images: Tensor, _ targets: Targets) -> Void) throws {
    let batches = try loader.batches(epoch: 0, from: first)
    for _ in 0..<parts {
      guard let batch = try batches.next() else { return }
      body(batch.images, batch.targets.map(Targets.probabilities) ?? .labels(batch.labels))
    }
  }

  /// The mean loss, without training.
  func loss(_ step: TrainingStep) throws -> Double {
    var sum = 0.0
    try forEach { images, targets in
      sum += withoutGradients { Double(step.lossAndLogits(images: images, targets: targets).loss.item()) }
    }
    return sum / Double(parts)
  }

  /// The mean loss before a step of training; not finite where none was taken.
  func train(_ step: TrainingStep) throws -> Double {
    var (sum, loss) = (Gradients(), 0.0)
    try forEach { images, targets in
      let (result, gradients) = step.backward(images: images, targets: targets)
      loss += Double(result.loss)
      if let gradients { sum.add(gradients) }
    }
    if loss.isFinite, let norm = step.update(with: sum, parts: parts), !norm.isFinite { return norm }
    return loss / Double(parts)
  }
}

extension LearningRateRangeTest {
  /// What steps of training change, as it was before.
  private struct Snapshot {
    private let tensors: [(live: Tensor, saved: Tensor)]
    private let generators: [String: UInt64]
    private let isTraining: Bool

    init(_ network: Module) {
      let live =
        network.trainableParameters().map(\.parameter.value) + network.namedBuffers().map(\.buffer.value)
      tensors = live.map { ($0, $0.copied()) }
      (generators, isTraining) = (network.generatorStates, network.isTraining)
    }

    func restore(_ network: Module) {
      for (live, saved) in tensors { live.assign(saved) }
      network.restoreGenerators(generators)
      network.setTraining(isTraining)
    }
  }
}
