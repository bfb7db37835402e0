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
  }
}
