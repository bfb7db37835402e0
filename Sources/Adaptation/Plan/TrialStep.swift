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

  /// A step of what trains now.
  func step() -> TrainingStep {
    TrainingStep(network: network.network, optimizer: makeOptimizer(network.network), precision: precision)
  }

  /// A step of what is installed now, after warm-up.
  func profile(microBatch: Int) throws -> Ledger {
    let step = step()
    step.optimizer.learningRate = 0
    let batch = try examples(microBatch)
    let ledger = Ledger()
    func run() { _ = step(images: batch.images, targets: batch.targets) }
    run()
    ledger.record(run)
    return ledger
  }

  /// What a step takes, all micro-batches together; the scheme stays installed.
  func measure(_ scheme: Scheme, microBatch: Int, accumulation: Int) throws -> StepCost {
    var generator = Generator(seed: 0)
    try network.install(scheme, using: &generator)
    let step = step()
    step.optimizer.learningRate = 0
    let batch = try examples(microBatch)
    let ledger = Ledger()
    func run() { _ = step(images: batch.images, targets: batch.targets) }
    run()
    MemoryPool.resetPeak()
    let (_, milliseconds) = Stopwatch.time(run)
    let peak = MemoryPool.peakBytes
    ledger.record(run)
    // The loader holds further batches while one is computed, and gradients are added up over several.
    let waiting = TrialStep.batchesAhead * batch.images.byteCount
    let sums = accumulation > 1 ? network.trained.reduce(0) { $0 + $1.parameter.value.byteCount } : 0
    let operations = ledger.entries.values.reduce(0) { $0 + $1.operations }
    return StepCost(
      peakBytes: peak + waiting + sums, milliseconds: milliseconds * Double(accumulation),
      operations: operations * Double(accumulation))
  }

  /// Batches that wait in the loader's queue, and the one that is being made.
  static let batchesAhead = 3
}
