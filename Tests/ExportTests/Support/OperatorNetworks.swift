import NeuralNet
import Tensor

/// Networks of one or a few operations that no registered model has, from images [N, H, W, C] to anything with the
/// batch in front.
enum OperatorNetworks {
  final class Function: Layer {
    private let body: (Tensor) -> Tensor

    init(_ body: @escaping (Tensor) -> Tensor) { self.body = body }

    override func forward(_ x: Tensor) -> Tensor { body(x) }
  }

  static let size = 12
  static let channels = 4

  /// The operations by name.
  static let all: [String: @Sendable (Tensor) -> Tensor] = [
    "pad": { $0.padded([(0, 0), (1, 2), (0, 3), (2, 0)], with: 0.5) },
    "roll": { $0.rolled(axis: 1, by: 5).rolled(axis: 2, by: -3) },
    "slice and join": { .concatenated([$0.sliced(axis: 3, 1..<3), $0, $0.sliced(axis: 3, 0..<1)], axis: 3) },
    "adaptive pooling, uneven": { $0.adaptiveAveragePooled(Pair(5, 7)) },
    "adaptive pooling, even": { $0.adaptiveAveragePooled(Pair(3, 6)) },
    "bilinear": { $0.resized(to: Pair(31, 17)) },
    "bilinear, smaller": { $0.resized(to: Pair(5, 1)) },
    "bilinear, aligned": { $0.resized(to: Pair(25, 7), mode: .bilinearAligned) },
    "two resizes of one image": { $0.resized(to: Pair(24, 24)) + $0.exp().resized(to: Pair(24, 24)) },
    "nothing": { $0 },
    "nearest": { $0.resized(to: Pair(24, 36), mode: .nearest) },
    "max pooling, rounded up": {
      $0.maxPooled(PoolingOptions(kernel: 3, stride: 2, padding: Pair(1, 0), ceilMode: true))
    },
    "average pooling with padding": {
      $0.averagePooled(PoolingOptions(kernel: 3, stride: 2, padding: 1, ceilMode: true))
    },
    "average pooling without padding": {
      $0.averagePooled(PoolingOptions(kernel: 3, stride: 2, padding: 1, ceilMode: true), countsPadding: false)
    },
    "asymmetric, dilated, grouped convolution": {
      convolution(
        $0, weight: Samples.weight([6, 2, 3, 2]),
        options: ConvolutionOptions(
          stride: Pair(2, 1), padding: Padding(top: 0, bottom: 2, left: 1, right: 3), dilation: Pair(2, 3), groups: 2))
    },
    "group norm": { groupNorm($0, groups: 2, weight: Samples.weight([4]), bias: Samples.weight([4])) },
    "group norm of tokens": { groupNorm($0.reshaped([$0.shape[0], 144, 4]), groups: 4) },
    "layer norm of an image": {
      layerNorm($0, weight: Samples.weight([4]), bias: Samples.weight([4])).maxPooled(PoolingOptions(kernel: 2))
    },
    "batch norm of an image": {
      batchNorm(
        $0, weight: Samples.weight([4]), bias: Samples.weight([4]),
        running: RunningStatistics(mean: Samples.weight([4]), variance: Samples.weight([4]).squared() + 0.1),
        isTraining: false, epsilon: 1e-5, activation: .relu, residual: $0)
    },
    "functions": { x in
      let positive = x.absolute() + 0.1
      return positive.log() + positive.squareRoot() + positive.reciprocalSquareRoot() + x.exp() + x.squared()
    },
    "functions of two": { x in
      let other = x.rolled(axis: 3, by: 1)
      return x.maximum(other) * x.minimum(other) / (other.squared() + 1) - (x.absolute() + 0.5).power(other)
    },
    "stretched constants": { x in
      x * Samples.weight([12, 1, 4]) + Samples.weight([4]) - Samples.weight([1, 12, 12, 1]) / Samples.weight([])
    },
    "a vector stretched over an image": { x in
      x * x.mean(axes: [1, 2]).sigmoid().reshaped([x.shape[0], 1, 1, 4])
    },
    "a row stretched over an image": { x in x + x.mean(axes: [0, 1], keepsAxes: false) },
    "clamps": { $0.clamped(-0.5, .greatestFiniteMagnitude) + $0.clamped(-.infinity, 0.25) + $0.clamped(-1, 1) },
    "activations": { x in
      Activation.allCases.reduce(x) { $0 + x.activated($1) }
    },
    "softmax over channels": { x in x.softmax() + x.logSoftmax() },
    "sums": { x in x.sum(axes: [1, 3]) + x.mean(axes: [1, 3], keepsAxes: true).reshaped([x.shape[0], 12]) },
    "windows": { x in
      let cut = x.reshaped([x.shape[0], 3, 4, 3, 4, 4]).transposed([0, 1, 3, 2, 4, 5])
      return cut.reshaped([x.shape[0] * 9, 16, 4]).mean(axes: [1]).reshaped([x.shape[0], 36])
    },
    "transposed products": { x in
      let tokens = x.reshaped([x.shape[0], 144, 4])
      let scores = tokens.matrixProduct(tokens, transposingLeft: true)
      return scores.matrixProduct(scores, transposingLeft: true, transposingRight: true)
    },
    "a token in front": { x in
      let token = Samples.weight([1, 1, 4]).broadcast(to: [x.shape[0], 1, 4])
      return .concatenated([token, x.reshaped([x.shape[0], 144, 4])], axis: 1)
    },
    "a table": { x in
      let rows = Samples.weight([5, 4]).gathered(rows: Tensor([Int64(3), 0, 3]))
      return x.reshaped([x.shape[0], 144, 4]).matrixProduct(rows, transposingRight: true)
    },
    "channels in front by transposition": { x in
      x.transposed([0, 3, 1, 2]).reshaped([x.shape[0], 4, 144]).softmax().transposed([0, 2, 1])
    },
  ]

  static let names = all.keys.sorted()

  /// A network of an operation.
  static func network(_ name: String) -> Layer {
    Function(all[name] ?? { $0 })
  }
}

/// Weights for operations of tests.
enum Samples {
  static func weight(_ shape: Shape) -> Tensor {
    var generator = Generator(seed: UInt64(shape.count))
    return .normal(shape, using: &generator)
  }
}
