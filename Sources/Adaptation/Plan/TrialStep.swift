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

  /// What a step takes, all micro-batches together; the scheme stays installed.
  func measure(_ scheme: Scheme, microBatch: Int, accumulation: Int) throws -> StepCost {
    var generator = Generator(seed: 0)
    try network.install(scheme, using: &generator)
    let optimizer = makeOptimizer(network.network)
    optimizer.learningRate = 0
    let step = TrainingStep(network: network.network, optimizer: optimizer, precision: precision)
    let batch = try examples(microBatch)
    let (ledger, clock) = (Ledger(), ContinuousClock())
    func run() { _ = step(images: batch.images, targets: batch.targets) }
    run()
    MemoryPool.resetPeak()
    let start = clock.now
    run()
    let (seconds, attoseconds) = (clock.now - start).components
    let milliseconds = Double(seconds) * 1e3 + Double(attoseconds) / 1e15
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
