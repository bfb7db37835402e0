import Models
import NeuralNet
import Tensor
import TestSupport
import Testing

/// Registered networks give the same logits in one piece and cut at any of their boundaries.
@Suite struct BoundaryTests {
  @Test(arguments: [
    ("quickstart", 28), ("resnet18", 64), ("cifar_resnet20", 32), ("tf_mobilenetv2_035", 64), ("mcunet_5fps", 64),
    ("efficientnet_lite0", 64), ("efficientformer_l1", 64), ("efficientformerv2_s0", 64),
    ("vit_tiny_patch16_224", 32), ("swinv2_tiny_window8_256", 64), ("mobilevig_ti", 64), ("greedyvig_s", 64),
  ])
  func aCutChangesNothing(_ name: String, _ side: Int) throws {
    var generator = Generator(seed: 1)
    var configuration = try ModelRegistry.entry(named: name).defaults
    (configuration.inputSize, configuration.classes) = (side, 3)
    let network = try #require(ModelRegistry.make(configuration, using: &generator).network as? Chain)
    network.setTraining(false)
    let pictures = Tensor.normal([2, side, side, configuration.inputChannels], using: &generator)
    withoutGradients {
      let logits = network(pictures)
      let boundaries = network.boundaries
      #expect(boundaries.count >= 4)
      let count = network.namedParameters().count
      for index in [0, boundaries.count / 2, boundaries.count - 1] {
        let boundary = boundaries[index]
        expectClose(boundary.tail(boundary.front(pictures)), logits, rtol: 0)
        #expect(
          boundary.front.namedParameters().count + boundary.tail.namedParameters().count == count, "\(boundary.name)")
      }
    }
  }
}
