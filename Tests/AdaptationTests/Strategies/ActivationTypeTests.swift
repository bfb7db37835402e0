import NeuralNet
import Tensor
import Testing

@testable import Adaptation

extension AdaptationSuite {
  /// What strategies say that they keep of inputs in bfloat16.
  @Suite struct ActivationTypeTests {
    @Test(arguments: ["exact", "filter:2", "walsh:l1-2", "lora:4", "sparse:0.25", "psq:8"])
    func costsCountTheTypeOfActivations(_ text: String) throws {
      let strategy = try StrategyName.parse(text)
      var generator = Generator(seed: 7)
      let layer = Convolution(16, 8, kernel: 1, using: &generator)
      let trial = try LayerTrial(layer, inputShape: [2, 8, 8, 16], activations: .bfloat16)
      try strategy.check(trial.layer)
      strategy.install(on: trial.layer, using: &generator)
      let (x, cotangent) = trial.sample()
      let run = trial.run(x.cast(to: .bfloat16), cotangent: cotangent.cast(to: .bfloat16))
      #expect(run.savedBytes == strategy.cost(of: trial.layer, wantsInput: true).savedBytes)
    }
  }
}
