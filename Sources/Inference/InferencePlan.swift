import Tensor

/// The kernels of one network for inputs of one shape, in order.
struct InferencePlan {
  private typealias ValueID = Trace.ValueID

  /// A kernel with the places of its operands and its result.
  private struct Step {
    let scope: String
    let inputs: [ValueID?]
    let output: ValueID
    /// Values that nobody reads after this step.
    let released: [ValueID]
    let run: ([Tensor?]) -> Tensor
  }

  private let steps: [Step]
  private let inputs: [ValueID]
  private let outputs: [ValueID]
  private let constants: [ValueID: Tensor]
  private let valueCount: Int

  init(_ graph: InferenceGraph) {
    let lifetimes = Lifetimes(graph)
    steps = graph.nodes.enumerated().map { position, node in
      Step(
        scope: node.scope, inputs: node.inputs, output: node.output, released: lifetimes.ending[position],
        run: InferencePlan.kernel(of: node, in: graph, lifetimes.canReplace(node, at: position)))
    }
    (inputs, outputs, constants, valueCount) = (graph.inputs, graph.outputs, graph.constants, graph.values.count)
  }

  /// The results for operands of the shapes that the plan was made for.
  func run(_ operands: [Tensor]) -> [Tensor] {
    var values = [Tensor?](repeating: nil, count: valueCount)
    for (id, tensor) in constants { values[id] = tensor }
    for (id, tensor) in zip(inputs, operands) { values[id] = tensor }
    for step in steps {
      values[step.output] = Scope.$path.withValue(step.scope) {
        step.run(step.inputs.map { $0.flatMap { values[$0] } })
      }
      for id in step.released { values[id] = nil }
    }
    return outputs.map { values[$0]! }
  }

  private static func kernel(
    of node: InferenceGraph.Node, in graph: InferenceGraph, _ replacesResidual: Bool
  ) -> ([Tensor?]) -> Tensor {
    let shape = graph.values[node.output].shape
    switch node.operation {
    case .plain(let operation):
      return {
        let result = Tensor.applying(operation, to: $0, shape: shape)
        result.compute()  // while nothing is written over its operands
        return result
      }
    case .affine(let affine):
      let input = graph.values[node.inputs[0]!]
      let post = PostOperations(
        activation: affine.activation, residual: affine.hasResidual ? replacesResidual ? .replaced : .kept : .none)
      switch affine.kind {
      case .convolution(let options):
        let convolution = PreparedConvolution(
          inputShape: input.shape, dtype: input.dtype, weight: affine.weight, bias: affine.bias, options: options,
          post: post)
        return { convolution($0[0]!, residual: affine.hasResidual ? $0[1] : nil) }
      case .linear:
        let linear = PreparedLinear(
          rows: input.shape.count / input.shape[-1], dtype: input.dtype, weight: affine.weight, bias: affine.bias,
          post: post)
        return { linear($0[0]!, residual: affine.hasResidual ? $0[1] : nil) }
      }
    }
  }
}
