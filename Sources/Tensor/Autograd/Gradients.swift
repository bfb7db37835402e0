/// The result of a backward pass: gradients by parameter or by leaf tensor.
public struct Gradients {
  fileprivate var byNode: [ObjectIdentifier: Tensor] = [:]

  /// No gradients.
  public init() {}

  /// The gradient of a parameter; nil where the output does not depend on it or it was not asked for.
  public subscript(parameter: Parameter) -> Tensor? {
    get { byNode[ObjectIdentifier(parameter.node)] }
    set { byNode[ObjectIdentifier(parameter.node)] = newValue }
  }

  /// Adds other gradients, such as those of another part of a batch; what only one of both has is taken as it is.
  public mutating func add(_ other: Gradients) {
    for (node, gradient) in other.byNode {
      guard var sum = byNode.removeValue(forKey: node) else {
        byNode[node] = gradient
        continue
      }
      sum.accumulate(gradient)
      byNode[node] = sum
    }
  }

  /// The gradient of a tensor that requires one.
  public subscript(tensor: Tensor) -> Tensor? { tensor.node.flatMap { byNode[ObjectIdentifier($0)] } }
}

/// A tensor whose gradient is asked for.
public enum GradientTarget {
  case parameter(Parameter)
  case tensor(Tensor)

  var node: Node? {
    switch self {
    case .parameter(let parameter): parameter.node
    case .tensor(let tensor): tensor.node
    }
  }
}

/// The gradients of outputs, weighted by their cotangents, with respect to chosen parameters and tensors.
///
/// The vector-Jacobian product: for outputs y with cotangents v, the gradient of a target t is Σ (∂y/∂t)ᵀ v. Nothing is
/// computed upstream of the first target.
/// - Parameters:
///   - outputs: outputs with cotangents of the same shapes; a scalar's cotangent defaults to one.
///   - targets: what to differentiate with respect to; nil for every leaf that requires a gradient.
///   - keepingGraph: whether a second backward pass over the same graph must remain possible.
public func gradients(
  of outputs: [(output: Tensor, cotangent: Tensor?)], withRespectTo targets: [GradientTarget]? = nil,
  keepingGraph: Bool = false
) -> Gradients {
  var pass = BackwardPass(targets: targets?.compactMap(\.node), keepingGraph: keepingGraph)
  return Ledger.$pass.withValue(.backward) {
    for (output, cotangent) in outputs { pass.seed(output, cotangent) }
    return pass.run()
  }
}

/// The gradients of a scalar with respect to chosen parameters and tensors; see `gradients(of:withRespectTo:keepingGraph:)`.
public func gradients(
  of loss: Tensor, withRespectTo targets: [GradientTarget]? = nil, keepingGraph: Bool = false
) -> Gradients {
  gradients(of: [(loss, nil)], withRespectTo: targets, keepingGraph: keepingGraph)
}

extension Tensor {
  /// Adds another tensor, in place where nobody else holds this one; images that are constant on the same patches stay so.
  fileprivate mutating func accumulate(_ other: Tensor) {
    if let constant = patchConstant, let addend = other.patchConstant, let sum = constant.adding(addend) {
      self = sum.tensor
    } else if isUnshared() {
      add(other)
    } else {
      self = self + other
    }
  }
}

/// One walk over the recorded nodes, from the outputs to the targets.
private struct BackwardPass {
  private let targets: Set<ObjectIdentifier>?
  private let keepingGraph: Bool
  private var roots: [Node] = []
  private var cotangents: [ObjectIdentifier: Tensor] = [:]

  init(targets: [Node]?, keepingGraph: Bool) {
    self.targets = targets.map { Set($0.map(ObjectIdentifier.init)) }
    self.keepingGraph = keepingGraph
  }

  mutating func seed(_ output: Tensor, _ cotangent: Tensor?) {
    guard let node = output.node else {
      Scope.fail(
        "gradients", "the output of shape \(output.shape) does not depend on anything that requires a gradient")
    }
    Scope.require(
      cotangent.map { $0.shape == output.shape } ?? (output.count == 1), "gradients",
      "an output of shape \(output.shape) needs a cotangent of that shape, found "
        + (cotangent.map { "\($0.shape)" } ?? "none"))
    roots.append(node)
    accumulate(cotangent?.detached.cast(to: output.dtype) ?? Tensor.ones(output.shape, dtype: output.dtype), into: node)
  }

  mutating func run() -> Gradients {
    let order = sortedNodes()
    let needed = neededNodes(order)
    let readers = readerCounts(order, needed)
    var result = Gradients()
    for node in order.reversed() where needed.contains(ObjectIdentifier(node)) {
      let identifier = ObjectIdentifier(node)
      guard let cotangent = cotangents.removeValue(forKey: identifier) else { continue }
      if targets?.contains(identifier) ?? node.isLeaf { result.byNode[identifier] = cotangent }
      let inputs = node.inputs
      guard inputs.contains(where: { $0.map { needed.contains(ObjectIdentifier($0)) } ?? false }) else { continue }
      let pulled = Scope.$path.withValue(node.scope) {
        node.pull(
          cotangent, toward: { needed.contains(ObjectIdentifier($0)) },
          sole: { readers[ObjectIdentifier($0)] == 1 && cotangents[ObjectIdentifier($0)] == nil })
      }
      if !keepingGraph { node.release() }
      for (input, gradient) in zip(inputs, pulled) {
        if let input, let gradient, needed.contains(ObjectIdentifier(input)) { accumulate(gradient, into: input) }
      }
    }
    if !keepingGraph {
      for node in order {
        node.release()
        node.cutInputs()
      }
    }
    return result
  }

  private mutating func accumulate(_ gradient: Tensor, into node: Node) {
    let identifier = ObjectIdentifier(node)
    guard var sum = cotangents.removeValue(forKey: identifier) else {
      cotangents[identifier] = gradient
      return
    }
    Scope.$path.withValue(node.scope) {
      Ledger.$pass.withValue(.backward) {
        sum.accumulate(gradient)
      }
    }
    cotangents[identifier] = sum
  }

  /// All nodes that the outputs depend on, in the order in which they were made.
  private func sortedNodes() -> [Node] {
    var seen = Set(roots.map(ObjectIdentifier.init))
    var stack = roots
    var nodes: [Node] = []
    while let node = stack.popLast() {
      node.requireUnused()
      nodes.append(node)
      for case let input? in node.inputs where seen.insert(ObjectIdentifier(input)).inserted { stack.append(input) }
    }
    return nodes.sorted { $0.number < $1.number }
  }

  /// The nodes on a path from a target to an output.
  private func neededNodes(_ order: [Node]) -> Set<ObjectIdentifier> {
    var needed: Set<ObjectIdentifier> = []
    for node in order {
      let isTarget = targets?.contains(ObjectIdentifier(node)) ?? node.isLeaf
      if isTarget || node.inputs.contains(where: { $0.map { needed.contains(ObjectIdentifier($0)) } ?? false }) {
        needed.insert(ObjectIdentifier(node))
      }
    }
    return needed
  }

  /// How often each node is an input of a needed one.
  private func readerCounts(_ order: [Node], _ needed: Set<ObjectIdentifier>) -> [ObjectIdentifier: Int] {
    var counts: [ObjectIdentifier: Int] = [:]
    for node in order where needed.contains(ObjectIdentifier(node)) {
      for case let input? in node.inputs { counts[ObjectIdentifier(input), default: 0] += 1 }
    }
    return counts
  }
}
