import NeuralNet
import Tensor

/// Two convolutions that halve the picture twice, each with norm and GELU.
final class GraphStem: Layer {
  let stem: Sequential

  init(_ inputs: Int, _ outputs: Int, using generator: inout Generator) {
    stem = Sequential(
      Convolution.heBiased(inputs, outputs / 2, kernel: 3, stride: 2, using: &generator),
      BatchNorm(outputs / 2, activation: .gelu), Identity(),
      Convolution.heBiased(outputs / 2, outputs, kernel: 3, stride: 2, using: &generator),
      BatchNorm(outputs, activation: .gelu))
  }

  override func forward(_ x: Tensor) -> Tensor { stem(x) }
}

/// The mean of each channel as an image of one pixel: [N, H, W, C] → [N, 1, 1, C].
final class MeanPixel: Layer {
  override func forward(_ x: Tensor) -> Tensor { x.adaptiveAveragePooled(1) }
}

/// The end that the networks share: an embedding of the mean token and two classifiers, of which one learns from a teacher.
public class GraphNetwork: Layer, DistilledClassifier {
  let prediction: Sequential
  let head: Convolution
  let distHead: Convolution

  init(_ channels: Int, embedding: Int, classes: Int, using generator: inout Generator) {
    prediction = Sequential(
      MeanPixel(), Convolution.heBiased(channels, embedding, kernel: 1, using: &generator),
      BatchNorm(embedding, activation: .gelu))
    head = .heBiased(embedding, classes, kernel: 1, using: &generator)
    distHead = .heBiased(embedding, classes, kernel: 1, using: &generator)
  }

  /// The heads behind what subclasses declare, the order of the published weights.
  public final override var parts: [(name: String, part: Any)] {
    let parts = super.parts
    let own = ["prediction", "head", "dist_head"]
    return parts.filter { !own.contains($0.name) } + parts.filter { own.contains($0.name) }
  }

  /// The tokens of the last stage for pictures.
  func tokens(_ x: Tensor) -> Tensor { fatalError("\(type(of: self)) does not override tokens(_:)") }

  public final func heads(_ x: Tensor) -> (Tensor, Tensor) {
    scoped {
      let embedding = prediction(tokens(x))
      return (head(embedding).flattened(), distHead(embedding).flattened())
    }
  }

  public final override func forward(_ x: Tensor) -> Tensor {
    let embedding = prediction(tokens(x))
    return (head(embedding) + distHead(embedding)).scaled(by: 0.5).flattened()
  }
}

/// Rates of stochastic depth that rise evenly from zero to the largest, for blocks in the order of the network.
func risingRates(to largest: Float, count: Int) -> [Float] {
  (0..<count).map { largest * Float($0) / Float(max(1, count - 1)) }
}
