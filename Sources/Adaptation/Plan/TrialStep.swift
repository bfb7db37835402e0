import NeuralNet
import Tensor
import Training

/// Runs steps of a scheme that leave the weights as they are, to see what they take.
struct TrialStep {
  let network: AdaptableNetwork
  /// Training pictures and their targets, so many.
  let examples: (Int) throws -> (images: Tensor, targets: Targets)
  /// Makes the optimiser that training is going to use.
  let makeOptimizer: (Module) -> any Optimizer
  let precision: Precision
  /// Whether the weights that train have moving averages.
  let averagesWeights: Bool

  /// A step of what trains now.
  func step() -> TrainingStep {
    TrainingStep(network: network.network, optimizer: makeOptimizer(network.network), precision: precision)
  }

  /// What was seen of a step.
  struct Result {
    /// What it takes, all micro-batches together.
    let cost: StepCost
    /// What one micro-batch does.
    let profile: Ledger
  }

  /// A step of what is installed now that leaves the weights as they are, after a first one that compiles kernels.
  private func warmStep(_ pictures: Int) throws -> (run: () -> Void, batchBytes: Int) {
    let step = step()
    step.optimizer.learningRate = 0
    let batch = try examples(pictures)
    func run() { _ = step(images: batch.images, targets: batch.targets) }
    run()
    return (run, batch.images.byteCount + batch.targets.byteCount)
  }

  /// Tries a step; the scheme stays installed.
  /// - Throws: ``StrategyError`` where nothing trains, and what reading the pictures throws.
  func measure(_ scheme: Scheme, microBatch: Int, accumulation: Int) throws -> Result {
    try network.install(scheme, seed: 0)
    guard !network.trained.isEmpty else {
      throw StrategyError("every parameter is frozen; train some layers (--layers), or leave out --freeze")
    }
    let (run, batchBytes) = try warmStep(microBatch)
    MemoryPool.resetPeak()
    let (_, milliseconds) = Stopwatch.time(run)
    let peak = MemoryPool.peakBytes
    let ledger = Ledger()
    ledger.record(run)
    // The loader holds further batches while one is computed, gradients are added up over several, and weights averaged.
    let waiting = TrialStep.batchesAhead * batchBytes
    let copies = (accumulation > 1 ? 1 : 0) + (averagesWeights ? 1 : 0)
    let sums = copies * network.trained.reduce(0) { $0 + $1.parameter.value.byteCount }
    let entries = ledger.entries
    func operations(_ pass: Ledger.Pass) -> Double {
      entries.reduce(0) { $1.key.pass == pass ? $0 + $1.value.operations : $0 } * Double(accumulation)
    }
    let cost = StepCost(
      peakBytes: peak + waiting + sums, milliseconds: milliseconds * Double(accumulation),
      operations: operations(.forward) + operations(.backward), backwardOperations: operations(.backward),
      savedBytes: entries.values.reduce(0) { $0 + $1.savedBytes })
    return Result(cost: cost, profile: ledger)
  }

  /// Batches that wait in the loader's queue, and the one that is being made.
  static let batchesAhead = 3
}
