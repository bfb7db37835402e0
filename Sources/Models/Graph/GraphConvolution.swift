import NeuralNet
import Tensor

/// How a graph network chooses the neighbours of a token and compares them.
enum Aggregation {
  /// MobileViG: every K-th token of the own column and row, self − neighbour (section 3.1, algorithm 1).
  case sparse(spacing: Int)
  /// MobileViGv2: the four tokens at distance K, neighbour − self.
  case cross(distance: Int)
  /// GreedyViG: of every K-th token of the own column and row those that are near, neighbour − self (section 3.2).
  case greedy(spacing: Int)

  /// The tokens, and behind their channels the largest difference to a neighbour: [N, H, W, C] → [N, H, W, 2 C].
  func callAsFunction(_ t: Tensor) -> Tensor {
    let (height, width) = (t.shape[1], t.shape[2])
    switch self {
    case .sparse(let spacing):
      return t.maxRelative(
        to: .sparse(every: spacing, height: height, width: width, difference: .selfMinusNeighbour))
    case .cross(let distance):
      return t.maxRelative(
        to: .cross(at: distance, height: height, width: width, difference: .neighbourMinusSelf))
    case .greedy(let spacing):
      let neighbours = RelativeNeighbours.sparse(
        every: spacing, height: height, width: width, difference: .neighbourMinusSelf)
      return t.maxRelative(to: neighbours, mask: withoutGradients { Aggregation.nearness(t, neighbours) })
    }
  }

  /// 1 where a neighbour's distance, the sum of absolute differences, is below mean − deviation of the distances in the image,
  /// estimated from its tokens and those half an image away: [N, H, W, neighbours], nil without neighbours.
  private static func nearness(_ t: Tensor, _ neighbours: RelativeNeighbours) -> Tensor? {
    guard !neighbours.rolls.isEmpty else { return nil }
    let opposite = t.rolled(axis: 1, by: (t.shape[1] + 1) / 2).rolled(axis: 2, by: (t.shape[2] + 1) / 2)
    let sample = (t - opposite).absolute().sum(axes: [3], keepsAxes: true)
    let deviation = sample.variance(axes: [1, 2], keepsAxes: true).squareRoot()
    let threshold = sample.mean(axes: [1, 2], keepsAxes: true) - deviation
    return t.relativeDistances(to: neighbours.rolls).less(than: threshold)
  }
}

/// A max-relative graph convolution: aggregation, 1×1 convolution, norm and GELU.
///
///     y = GELU(norm(W [t, max(0, maxⱼ ±(t − tⱼ))]))
final class GraphConvolution: Layer {
  let nn: NormalizedConvolution
  private let aggregation: Aggregation

  init(_ channels: Int, _ outputs: Int, aggregation: Aggregation, using generator: inout Generator) {
    nn = NormalizedConvolution(2 * channels, outputs, activation: .gelu, using: &generator)
    self.aggregation = aggregation
  }

  override func forward(_ x: Tensor) -> Tensor { nn(aggregation(x)) }
}
