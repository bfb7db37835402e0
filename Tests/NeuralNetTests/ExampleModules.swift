import NeuralNet
import Tensor

/// A block with a part that is not always there.
final class ExampleBlock: Layer {
  let convDw: Convolution
  let bn1: BatchNorm
  let downsample: Sequential?

  init(shortcut: Bool, using generator: inout Generator) {
    convDw = Convolution(4, 4, kernel: 3, padding: 1, groups: 4, bias: false, using: &generator)
    bn1 = BatchNorm(4, activation: .relu)
    downsample =
      shortcut
      ? Sequential(Convolution(4, 4, kernel: 1, using: &generator), BatchNorm(4)) : nil
  }

  override func forward(_ x: Tensor) -> Tensor { bn1(convDw(x), adding: downsample?(x) ?? x) }
}

/// A network with parts of every kind: modules, arrays of modules, parameters, arrays of parameters, plain values.
final class ExampleNetwork: Layer {
  let convStem: Convolution
  let blocks: [ExampleBlock]
  let scales: [Parameter]
  let pool = GlobalAveragePool()
  let fc: Linear
  let classCount = 3
  let note: String? = nil

  init(seed: UInt64 = 1) {
    var generator = Generator(seed: seed)
    convStem = Convolution(2, 4, kernel: 3, padding: 1, using: &generator)
    blocks = [
      ExampleBlock(shortcut: false, using: &generator), ExampleBlock(shortcut: true, using: &generator),
    ]
    scales = [Parameter(.ones([4])), Parameter(.ones([4]))]
    fc = Linear(4, 3, using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor {
    fc(pool(zip(blocks, scales).reduce(convStem(x)) { $1.0($0) * $1.1.tensor }))
  }

  /// All parameters by name, in order.
  static let parameterNames = [
    "conv_stem.weight", "conv_stem.bias", "blocks.0.conv_dw.weight", "blocks.0.bn1.weight", "blocks.0.bn1.bias",
    "blocks.1.conv_dw.weight", "blocks.1.bn1.weight", "blocks.1.bn1.bias", "blocks.1.downsample.0.weight",
    "blocks.1.downsample.0.bias", "blocks.1.downsample.1.weight", "blocks.1.downsample.1.bias", "scales.0",
    "scales.1", "fc.weight", "fc.bias",
  ]
}
