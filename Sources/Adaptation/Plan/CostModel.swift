import NeuralNet
import Tensor
import Training

/// Expected costs of training steps, from a few measurements on small batches.
struct CostModel {
  /// Bytes that are there between steps: weights, and whatever else the program holds.
  let residentBytes: Int
  /// Bytes of a picture.
  let pictureBytes: Int
  /// What the forward pass takes beyond that at its peak, for one picture and for each further one.
  let forwardBytes: (first: Int, further: Int)
  /// A forward pass, for each picture.
  let forwardMilliseconds: Double
  let forwardOperations: Double
  /// Bytes for each picture that must be kept from each position among the modules to the end, whatever trains.
  private let keptBehind: [Int]
  private let positions: [String: Int]

  /// Measures a network with frozen weights.
  init(_ trial: TrialStep) throws {
    let network = trial.network
    network.reset()
    func forward(_ count: Int) throws -> (bytes: Int, milliseconds: Double) {
      let batch = try trial.examples(count)
      func run() { withoutGradients { _ = network.network(batch.images.cast(to: trial.precision.dtype)) } }
      run()
      let before = MemoryPool.liveBytes
      MemoryPool.resetPeak()
      let (_, milliseconds) = Stopwatch.time(run)
      return (MemoryPool.peakBytes - before, milliseconds)
    }
    let (one, four) = (try forward(1), try forward(4))
    forwardBytes = (one.bytes, max(0, four.bytes - one.bytes) / 3)
    forwardMilliseconds = four.milliseconds / 4
    residentBytes = MemoryPool.liveBytes
    let picture = try trial.examples(1).images
    pictureBytes = picture.byteCount
    let counts = Ledger()
    counts.estimate { withoutGradients { _ = network.network(picture) } }
    forwardOperations = counts.entries.values.reduce(0) { $0 + $1.operations }
    positions = Dictionary(
      network.layers.modulePaths.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    keptBehind = CostModel.kept(network, picture.cast(to: trial.precision.dtype), positions)
  }

  /// What operations without weights of their own keep for each picture, summed from each module to the end.
  private static func kept(_ network: AdaptableNetwork, _ picture: Tensor, _ positions: [String: Int]) -> [Int] {
    let ledger = Ledger()
    ledger.record { _ = network.network(picture.requiringGradient()) }
    var kept = Array(repeating: 0, count: network.layers.modulePaths.count + 1)
    for (key, entry) in ledger.entries { kept[positions[key.module] ?? 0] += entry.savedBytes }
    for index in kept.indices.dropLast().reversed() { kept[index] += kept[index + 1] }
    return kept
  }

  /// Bytes for each picture that must be kept behind a layer if it is the first that trains.
  func keptBytes(from layer: AdaptableLayer) -> Int { keptBehind[positions[layer.path] ?? 0] }

  /// Bytes of weights and waiting pictures.
  func fixedBytes(microBatch: Int) -> Int { residentBytes + (1 + TrialStep.batchesAhead) * microBatch * pictureBytes }

  /// What the forward pass takes at its peak.
  func forwardBytes(microBatch: Int) -> Int { forwardBytes.first + (microBatch - 1) * forwardBytes.further }
}
