import Models
import NeuralNet
import Tensor
import TestSupport
import Testing

@testable import Adaptation

extension AdaptationSuite {
  /// The strategy: what it accepts, what it changes, what it promises.
  @Suite struct WalshTrainingTests {
    private func layers(_ network: Layer, _ shape: Shape) -> [AdaptableLayer] {
      NetworkLayers(network.namingParts(), inputShape: shape).layers
    }

    private func strategy(_ text: String) throws -> any Strategy { try StrategyName.parse("walsh:" + text) }

    private func pointwise(_ options: ConvolutionOptions = ConvolutionOptions(), kernel: Pair = 1) -> Sequential {
      var generator = Generator(seed: 1)
      return Sequential(
        Convolution(
          16, 16, kernel: kernel, stride: options.stride, padding: .fixed(options.padding), groups: options.groups,
          using: &generator))
    }

    private func refusal(_ network: Layer, _ shape: Shape, _ text: String) throws -> String {
      let layer = try #require(layers(network, shape).first)
      let training = try strategy(text)
      return #expect(throws: StrategyError.self) { try training.check(layer) }?.description ?? ""
    }

    @Test(arguments: ["l1-4", "linf-2:reflect", "l1-4/16", "list-00-01:reflect"])
    func textualForm(text: String) throws {
      #expect(try strategy(text).description == "walsh:" + text)
    }

    @Test(arguments: [
      ("l1-4:mirror", "the padding of walsh is reflect or zero, not \"mirror\""),
      ("l1-4:zero:zero", "walsh wants the functions"),
      ("", "walsh wants the functions that it keeps, such as walsh:l1-4; found \"\""),
      ("l7-4", "names no Walsh functions"),
    ])
    func refusesOtherTexts(text: String, message: String) {
      let error = #expect(throws: StrategyError.self) { try strategy(text) }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func refusesLayersThatAreNotPointwise() throws {
      let wide = try refusal(pointwise(ConvolutionOptions(padding: 1), kernel: 3), [1, 8, 8, 16], "l1-2")
      #expect(wide.hasPrefix("0: walsh:l1-2 trains linear layers and 1×1 convolutions") && wide.contains("3×3"))
      #expect(try refusal(pointwise(ConvolutionOptions(stride: 2)), [1, 8, 8, 16], "l1-2").contains("stride 2"))
      #expect(try refusal(pointwise(ConvolutionOptions(groups: 4)), [1, 8, 8, 16], "l1-2").contains("4 groups"))
    }

    @Test func refusesLayersWithoutGrid() throws {
      var generator = Generator(seed: 1)
      let head = Sequential(Linear(8, 4, using: &generator))
      #expect(try refusal(head, [2, 8], "l1-2").hasPrefix("0: an activation of shape [2, 8] has no grid"))
      #expect(try refusal(head, [2, 40, 8], "l1-2").hasPrefix("0: 40 tokens are no square grid"))
    }

    @Test func mirrorsOnlyWhatIsThere() throws {
      let small = try refusal(pointwise(), [1, 3, 8, 16], "l1-2:reflect")
      #expect(
        small.contains("3 rows or columns cannot be mirrored from a grid of 3×8")
          && small.contains("leave out :reflect"))
      #expect(try refusal(pointwise(), [1, 8, 2, 16], "l1-2:reflect").contains("grid of 8×2"))
      let layer = try #require(layers(pointwise(), [1, 3, 2, 16]).first)
      try strategy("l1-2").check(layer)
      #expect(try strategy("l1-2:zero").description == "walsh:l1-2")
      try strategy("l1-2:reflect").check(try #require(layers(pointwise(), [1, 4, 7, 16]).first))
    }

    @Test func trainsWithItsBackwardPass() throws {
      var generator = Generator(seed: 1)
      let network = Sequential(
        Convolution(6, 18, kernel: 1, using: &generator), Linear(18, 5, using: &generator))
      let training = WalshTraining(try .l1(2))
      let found = layers(network, [2, 7, 7, 6])
      for layer in found {
        layer.weight.requiresGradient = false
        layer.bias?.requiresGradient = false
        try training.check(layer)
        training.install(on: layer, using: &generator)
      }
      let x = Samples.normal([2, 7, 7, 6], seed: 3)
      let ledger = Ledger()
      let y = ledger.record { network(x) }
      let result = ledger.record { gradients(of: [(y, Samples.normal(y.shape, seed: 4))]) }
      for (layer, wantsInput) in zip(found, [false, true]) {
        #expect(result[layer.weight]?.shape == layer.weight.value.shape)
        #expect(result[try #require(layer.bias)] != nil)
        let rows = ledger.entries.filter { $0.key.module == layer.path }
        let saved = rows.values.reduce(0) { $0 + $1.savedBytes }
        #expect(saved == training.cost(of: layer, wantsInput: wantsInput).savedBytes, "\(layer.path)")
        #expect(rows.first { $0.key.operation == "matrix product" }?.value.calls == (wantsInput ? 2 : 1))
      }
    }

    @Test func countsItsOperations() throws {
      let layer = try #require(layers(pointwise(), [2, 14, 14, 16]).first)
      let cost = WalshTraining(try .l1(2)).cost(of: layer, wantsInput: true)
      let (rows, blocks) = (2 * 4 * 3, 2 * 4)
      #expect(cost.savedBytes == rows * 16 * 4)
      #expect(cost.operations == Double(4 * rows * 16 * 16 + 3 * 64 * blocks * 48 + rows * 16))
      let first = WalshTraining(try .l1(2)).cost(of: layer, wantsInput: false)
      #expect(first.operations == Double(2 * rows * 16 * 16 + 3 * 64 * blocks * 32 + rows * 16))
    }
  }
}
