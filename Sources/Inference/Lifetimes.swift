import Tensor

/// When values are read for the last time, and whose memory may be written over then.
struct Lifetimes {
  /// For each node, the values that nobody reads after it.
  let ending: [[Trace.ValueID]]
  /// The value whose memory a value shares.
  private let owner: [Trace.ValueID]
  private let lastUse: [Trace.ValueID: Int]
  private let protected: Set<Trace.ValueID>

  init(_ graph: InferenceGraph) {
    var owner = Array(graph.values.indices)
    var last: [Trace.ValueID: Int] = [:]
    for (position, node) in graph.nodes.enumerated() {
      if let source = graph.operandInMemory(of: node) { owner[node.output] = owner[source] }
      for id in node.inputs.compactMap(\.self) { last[id] = position }
      last[node.output] = last[node.output] ?? position
    }
    let kept = Set(graph.outputs)
    var ending = Array(repeating: [Trace.ValueID](), count: graph.nodes.count)
    for (id, position) in last where !kept.contains(id) && graph.constant(id) == nil { ending[position].append(id) }
    self.ending = ending
    self.owner = owner
    var shared: [Trace.ValueID: Int] = [:]
    for (id, position) in last { shared[owner[id]] = max(shared[owner[id]] ?? 0, position) }
    lastUse = shared
    protected = Set((graph.inputs + graph.outputs + graph.constants.keys).map { owner[$0] })
  }

  /// Whether a node may write its result over its residual.
  func canReplace(_ node: InferenceGraph.Node, at position: Int) -> Bool {
    guard node.inputs.count > 1, let x = node.inputs[0], let residual = node.inputs[1] else { return false }
    let memory = owner[residual]
    return memory != owner[x] && lastUse[memory] == position && !protected.contains(memory)
  }
}

extension InferenceGraph {
  /// The operand whose memory a node gives as its result: reshapes do, and reductions where there is nothing to add.
  fileprivate func operandInMemory(of node: Node) -> ValueID? {
    guard case .plain(let operation) = node.operation, let source = node.inputs.first ?? nil else { return nil }
    switch operation {
    case .reshape: return source
    case .reduction: return values[source].shape.count == values[node.output].shape.count ? source : nil
    default: return nil
    }
  }
}
