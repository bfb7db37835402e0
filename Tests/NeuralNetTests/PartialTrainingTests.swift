import NeuralNet
import Tensor
import TestSupport
import Testing

/// Parameters of which only some ranges train.
@Suite struct PartialTrainingTests {
  @Test(arguments: ["sgd", "adamw"]) func optimisersLeaveTheRest(_ method: String) {
    func trained(_ ranges: [Range<Int>]?) -> [Float] {
      let parameters = makeParameters([("weight", Tensor([1, 2, 3, 4, 5, 6] as [Float]))])
      parameters[0].parameter.trainedRanges = ranges
      let groups = [ParameterGroup("all", parameters: parameters)]
      let optimizer: any Optimizer =
        method == "sgd"
        ? SGD(groups: groups, learningRate: 0.1, momentum: 0.9, weightDecay: 0.5)
        : AdamW(groups: groups, learningRate: 0.1, weightDecay: 0.5)
      for _ in 0..<3 { optimizer.step(gradients: makeGradients(parameters, [Tensor.ones([6])])) }
      return parameters[0].parameter.value.floatArray()
    }
    let (all, some) = (trained(nil), trained([1..<3, 5..<6]))
    #expect(some == [1, all[1], all[2], 4, 5, all[5]])
    #expect(all[1] != 2 && trained([]) == [1, 2, 3, 4, 5, 6])
  }
}
