import NeuralNet
import Tensor

/// Attention over a grid whose heads are mixed before and after the softmax, with a depthwise convolution beside it
/// (section 3.2; talking heads: Shazeer et al., 2020).
///
///     proj(gelu(up(talk₂(softmax(talk₁(q kᵀ / √32 + bias))) v + local(v))))
///
/// Where it has a stride, a depthwise convolution shrinks the grid first and `up` resizes it back.
///
/// # Shapes
/// input and output [N, side, side, channels]; 8 heads with keys of 32 and values of 128 channels.
final class TalkingAttention: Layer {
  let attentionBiases: Parameter
  let strideConv: ConvolutionNorm?
  let q: ConvolutionNorm
  let k: ConvolutionNorm
  let v: ConvolutionNorm
  let vLocal: ConvolutionNorm
  let talkingHead1: Convolution
  let talkingHead2: Convolution
  let proj: ConvolutionNorm
  private let places: Tensor
  private static let (heads, keyWidth, valueWidth) = (8, 32, 128)

  init(_ channels: Int, side: Int, stride: Int, using generator: inout Generator) {
    let heads = TalkingAttention.heads
    let (keys, values) = (heads * TalkingAttention.keyWidth, heads * TalkingAttention.valueWidth)
    let inner = side / stride
    places = GridDistances.places(side: inner)
    attentionBiases = Parameter(.zeros([heads, inner * inner]))
    strideConv =
      stride == 1
      ? nil
      : ConvolutionNorm(channels, channels, kernel: 3, stride: stride, groups: channels, using: &generator)
    q = ConvolutionNorm(channels, keys, kernel: 1, using: &generator)
    k = ConvolutionNorm(channels, keys, kernel: 1, using: &generator)
    v = ConvolutionNorm(channels, values, kernel: 1, using: &generator)
    vLocal = ConvolutionNorm(values, values, kernel: 3, groups: values, using: &generator)
    talkingHead1 = .biased(heads, heads, kernel: 1, using: &generator)
    talkingHead2 = .biased(heads, heads, kernel: 1, using: &generator)
    proj = ConvolutionNorm(values, channels, kernel: 1, using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor {
    let (heads, keyWidth) = (TalkingAttention.heads, TalkingAttention.keyWidth)
    let grid = strideConv?(x) ?? x
    let values = v(grid)
    let bias = GridDistances.biases(attentionBiases.tensor, at: places).cast(to: x.dtype)
    let scores =
      q(grid).gridHeads(heads).scaled(by: 1 / Float(keyWidth).squareRoot())
      .matrixProduct(k(grid).gridHeads(heads), transposingRight: true) + bias
    let talked = talkingHead1(scores.transposed([0, 2, 3, 1])).transposed([0, 3, 1, 2]).softmax()
    let weights = talkingHead2(talked.transposed([0, 2, 3, 1])).transposed([0, 3, 1, 2])
    let mixed = weights.matrixProduct(values.gridHeads(heads)).joinedHeads(like: values) + vLocal(values)
    let full = strideConv == nil ? mixed : mixed.resized(to: Pair(x.shape[1], x.shape[2]))
    return proj(full.gelu())
  }
}

/// Attention that halves the grid: queries from every second row and column, keys and values from all (section 3.2).
///
///     proj(gelu(softmax(q kᵀ / 4 + bias) v + local(v)))
///
/// # Shapes
/// input [N, side, side, inputs] → output [N, side / 2, side / 2, outputs]; 8 heads with keys of 16 and values of 64 channels.
final class DownsamplingAttention: Layer {
  let attentionBiases: Parameter
  let q: LocalGlobalQuery
  let k: ConvolutionNorm
  let v: ConvolutionNorm
  let vLocal: ConvolutionNorm
  let proj: ConvolutionNorm
  private let places: Tensor
  private static let (heads, keyWidth, valueWidth) = (8, 16, 64)

  init(_ inputs: Int, _ outputs: Int, side: Int, using generator: inout Generator) {
    let heads = DownsamplingAttention.heads
    let (keys, values) = (heads * DownsamplingAttention.keyWidth, heads * DownsamplingAttention.valueWidth)
    places = GridDistances.places(side: side, stride: 2)
    attentionBiases = Parameter(.zeros([heads, side * side]))
    q = LocalGlobalQuery(inputs, keys, using: &generator)
    k = ConvolutionNorm(inputs, keys, kernel: 1, using: &generator)
    v = ConvolutionNorm(inputs, values, kernel: 1, using: &generator)
    vLocal = ConvolutionNorm(values, values, kernel: 3, stride: 2, groups: values, using: &generator)
    proj = ConvolutionNorm(values, outputs, kernel: 1, using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor {
    let heads = DownsamplingAttention.heads
    let values = v(x)
    let local = vLocal(values)
    let mixed = attention(
      queries: q(x).gridHeads(heads), keys: k(x).gridHeads(heads), values: values.gridHeads(heads),
      bias: GridDistances.biases(attentionBiases.tensor, at: places).cast(to: x.dtype))
    return proj((mixed.joinedHeads(like: local) + local).gelu())
  }
}

/// The queries of every second row and column, from the pixel there and from its surroundings.
final class LocalGlobalQuery: Layer {
  let local: Convolution
  let proj: ConvolutionNorm
  private static let everySecond = PoolingOptions(kernel: 1, stride: 2)

  init(_ inputs: Int, _ outputs: Int, using generator: inout Generator) {
    local = .biased(inputs, inputs, kernel: 3, stride: 2, groups: inputs, using: &generator)
    proj = ConvolutionNorm(inputs, outputs, kernel: 1, using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor {
    proj(local(x) + x.averagePooled(LocalGlobalQuery.everySecond))
  }
}

extension Tensor {
  /// A grid [N, H, W, heads · d] as the operand [N, heads, H · W, d] of attention.
  fileprivate func gridHeads(_ heads: Int) -> Tensor {
    reshaped([shape[0], shape[1] * shape[2], heads, shape[3] / heads]).transposed([0, 2, 1, 3])
  }

  /// The result [N, heads, H · W, d] of attention as a grid of the shape of another.
  fileprivate func joinedHeads(like grid: Tensor) -> Tensor { transposed([0, 2, 1, 3]).reshaped(grid.shape) }
}
