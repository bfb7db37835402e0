import Models
import NeuralNet
import Tensor
import TestSupport
import Testing

@testable import Inference

struct InferenceNetworkTests {
  /// A network whose norms are not the identity: a few training passes move the statistics.
  static func network(_ name: String, size: Int) throws -> (Layer, Tensor) {
    var generator = Generator(seed: 3)
    let entry = try ModelRegistry.entry(named: name)
    var configuration = entry.defaults
    configuration.classes = 10
    configuration.inputSize = size
    let model = try ModelRegistry.make(configuration, using: &generator)
    let images = Tensor.normal([2, size, size, configuration.inputChannels], using: &generator)
    withoutGradients { for _ in 0..<2 { _ = model.network(images) } }
    model.network.setTraining(false)
    return (model.network, images)
  }

  @Test(arguments: ModelRegistry.entries.map(\.name))
  func equalsTheNetwork(name: String) throws {
    let (network, images) = try InferenceNetworkTests.network(name, size: 64)
    let expected = withoutGradients { network(images) }
    let result = InferenceNetwork(network)(images)
    expectClose(result, expected, rtol: 1e-4, atol: 1e-4 * Double(expected.floatArray().map(abs).max() ?? 0))
  }
}
