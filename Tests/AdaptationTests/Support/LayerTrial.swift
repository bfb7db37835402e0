import NeuralNet
import Tensor
import Testing

@testable import Adaptation

/// One frozen layer alone, on which a strategy is tried.
struct LayerTrial {
  /// What a run gave.
  struct Run {
    let output: Tensor
    let input: Tensor?
    let weight: Tensor?
    let bias: Tensor?
    let gradients: Gradients
    /// Bytes kept for the backward pass.
    let savedBytes: Int
    /// Operations of products and factorisations, without those of the layer's own forward pass.
    let operations: Double
  }

  let network: Sequential
  let layer: AdaptableLayer

  init(_ layer: Layer, inputShape: Shape, activations: DType = .float32) throws {
    network = Sequential(layer).namingParts()
    self.layer = try #require(NetworkLayers(network, inputShape: inputShape, activations: activations).layers.first)
    network.freeze()
  }

  /// A layer of a random weight, or of the given one.
  static func convolution(
    _ inputShape: Shape, _ outputs: Int, kernel: Pair = 3, stride: Pair = 1, padding: PaddingRule = 1, groups: Int = 1,
    weight: Tensor? = nil
  ) throws -> LayerTrial {
    var generator = Generator(seed: 7)
    let layer = Convolution(
      inputShape[3], outputs, kernel: kernel, stride: stride, padding: padding, groups: groups, using: &generator)
    if let weight { layer.weight.value.assign(weight) }
    return try LayerTrial(layer, inputShape: inputShape)
  }

  static func linear(_ inputShape: Shape, _ outputs: Int, bias: Bool = true) throws -> LayerTrial {
    var generator = Generator(seed: 7)
    let layer = Linear(inputShape[-1], outputs, bias: bias, using: &generator)
    return try LayerTrial(layer, inputShape: inputShape)
  }

  /// Installs a strategy; the trial itself, for chaining.
  func with(_ strategy: some Strategy) throws -> LayerTrial {
    try strategy.check(layer)
    var generator = Generator(seed: 3)
    strategy.install(on: layer, using: &generator)
    return self
  }

  /// One forward and backward pass.
  func run(_ x: Tensor, cotangent: Tensor, wantsInput: Bool = true) -> Run {
    let input = wantsInput ? x.requiringGradient() : x
    let ledger = Ledger()
    let (output, found) = ledger.record {
      let y = network(input)
      return (y.detached, gradients(of: [(y, cotangent)]))
    }
    let counted = ledger.entries.filter { row in
      row.key.pass == .backward && !row.key.operation.hasPrefix("cast")
        || ["matrix product", "orthonormal columns", "eigenvectors"].contains(row.key.operation)
    }
    let products = counted.filter { row in
      ["gradient", "product", "columns", "eigenvectors"].contains { row.key.operation.hasSuffix($0) }
    }
    return Run(
      output: output, input: found[input], weight: found[layer.weight], bias: layer.bias.flatMap { found[$0] },
      gradients: found, savedBytes: ledger.entries.values.reduce(0) { $0 + $1.savedBytes },
      operations: products.values.reduce(0) { $0 + $1.operations })
  }

  /// Random input and cotangent of the layer's shapes.
  func sample(seed: UInt64 = 11) -> (x: Tensor, cotangent: Tensor) {
    var generator = Generator(seed: seed)
    return (.normal(layer.inputShape, using: &generator), .normal(layer.outputShape, using: &generator))
  }
}

/// Expects a strategy to keep and to compute what its cost says, on random input.
func expectCost(
  of strategy: some Strategy, on trial: LayerTrial, runs: Int = 1, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let trial = try trial.with(strategy)
  let (x, cotangent) = trial.sample()
  for wantsInput in [true, false] {
    let cost = strategy.cost(of: trial.layer, wantsInput: wantsInput)
    var run = trial.run(x, cotangent: cotangent, wantsInput: wantsInput)
    for _ in 1..<max(2, runs) { run = trial.run(x, cotangent: cotangent, wantsInput: wantsInput) }
    #expect(run.savedBytes == cost.savedBytes, "\(strategy) saves", sourceLocation: sourceLocation)
    #expect(run.operations == cost.operations, "\(strategy) computes", sourceLocation: sourceLocation)
  }
}

/// Expects an error whose sentence holds all of some words.
func expectStrategyError(
  _ words: String..., sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  let error = #expect(throws: StrategyError.self, sourceLocation: sourceLocation, performing: body)
  for word in words {
    #expect(error?.description.contains(word) ?? false, "\(error?.description ?? "")", sourceLocation: sourceLocation)
  }
}
