import Tensor

/// A network as passes rewrite it: first the trace, in the end a list of prepared kernels.
package struct InferenceGraph {
  package typealias ValueID = Trace.ValueID

  /// What a node computes.
  package enum Operation {
    /// An operation of the trace.
    case plain(Operator)
    /// A convolution or linear layer with what follows it. Operands: x, [residual].
    case affine(Affine)
  }

  /// One operation on values.
  package struct Node {
    package var operation: Operation
    package var inputs: [ValueID?]
    package var output: ValueID
    package var scope: String
  }

  package let values: [Trace.Value]
  package let inputs: [ValueID]
  package let outputs: [ValueID]
  /// The nodes, each after those whose results it takes.
  package var nodes: [Node]
  /// The values that are the same in every run.
  package private(set) var constants: [ValueID: Tensor]

  package init(_ trace: Trace) {
    (values, inputs, outputs) = (trace.values, trace.inputs, trace.outputs)
    nodes = trace.steps.map {
      Node(operation: .plain($0.operator), inputs: $0.inputs, output: $0.output, scope: $0.scope)
    }
    constants = [:]
    for (id, value) in values.enumerated() { constants[id] = value.constant }
  }

  /// The constant behind an operand; nil where it is absent or computed.
  package func constant(_ id: ValueID?) -> Tensor? { id.flatMap { constants[$0] } }

  /// Makes a value a constant.
  mutating func fix(_ id: ValueID, _ tensor: Tensor) { constants[id] = tensor }

  /// Drops nodes whose results nobody reads, and constants that no node needs.
  package mutating func removeUnused() {
    var needed = Set(outputs)
    var kept: [Node] = []
    for node in nodes.reversed() where needed.contains(node.output) {
      needed.formUnion(node.inputs.compactMap(\.self))
      kept.append(node)
    }
    nodes = kept.reversed()
    constants = constants.filter { needed.contains($0.key) }
  }
}
