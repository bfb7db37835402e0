import Foundation
import NeuralNet
import Tensor

/// Cosine attention inside of windows with continuous relative position biases (Swin V2, sections 3.2 and 3.3).
///
///     softmax(cos(q, k) · min(e^scale, 100) + 16 sigmoid(mlp(log coordinates)) + mask) v
///
/// # Shapes
/// input and output [N, side, side, channels].
final class WindowAttention: Layer {
  let logitScale: Parameter
  let qBias: Parameter
  let vBias: Parameter
  let cpbMlp: Sequential
  let qkv: Linear
  let proj: Linear
  private let heads: Int
  private let windows: Windows
  private let coordinates: Tensor
  private let places: Tensor
  private let mask: Tensor?

  init(_ channels: Int, heads: Int, windows: Windows, using generator: inout Generator) {
    precondition(channels % heads == 0, "\(channels) channels cannot be cut into \(heads) heads")
    let initializer = Initializer.normal(deviation: 0.02)
    logitScale = Parameter(.full([heads, 1, 1], log(10)))
    qBias = Parameter(.zeros([channels]))
    vBias = Parameter(.zeros([channels]))
    cpbMlp = Sequential(
      Linear(2, 512, initializer: initializer, using: &generator), ActivationLayer(.relu),
      Linear(512, heads, bias: false, initializer: initializer, using: &generator))
    qkv = Linear(channels, 3 * channels, bias: false, initializer: initializer, using: &generator)
    proj = Linear(channels, channels, initializer: initializer, using: &generator)
    (self.heads, self.windows) = (heads, windows)
    coordinates = RelativeCoordinates.table(width: windows.width)
    places = RelativeCoordinates.places(width: windows.width)
    mask = windows.mask()
  }

  override func forward(_ x: Tensor) -> Tensor {
    let tokens = windows.cut(x)
    let (count, length, channels) = (tokens.shape[0], tokens.shape[1], tokens.shape[2])
    let parts = projected(tokens).reshaped([count, length, 3, heads, channels / heads]).transposed([2, 0, 3, 1, 4])
    let directions = parts.sliced(axis: 0, 0..<2).unitVectors()
    func operand(_ part: Tensor) -> Tensor { part.reshaped([count, heads, length, channels / heads]) }
    let scale = logitScale.tensor.clamped(-.greatestFiniteMagnitude, log(100)).exp().cast(to: x.dtype)
    let scores = (operand(directions.sliced(axis: 0, 0..<1)) * scale)
      .matrixProduct(operand(directions.sliced(axis: 0, 1..<2)), transposingRight: true)
    let mixed = biased(scores).softmax().matrixProduct(operand(parts.sliced(axis: 0, 2..<3)))
    return windows.joined(proj(mixed.transposed([0, 2, 1, 3]).reshaped([count, length, channels])))
  }

  /// Queries, keys and values; keys have no bias.
  private func projected(_ tokens: Tensor) -> Tensor {
    let bias = Tensor.concatenated(
      [qBias.tensor, Tensor.zeros(qBias.value.shape), vBias.tensor], axis: 0)
    return qkv(tokens, bias: bias)
  }

  /// Scores [N · windows, heads, T, T] with the biases of the positions and the mask.
  private func biased(_ scores: Tensor) -> Tensor {
    let table = cpbMlp(coordinates).sigmoid().scaled(by: 16)
    var bias = table.gathered(rows: places).transposed([2, 0, 1])
    guard let mask else { return scores + bias.cast(to: scores.dtype) }
    bias = (bias + mask).cast(to: scores.dtype)
    let shape = scores.shape
    let grouped = scores.reshaped(Shape([shape[0] / mask.shape[0], mask.shape[0]] + shape.array.dropFirst()))
    return (grouped + bias).reshaped(shape)
  }
}

extension Tensor {
  /// Each vector of the last axis divided by its length, which counts as at least 10⁻¹².
  fileprivate func unitVectors() -> Tensor {
    let squares = squared().sum(axes: [-1], keepsAxes: true)
    return self * squares.clamped(1e-24, .greatestFiniteMagnitude).reciprocalSquareRoot()
  }
}
