import Tensor

extension InferenceGraph {
  /// Names convolutions and linear layers with constant weights as what they are.
  package mutating func nameAffines() {
    for index in nodes.indices {
      guard case .plain(let operation) = nodes[index].operation else { continue }
      let kind: Affine.Kind
      switch operation {
      case .convolution(let options): kind = .convolution(options)
      case .linear: kind = .linear
      default: continue
      }
      let inputs = nodes[index].inputs
      guard let weight = constant(inputs[1]), inputs[2] == nil || constant(inputs[2]) != nil else { continue }
      nodes[index].operation = .affine(Affine(kind, weight: weight, bias: constant(inputs[2])))
      nodes[index].inputs = [inputs[0]]
    }
  }

  /// Draws what follows a convolution or linear layer into it, until nothing fits any more: norms, scales, biases,
  /// residuals, activations.
  package mutating func fuseAffines() {
    var index = 0
    while index < nodes.count {
      if !absorbUser(ofNodeAt: index) { index += 1 }
    }
  }

  /// Moves the affine node at a position into the node that reads its result, where that is the only reader.
  private mutating func absorbUser(ofNodeAt index: Int) -> Bool {
    let node = nodes[index]
    guard case .affine(let affine) = node.operation, !outputs.contains(node.output) else { return false }
    let users = nodes.indices.filter { nodes[$0].inputs.contains(node.output) }
    guard users.count == 1, let user = users.first else { return false }
    guard let (fused, residual) = fusion(of: affine, node, with: nodes[user]) else { return false }
    nodes[user].operation = .affine(fused)
    nodes[user].scope = node.scope
    nodes[user].inputs = residual.map { [node.inputs[0], $0] } ?? node.inputs
    nodes.remove(at: index)
    return true
  }

  /// A node and its only reader as one, with the residual that the reader brings.
  private func fusion(of affine: Affine, _ node: Node, with user: Node) -> (Affine, residual: ValueID?)? {
    if case .affine(let other) = user.operation { return merge(affine, node, into: other, user) }
    guard case .plain(let operation) = user.operation else { return nil }
    switch operation {
    case .batchNorm(let epsilon, let activation):
      guard user.inputs[0] == node.output, user.inputs[5] != node.output,
        let normed = fold(user.inputs, epsilon: epsilon, into: affine)
      else { return nil }
      guard let residual = user.inputs[5] else { return normed.activated(activation).map { ($0, nil) } }
      return normed.addingResidual()?.activated(activation).map { ($0, residual) }
    case .activation(let activation): return affine.activated(activation).map { ($0, nil) }
    case .scale(let factor, let offset):
      return affine.multiplied(by: Tensor([factor]))?.added(Tensor([offset])).map { ($0, nil) }
    case .binary(.multiply):
      guard let factor = otherOperand(of: user, than: node.output).flatMap({ constant($0) }) else { return nil }
      return affine.multiplied(by: factor).map { ($0, nil) }
    case .binary(.add):
      guard let other = otherOperand(of: user, than: node.output) else { return nil }
      if let addend = constant(other) { return affine.added(addend).map { ($0, nil) } }
      guard values[other].shape == values[node.output].shape else { return nil }
      if other == node.inputs[0], let fused = affine.addingInput() { return (fused, nil) }
      return affine.addingResidual().map { ($0, other) }
    default: return nil
    }
  }

  private func otherOperand(of user: Node, than id: ValueID) -> ValueID? {
    let others = user.inputs.filter { $0 != id }
    return others.count == 1 ? others[0] : nil
  }

  /// The moving statistics of a batch norm as scale and shift: γ / √(σ² + ε), β − μ γ / √(σ² + ε).
  private func fold(_ inputs: [ValueID?], epsilon: Float, into affine: Affine) -> Affine? {
    guard let weight = constant(inputs[1]), let bias = constant(inputs[2]), let mean = constant(inputs[3]),
      let variance = constant(inputs[4])
    else { return nil }
    let scale = weight * (variance + epsilon).reciprocalSquareRoot()
    return affine.followed(byScale: scale, shift: bias - mean * scale)
  }

  /// Two linear functions of one input, the second of which adds the first: their sum is one function.
  private func merge(
    _ affine: Affine, _ node: Node, into other: Affine, _ user: Node
  ) -> (Affine, residual: ValueID?)? {
    guard other.hasResidual, user.inputs[1] == node.output, user.inputs[0] == node.inputs[0] else { return nil }
    return other.merged(with: affine).map { ($0, nil) }
  }
}
