import Models
import NeuralNet
import TestSupport
import Tensor
import Testing

/// The example of the article "Add a model": a user's own network from the library's parts.
private final class PlantNet: Layer {
  let backbone: MobileNetwork
  let norm: LayerNorm
  let head: Linear

  init(configuration: ModelConfiguration, using generator: inout Generator) {
    let design = MobileDesign(
      stem: 16,
      stages: [
        MobileStage(kernel: 3, expansion: 1, outputs: 16, count: 1, stride: 2),
        MobileStage(kernel: 5, expansion: 4, outputs: 32, count: 2, stride: 2),
      ], head: 128)
    var inner = configuration
    inner.classes = 64
    backbone = MobileNetwork(design, configuration: inner, using: &generator)
    norm = LayerNorm(64)
    head = Linear(64, configuration.classes, using: &generator)
  }

  override func forward(_ x: Tensor) -> Tensor { head(norm(backbone(x))) }
}

@Suite struct OwnModelTests {
  @Test func ownModelLearns() {
    var generator = Generator(seed: 1)
    let configuration = ModelConfiguration(name: "plants", classes: 5, inputSize: 64, preparation: .imageNet)
    let network = PlantNet(configuration: configuration, using: &generator).namingParts()
    let images = Samples.normal([4, 64, 64, 3], seed: 2)
    let labels = Tensor([0, 1, 2, 3] as [Int64])
    let parameters = network.namedParameters()
    #expect(parameters.map(\.name).contains("backbone.blocks.1.1.conv_dw.weight"))
    let optimizer = SGD(groups: [ParameterGroup("all", parameters: parameters)], learningRate: 0.05, momentum: 0.9)
    var losses: [Float] = []
    for _ in 0..<8 {
      let loss = crossEntropy(network(images), labels: labels)
      losses.append(loss.item())
      optimizer.step(gradients: gradients(of: loss))
    }
    #expect(losses[7] < losses[0] / 2)
  }
}
