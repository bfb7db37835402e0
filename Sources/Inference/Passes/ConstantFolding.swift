import Tensor

extension InferenceGraph {
  /// Computes once what depends on constants alone, such as tables of relative positions.
  /// - Parameter isKept: whether a result stays computed although its operands are constants.
  package mutating func foldConstants(except isKept: (ValueID) -> Bool = { _ in false }) {
    var kept: [Node] = []
    for node in nodes {
      let operands = node.inputs.map(constant)
      let isFixed = zip(node.inputs, operands).allSatisfy { $0 == nil || $1 != nil } && !node.inputs.isEmpty
      if isFixed, !isKept(node.output), case .plain(let operation) = node.operation {
        fix(node.output, .applying(operation, to: operands, shape: values[node.output].shape))
      } else {
        kept.append(node)
      }
    }
    nodes = kept
  }
}
