import NeuralNet
import Tensor
import Testing

@Suite("The state of optimisers")
struct OptimizerStateTests {
  enum Kind: CaseIterable, Sendable {
    case sgd, momentum, adamW

    func make(_ parameters: [(name: String, parameter: Parameter)]) -> any Optimizer {
      let groups = [ParameterGroup("all", parameters: parameters)]
      return switch self {
      case .sgd: SGD(groups: groups, learningRate: 0.1)
      case .momentum: SGD(groups: groups, learningRate: 0.1, momentum: 0.9, nesterov: true)
      case .adamW: AdamW(groups: groups, learningRate: 0.1)
      }
    }

    var tensorNames: [String] {
      switch self {
      case .sgd: []
      case .momentum: ["momentum"]
      case .adamW: ["first_moment", "second_moment"]
      }
    }
  }

  private func makeTwo() -> [(name: String, parameter: Parameter)] {
    makeParameters([
      ("layer1.0.weight", Tensor([1, -2, 3, 4] as [Float], shape: [2, 2])),
      ("layer1.0.bias", Tensor([0.5, 0.25] as [Float])),
    ])
  }

  private func gradients(_ parameters: [(name: String, parameter: Parameter)], step: Int) -> Gradients {
    let value = Float(step + 1)
    return makeGradients(
      parameters,
      [Tensor([value, 0.5, -value, 2], shape: [2, 2]), step < 2 ? nil : Tensor([value, -0.5])])
  }

  @Test("a training that is continued makes the same steps", arguments: Kind.allCases)
  func continued(_ kind: Kind) throws {
    let whole = makeTwo()
    let optimizer = kind.make(whole)
    for step in 0..<6 {
      if step == 4 {
        let copied = makeParameters(whole.map { ($0.name, $0.parameter.value) })
        let resumed = kind.make(copied)
        try resumed.load(state: optimizer.state)
        for later in 4..<6 { resumed.step(gradients: gradients(copied, step: later)) }
        for later in 4..<6 { optimizer.step(gradients: gradients(whole, step: later)) }
        for (left, right) in zip(whole, copied) {
          #expect(left.parameter.value.floatArray() == right.parameter.value.floatArray())
        }
        return
      }
      optimizer.step(gradients: gradients(whole, step: step))
    }
  }

  @Test("names and steps, also of parameters that made none", arguments: Kind.allCases)
  func names(_ kind: Kind) throws {
    let parameters = makeTwo()
    let optimizer = kind.make(parameters)
    optimizer.step(gradients: gradients(parameters, step: 0))
    let state = optimizer.state
    let expected =
      ["layer1.0.bias.step", "layer1.0.weight.step"] + kind.tensorNames.map { "layer1.0.weight.\($0)" }
    #expect(Set(state.keys) == Set(expected))
    #expect(try #require(state["layer1.0.weight.step"]).array(of: Int64.self) == [1])
    #expect(try #require(state["layer1.0.bias.step"]).array(of: Int64.self) == [0])
  }

  @Test("tensors are made once", arguments: Kind.allCases)
  func steadyMemory(_ kind: Kind) {
    let parameters = makeTwo()
    let optimizer = kind.make(parameters)
    func addresses() -> [String: UInt] {
      optimizer.state.filter { !$0.key.hasSuffix(".step") }
        .mapValues { $0.withBytes { UInt(bitPattern: $0.baseAddress) } }
    }
    for step in 0..<3 { optimizer.step(gradients: gradients(parameters, step: step)) }
    let before = addresses()
    optimizer.step(gradients: gradients(parameters, step: 3))
    #expect(before == addresses())
    #expect(before.count == 2 * kind.tensorNames.count)
  }

  @Test("a state that does not fit is refused by name and changes nothing")
  func refusal() throws {
    let parameters = makeTwo()
    let optimizer = Kind.adamW.make(parameters)
    for step in 0..<3 { optimizer.step(gradients: gradients(parameters, step: step)) }
    let good = optimizer.state
    var bad = good.mapValues { $0.copied() }
    bad["layer1.0.weight.first_moment"] = nil
    bad["layer1.0.bias.second_moment"] = Tensor.zeros([3])
    bad["layer2.weight.step"] = Tensor([1] as [Int64], shape: [])
    bad["layer1.0.bias.first_moment"] = Tensor.full([2], 77)
    let error = #expect(throws: StateError.self) { try optimizer.load(state: bad) }
    #expect(error?.missing == ["layer1.0.weight.first_moment"])
    #expect(error?.unusable == ["layer1.0.bias.second_moment (float32 [3], expected float32 [2])"])
    #expect(error?.unexpected == ["layer2.weight.step"])
    #expect(
      error?.description.hasPrefix("the saved state does not fit AdamW: missing layer1.0.weight") == true)
    #expect(
      optimizer.state["layer1.0.bias.first_moment"]?.floatArray()
        == good["layer1.0.bias.first_moment"]?.floatArray())
    #expect(optimizer.state["layer1.0.bias.first_moment"]?.floatArray() != [77, 77])
  }

  @Test("steps must be there, of the right type, and not negative")
  func refusedSteps() {
    let optimizer = Kind.sgd.make(makeTwo())
    func refused(_ step: Tensor?) -> StateError? {
      var state = optimizer.state
      state["layer1.0.bias.step"] = step
      return #expect(throws: StateError.self) { try optimizer.load(state: state) }
    }
    #expect(refused(nil)?.missing == ["layer1.0.bias.step"])
    #expect(refused(Tensor(1))?.unusable.count == 1)
    #expect(refused(Tensor([-1] as [Int64], shape: []))?.unusable.count == 1)
    #expect(refused(Tensor([Int64.max], shape: []))?.unusable.count == 1)
  }

  @Test("another method's state is refused")
  func otherMethod() {
    let parameters = makeTwo()
    let momentum = Kind.momentum.make(parameters)
    momentum.step(gradients: gradients(parameters, step: 0))
    let toPlain = #expect(throws: StateError.self) {
      try Kind.sgd.make(parameters).load(state: momentum.state)
    }
    #expect(toPlain?.unexpected == ["layer1.0.weight.momentum"])
    let toAdam = #expect(throws: StateError.self) {
      try Kind.adamW.make(parameters).load(state: momentum.state)
    }
    #expect(toAdam?.missing == ["layer1.0.weight.first_moment", "layer1.0.weight.second_moment"])
  }

  @Test("a loaded state is a copy")
  func copies() throws {
    let parameters = makeTwo()
    let first = Kind.momentum.make(parameters)
    first.step(gradients: gradients(parameters, step: 0))
    let second = Kind.momentum.make(makeTwo())
    try second.load(state: first.state)
    let before = second.state["layer1.0.weight.momentum"]?.floatArray()
    first.step(gradients: gradients(parameters, step: 1))
    #expect(second.state["layer1.0.weight.momentum"]?.floatArray() == before)
    #expect(first.state["layer1.0.weight.momentum"]?.floatArray() != before)
  }
}
