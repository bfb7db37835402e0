import NeuralNet
import Tensor
import Testing

@Suite("Parameter groups and parameters without gradients")
struct OptimizerGroupTests {
  enum Kind: CaseIterable, Sendable {
    case sgd, momentum, adamW

    func make(_ groups: [ParameterGroup], rate: Double = 0.1, weightDecay: Double = 0) -> any Optimizer {
      switch self {
      case .sgd: SGD(groups: groups, learningRate: rate, weightDecay: weightDecay)
      case .momentum: SGD(groups: groups, learningRate: rate, momentum: 0.9, weightDecay: weightDecay)
      case .adamW: AdamW(groups: groups, learningRate: rate, weightDecay: weightDecay)
      }
    }
  }

  private let gradient = Tensor([0.5, -1, 2] as [Float])

  private func three(_ name: String) -> [(name: String, parameter: Parameter)] {
    makeParameters([(name, Tensor([1, 2, -3] as [Float]))])
  }

  /// The weights after some steps of an optimiser for one parameter alone.
  private func alone(_ kind: Kind, steps: Int, rate: Double = 0.1, weightDecay: Double = 0) -> [Float] {
    let parameters = three("w")
    let optimizer = kind.make(
      [ParameterGroup("all", parameters: parameters)], rate: rate, weightDecay: weightDecay)
    for _ in 0..<steps { optimizer.step(gradients: makeGradients(parameters, [gradient])) }
    return parameters[0].parameter.value.floatArray()
  }

  @Test("each group has its own rate and weight decay", arguments: Kind.allCases)
  func options(_ kind: Kind) {
    let (plain, quick, decayed) = (three("plain"), three("quick"), three("decayed"))
    let optimizer = kind.make(
      [
        ParameterGroup("plain", parameters: plain, weightDecay: 0),
        ParameterGroup("quick", parameters: quick, learningRateMultiplier: 2, weightDecay: 0),
        ParameterGroup("decayed", parameters: decayed),
      ], weightDecay: 0.3)
    let all = plain + quick + decayed
    for _ in 0..<3 {
      optimizer.step(gradients: makeGradients(all, [gradient, gradient, gradient]))
    }
    #expect(plain[0].parameter.value.floatArray() == alone(kind, steps: 3))
    #expect(quick[0].parameter.value.floatArray() == alone(kind, steps: 3, rate: 0.2))
    #expect(decayed[0].parameter.value.floatArray() == alone(kind, steps: 3, weightDecay: 0.3))
    #expect(alone(kind, steps: 3, rate: 0.2) != alone(kind, steps: 3))
    #expect(alone(kind, steps: 3, weightDecay: 0.3) != alone(kind, steps: 3))
  }

  @Test("a changed learning rate counts from the next step", arguments: Kind.allCases)
  func learningRate(_ kind: Kind) {
    let parameters = three("w")
    let optimizer = kind.make([ParameterGroup("all", parameters: parameters)], rate: 5)
    optimizer.learningRate = 0.1
    optimizer.step(gradients: makeGradients(parameters, [gradient]))
    #expect(parameters[0].parameter.value.floatArray() == alone(kind, steps: 1))
  }

  @Test("a parameter without a gradient rests, and makes its first step later", arguments: Kind.allCases)
  func skipping(_ kind: Kind) {
    let parameters = three("always") + three("late")
    let optimizer = kind.make([ParameterGroup("all", parameters: parameters)], weightDecay: 0.1)
    for _ in 0..<2 { optimizer.step(gradients: makeGradients(parameters, [gradient, nil])) }
    #expect(parameters[1].parameter.value.floatArray() == [1, 2, -3])
    for _ in 0..<2 { optimizer.step(gradients: makeGradients(parameters, [gradient, gradient])) }
    #expect(parameters[0].parameter.value.floatArray() == alone(kind, steps: 4, weightDecay: 0.1))
    #expect(parameters[1].parameter.value.floatArray() == alone(kind, steps: 2, weightDecay: 0.1))
  }

