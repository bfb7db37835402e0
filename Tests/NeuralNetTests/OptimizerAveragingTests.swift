import NeuralNet
import Tensor
import Testing

@Suite("Averaged weights")
struct OptimizerAveragingTests {
  private struct Interrupted: Error {}

  private func assign(_ parameter: Parameter, _ values: [Float]) { parameter.value.assign(Tensor(values)) }

  @Test("follow the formula")
  func formula() {
    let parameters = makeParameters([("w", Tensor([1, -2] as [Float])), ("b", Tensor([4] as [Float]))])
    let average = ExponentialMovingAverage(parameters: parameters, decay: 0.75)
    #expect(average.state["w"]?.floatArray() == [1, -2])
    assign(parameters[0].parameter, [5, 2])
    average.update()
    #expect(average.state["w"]?.floatArray() == [2, -1])
    assign(parameters[0].parameter, [-2, 3])
    average.update()
    #expect(average.state["w"]?.floatArray() == [1, 0])
    #expect(average.state["b"]?.floatArray() == [4])
    #expect(parameters[0].parameter.value.floatArray() == [-2, 3])
  }

  @Test("are plain means in the first steps")
  func firstSteps() {
    let parameters = makeParameters([("w", Tensor([100] as [Float]))])
    let average = ExponentialMovingAverage(parameters: parameters, decay: 0.5)
    for (step, expected) in [(0, Float(4)), (1, 6), (2, 11)] {
      assign(parameters[0].parameter, [[4, 8, 16][step]])
      average.update(step: step)
      #expect(average.state["w"]?.floatArray() == [expected])
    }
  }

  @Test("stand in for the weights during a body only, also when it throws")
  func standingIn() throws {
    // More elements than fit in the buffer of the exchange, and no multiple of it.
    let count = 40_003
    let (old, new) = ((0..<count).map { Float($0) }, (0..<count).map { -Float($0) })
    let parameters = makeParameters([("w", Tensor(old))])
    let parameter = parameters[0].parameter
    let average = ExponentialMovingAverage(parameters: parameters, decay: 0.5)
    assign(parameter, new)
    let inside = average.withAveragedWeights {
      (parameter.value.floatArray(), average.state["w"]?.floatArray())
    }
    #expect(inside.0 == old && inside.1 == old)
    #expect(parameter.value.floatArray() == new && average.state["w"]?.floatArray() == old)
    #expect(throws: Interrupted.self) { try average.withAveragedWeights { throw Interrupted() } }
    #expect(parameter.value.floatArray() == new && average.state["w"]?.floatArray() == old)
    average.update()
    #expect(average.state["w"]?.floatArray() == [Float](repeating: 0, count: count))
  }

  @Test("are saved and loaded, and a state that does not fit changes nothing")
  func state() throws {
    let parameters = makeParameters([("w", Tensor([1, 2] as [Float])), ("b", Tensor([3] as [Float]))])
    let average = ExponentialMovingAverage(parameters: parameters, decay: 0.5)
    let saved = ["w": Tensor([7, 8] as [Float]), "b": Tensor([9] as [Float])]
    try average.load(state: saved)
    average.update()
    #expect(average.state["w"]?.floatArray() == [4, 5])
    #expect(average.state["b"]?.floatArray() == [6])
    #expect(saved["w"]?.floatArray() == [7, 8])

    let error = #expect(throws: StateError.self) {
      try average.load(state: ["w": Tensor.zeros([2]), "c": Tensor.zeros([1])])
    }
    #expect(error?.missing == ["b"] && error?.unexpected == ["c"])
    let wrongShape = #expect(throws: StateError.self) {
      try average.load(state: ["w": Tensor.zeros([2]), "b": Tensor.zeros([2])])
    }
    #expect(wrongShape?.unusable == ["b (float32 [2], expected float32 [1])"])
    #expect(average.state["w"]?.floatArray() == [4, 5])
  }
}
