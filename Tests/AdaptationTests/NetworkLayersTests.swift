import Models
import NeuralNet
import Tensor
import Testing

@testable import Adaptation

extension AdaptationSuite {
  @Suite struct NetworkLayersTests {
    @Test func findsLayersInTheOrderOfTheirRun() throws {
      var generator = Generator(seed: 0)
      let entry = try ModelRegistry.entry(named: "resnet18")
      let model = try ModelRegistry.make(entry.defaults, using: &generator)
      let found = NetworkLayers(model.network, inputShape: [1, 64, 64, 3])
      #expect(found.layers.count == 21)
      #expect(found.layers.first?.path == "conv1")
      #expect(found.layers.last?.path == "fc")
      let last = try #require(found["layer4.1.conv2"])
      #expect(last.inputShape == [1, 2, 2, 512] && last.outputShape == [1, 2, 2, 512])
      #expect(last.options.padding == 1 && last.kernel == 3 && !last.isPointwise)
      let shortcut = try #require(found["layer4.0.downsample.0"])
      let first = try #require(found["layer4.0.conv1"])
      #expect(shortcut.depth == first.depth)
      #expect(last.depth == 17 && found["fc"]?.depth == 18)
    }

    /// Norms whose weights are multiplied by layer scales, tables of positions, biases of attention.
    @Test(arguments: [
      "vit_tiny_patch16_224", "swinv2_tiny_window8_256", "efficientformer_l1", "efficientformerv2_s0", "mobilevig_ti",
      "mobilevigv2_ti", "greedyvig_s",
    ])
    func findsAllParametersBesideTheLayers(_ name: String) throws {
      let network = try SchemeTests.network(name)
      let layers = network.layers
      #expect(layers.others.allSatisfy { $0.step != nil })
      let own = layers.layers.reduce(0) { $0 + ($1.bias == nil ? 1 : 2) }
      #expect(layers.others.count + own == network.network.namedParameters().count)
    }
  }
}