  @Test("a frozen parameter stays where a backward pass trains the others", arguments: Kind.allCases)
  func frozen(_ kind: Kind) {
    let parameters = three("trained") + three("frozen")
    let (trained, frozen) = (parameters[0].parameter, parameters[1].parameter)
    frozen.requiresGradient = false
    let optimizer = kind.make([ParameterGroup("all", parameters: parameters)], weightDecay: 0.1)
    for _ in 0..<2 {
      let loss = (trained.tensor * gradient + frozen.tensor * gradient).sum()
      optimizer.step(gradients: gradients(of: loss))
    }
    #expect(trained.value.floatArray() == alone(kind, steps: 2, weightDecay: 0.1))
    #expect(frozen.value.floatArray() == [1, 2, -3])
  }

  @Test("the scale multiplies the gradients", arguments: Kind.allCases)
  func scale(_ kind: Kind) {
    let (scaled, plain) = (three("w"), three("w"))
    let first = kind.make([ParameterGroup("all", parameters: scaled)], weightDecay: 0.1)
    let second = kind.make([ParameterGroup("all", parameters: plain)], weightDecay: 0.1)
    for factor in [0.25, 4] as [Float] {
      first.step(gradients: makeGradients(scaled, [gradient]), scale: factor)
      second.step(gradients: makeGradients(plain, [gradient * factor]))
    }
    #expect(scaled[0].parameter.value.floatArray() == plain[0].parameter.value.floatArray())
    #expect(scaled[0].parameter.value.floatArray() != alone(kind, steps: 2, weightDecay: 0.1))
  }

  @Test("large parameters, cut over threads, step as small ones", arguments: Kind.allCases)
  func large(_ kind: Kind) {
    let copies = 30_000
    let (start, gradients) = ([1, 2, -3] as [Float], [0.5, -1, 2] as [Float])
    let repeated = { (values: [Float]) in Tensor((0..<copies).flatMap { _ in values }) }
    let parameters = makeParameters([("small", Tensor(start)), ("large", repeated(start))])
    let optimizer = kind.make([ParameterGroup("all", parameters: parameters)], weightDecay: 0.1)
    for _ in 0..<3 {
      optimizer.step(gradients: makeGradients(parameters, [Tensor(gradients), repeated(gradients)]))
    }
    let small = alone(kind, steps: 3, weightDecay: 0.1)
    #expect(relativeError(parameters[1].parameter.value.floatArray(), repeated(small).floatArray()) < 1e-6)
  }

  @Test("weight decay spares norms and biases")
  func sparing() {
    let parameters = makeParameters([
      ("conv.weight", Tensor.ones([2, 3, 1, 1])), ("norm.weight", Tensor.ones([2])),
      ("scale", Tensor(1)), ("layer_scale_1", Tensor.ones([2, 1, 1])), ("attn.attention_biases", Tensor.ones([2, 4])),
      ("pos_embed", Tensor.ones([1, 4, 2])), ("head.weight", Tensor.ones([4, 2])), ("head.bias", Tensor.ones([4])),
    ])
    let groups = ParameterGroup.sparingNormsAndBiases(parameters, learningRateMultiplier: 0.5)
    #expect(groups.map(\.name) == ["decayed", "undecayed"])
    #expect(groups.map(\.weightDecay) == [nil, 0])
    #expect(groups.allSatisfy { $0.learningRateMultiplier == 0.5 })
    #expect(groups[0].parameters.map(\.name) == ["conv.weight", "head.weight"])
    let spared = ["norm.weight", "scale", "layer_scale_1", "attn.attention_biases", "pos_embed", "head.bias"]
    #expect(groups[1].parameters.map(\.name) == spared)
    #expect(ParameterGroup.sparingNormsAndBiases([parameters[1]]).map(\.name) == ["undecayed"])
  }
}
