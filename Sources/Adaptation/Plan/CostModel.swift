import NeuralNet
import Tensor
import Training

/// Expected costs of training steps, from a few measurements on small batches.
struct CostModel {
  /// Bytes that are there between steps: weights, and whatever else the program holds.
  let residentBytes: Int
  /// Bytes of a picture with its targets.
  let exampleBytes: Int
  /// What the forward pass takes beyond that at its peak, for one picture and for each further one.
  let forwardBytes: (first: Int, further: Int)
  /// A forward pass, for each picture.
  let forwardMilliseconds: Double
  let forwardOperations: Double
  /// By the path of a layer; see ``passingBytes(from:)``.
  private let passingBytes: [String: Int]

  /// Measures a network with frozen weights.
  init(_ trial: TrialStep) throws {
    let network = trial.network
    network.reset()
    func forward(_ count: Int) throws -> (count: Int, bytes: Int, milliseconds: Double) {
      let batch = try trial.examples(count)
      func run() { withoutGradients { _ = network.network(batch.images.cast(to: trial.precision.dtype)) } }
      run()
      let before = MemoryPool.liveBytes
      MemoryPool.resetPeak()
      let (_, milliseconds) = Stopwatch.time(run)
      return (batch.images.shape[0], MemoryPool.peakBytes - before, milliseconds)
    }
    let (one, some) = (try forward(1), try forward(4))  // there may be fewer than four pictures
    forwardBytes = (one.bytes, max(0, some.bytes - one.bytes) / max(1, some.count - 1))
    forwardMilliseconds = some.milliseconds / Double(some.count)
    residentBytes = MemoryPool.liveBytes
    let (picture, targets) = try trial.examples(1)
    exampleBytes = picture.byteCount + targets.byteCount
    let counts = Ledger()
    counts.estimate { withoutGradients { _ = network.network(picture) } }
    forwardOperations = counts.entries.values.reduce(0) { $0 + $1.operations }
    passingBytes = CostModel.passing(network, picture.cast(to: trial.precision.dtype))
  }

  /// Sums what operations without weights of their own keep from each layer to the end, and adds what kernels hold at the widest place
  /// there.
  private static func passing(_ network: AdaptableNetwork, _ picture: Tensor) -> [String: Int] {
    let ledger = Ledger()
    ledger.record { _ = network.network(picture.requiringGradient()) }
    let (layers, modulePaths) = (network.layers.layers, network.layers.modulePaths)
    let positions = Dictionary(modulePaths.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var kept = Array(repeating: 0, count: modulePaths.count + 1)
    for (key, entry) in ledger.entries { kept[positions[key.module] ?? 0] += entry.savedBytes }
    for index in kept.indices.dropLast().reversed() { kept[index] += kept[index + 1] }
    var (result, widest) = ([String: Int](), 0)
    for layer in layers.reversed() {
      widest = max(widest, layer.inputShape.count + layer.outputShape.count)
      result[layer.path] = kept[positions[layer.path] ?? 0] + 2 * widest * DType.float32.byteCount
    }
    return result
  }

  /// Bytes for each picture that must be kept behind a layer if it is the first that trains, and what kernels hold meanwhile.
  func passingBytes(from layer: AdaptableLayer) -> Int { passingBytes[layer.path] ?? 0 }

  /// Bytes of weights and waiting pictures.
  func fixedBytes(microBatch: Int) -> Int { residentBytes + (1 + TrialStep.batchesAhead) * microBatch * exampleBytes }

  /// What the forward pass takes at its peak.
  func forwardBytes(microBatch: Int) -> Int { forwardBytes.first + (microBatch - 1) * forwardBytes.further }
}
