import NeuralNet
import Tensor
import Testing

@Suite("Optimisers step as PyTorch's")
struct OptimizerReferenceTests {
  typealias Case = OptimizerReferences.Case

  @Test("the references hold every variant")
  func variants() {
    #expect(OptimizerReferences.cases("sgd").count == 7)
    #expect(OptimizerReferences.cases("adamw").count == 3)
  }

  @Test("SGD", arguments: OptimizerReferences.cases("sgd").filter { $0.attributes.dampening == nil })
  func sgd(_ reference: Case) throws {
    let attributes = reference.attributes
    try expectSameSteps(reference) {
      SGD(
        groups: $0, learningRate: try #require(attributes.lr), momentum: attributes.momentum ?? 0,
        nesterov: attributes.nesterov ?? false, weightDecay: attributes.weightDecay ?? 0)
    }
  }

  @Test("AdamW", arguments: OptimizerReferences.cases("adamw"))
  func adamW(_ reference: Case) throws {
    let attributes = reference.attributes
    let betas = try #require(attributes.betas)
    try expectSameSteps(reference) {
      AdamW(
        groups: $0, learningRate: try #require(attributes.lr), betas: (betas[0], betas[1]),
        epsilon: try #require(attributes.eps), weightDecay: try #require(attributes.weightDecay))
    }
  }

  @Test("AdamW's epsilon stands beside the root of the corrected moment")
  func epsilon() {
    let parameters = makeParameters([("w", Tensor([1, 1] as [Float]))])
    let optimizer = AdamW(
      groups: [ParameterGroup("all", parameters: parameters)], learningRate: 0.1, epsilon: 0.5, weightDecay: 0
    )
    let gradient = Tensor([0.5, -1.5] as [Float])
    for _ in 0..<2 { optimizer.step(gradients: makeGradients(parameters, [gradient])) }
    // Equal gradients g make every step learningRate·g / (|g| + epsilon).
    #expect(relativeError(parameters[0].parameter.value.floatArray(), [0.9, 1.15]) < 1e-6)
  }

  private func expectSameSteps(
    _ reference: Case, make: ([ParameterGroup]) throws -> any Optimizer
  ) throws {
    let indices = 0..<reference.parameters
    let parameters = makeParameters(
      try indices.map { ("p\($0)", try OptimizerReferences.tensor("\(reference.name)/parameter\($0)")) })
    let gradients = try indices.map { try OptimizerReferences.rows("\(reference.name)/gradient\($0)") }
    let expected = try indices.map { try OptimizerReferences.rows("\(reference.name)/after\($0)") }
    let optimizer = try make([ParameterGroup("all", parameters: parameters)])
    for step in 0..<(try #require(reference.steps)) {
      optimizer.step(gradients: makeGradients(parameters, gradients.map { $0[step] }))
      for index in indices {
        let error = relativeError(
          parameters[index].parameter.value.floatArray(), expected[index][step].floatArray())
        #expect(error < 2e-6, "parameter \(index) after step \(step)")
      }
    }
  }
}
