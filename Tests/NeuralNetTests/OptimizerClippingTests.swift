import NeuralNet
import Tensor
import Testing

@Suite("Gradient clipping")
struct OptimizerClippingTests {
  @Test("by global norm as PyTorch", arguments: OptimizerReferences.cases("clip_grad_norm"))
  func globalNorm(_ reference: OptimizerReferences.Case) throws {
    let indices = 0..<reference.parameters
    let values = try indices.map { try OptimizerReferences.tensor("\(reference.name)/gradient\($0)") }
    let parameters = makeParameters(values.enumerated().map { ("p\($0)", Tensor.zeros($1.shape)) })
    let gradients = makeGradients(parameters, values)
    let maximum = try #require(reference.attributes.maxNorm)
    let (norm, scale) = gradients.clipping(toNorm: maximum, over: parameters.map(\.parameter))
    #expect(abs(norm - (try #require(reference.norm))) < 1e-6)

    let optimizer = SGD(groups: [ParameterGroup("all", parameters: parameters)], learningRate: 1)
    optimizer.step(gradients: gradients, scale: scale)
    for index in indices {
      let clipped = try OptimizerReferences.tensor("\(reference.name)/clipped\(index)").floatArray()
      #expect(relativeError(parameters[index].parameter.value.floatArray(), clipped.map { -$0 }) < 1e-6)
    }
  }

  @Test("both references are there")
  func references() { #expect(OptimizerReferences.cases("clip_grad_norm").count == 2) }

  @Test("the scale that gradients have anyway counts for the norm")
  func scaled() {
    let parameters = makeParameters([("w", Tensor.zeros([2]))])
    let gradients = makeGradients(parameters, [Tensor([30, 40] as [Float])])
    let idle = gradients.clipping(toNorm: 6, over: parameters.map(\.parameter), scale: 0.1)
    #expect(abs(idle.norm - 5) < 1e-6 && idle.scale == 0.1)
    let active = gradients.clipping(toNorm: 1, over: parameters.map(\.parameter), scale: 0.1)
    #expect(abs(active.norm - 5) < 1e-6 && abs(active.scale - 0.02) < 1e-7)
  }

  @Test("a small norm is not divided by zero, and a bad one shows")
  func extremes() {
    let parameters = makeParameters([("w", Tensor.zeros([2])), ("frozen", Tensor.zeros([3]))])
    func clipping(_ values: [Float], _ maximum: Double) -> (norm: Double, scale: Float) {
      makeGradients(parameters, [Tensor(values), nil])
        .clipping(toNorm: maximum, over: parameters.map(\.parameter))
    }
    #expect(clipping([0, 0], 1) == (0, 1))
    #expect(abs(clipping([1e-6, 0], 1e-6).scale - 0.5) < 1e-5)
    #expect(clipping([.infinity, 1], 1).norm == .infinity)
    #expect(clipping([.nan, 1], 1).norm.isNaN)
  }

  @Test("by value, in new tensors")
  func byValue() {
    let parameters = makeParameters([("w", Tensor.zeros([4])), ("frozen", Tensor.zeros([2]))])
    let value = Tensor([-3, -0.5, 0.25, 9] as [Float])
    var gradients = makeGradients(parameters, [value, nil])
    gradients.clipValues(to: 0.5, over: parameters.map(\.parameter))
    #expect(gradients[parameters[0].parameter]?.floatArray() == [-0.5, -0.5, 0.25, 0.5])
    #expect(gradients[parameters[1].parameter] == nil)
    #expect(value.floatArray() == [-3, -0.5, 0.25, 9])
  }
}
