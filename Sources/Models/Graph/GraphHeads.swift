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
public class GraphNetwork: Chain, DistilledClassifier {
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

  /// What runs from the pictures to the tokens of the last stage.
  var body: [Layer] { fatalError("\(type(of: self)) does not override body") }

  public final override var links: [Layer] { body + [prediction, MeanOfHeads(head, distHead), Flatten()] }

  public final func heads(_ x: Tensor) -> (Tensor, Tensor) {
    scoped {
      let embedding = prediction(body.reduce(x) { $1($0) })
      return (head(embedding).flattened(), distHead(embedding).flattened())
    }
  }
}

/// Rates of stochastic depth that rise evenly from zero to the largest, for blocks in the order of the network.
func risingRates(to largest: Float, count: Int) -> [Float] {
  (0..<count).map { largest * Float($0) / Float(max(1, count - 1)) }
}
