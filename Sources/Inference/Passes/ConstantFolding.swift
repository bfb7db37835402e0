import Tensor

extension InferenceGraph {
  /// Computes once what depends on constants alone, such as tables of relative positions.
  mutating func foldConstants() {
    var kept: [Node] = []
    for node in nodes {
      let operands = node.inputs.map(constant)
      let isFixed = zip(node.inputs, operands).allSatisfy { $0 == nil || $1 != nil } && !node.inputs.isEmpty
      if isFixed, case .plain(let operation) = node.operation {
        fix(node.output, .applying(operation, to: operands, shape: values[node.output].shape))
      } else {
        kept.append(node)
      }
    }
    nodes = kept
  }
}
