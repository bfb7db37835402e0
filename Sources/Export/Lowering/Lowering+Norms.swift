import Tensor

extension Lowering {
  /// A batch norm that follows nothing linear: a scale and a shift of every channel, then residual and activation.
  mutating func lowerBatchNorm(
    _ x: ValueID, _ operands: [ValueID?], epsilon: Float, _ activation: Activation, _ output: ValueID
  ) throws {
    guard let weight = source.graph.constant(operands[1]),
      let bias = source.graph.constant(operands[2]), let mean = source.graph.constant(operands[3]),
      let variance = source.graph.constant(operands[4])
    else { throw ExportError("a batch norm", in: scope, "its statistics are computed") }
    let (scale, shift) = withoutGradients {
      let scale = weight * (variance + epsilon).reciprocalSquareRoot()
      return (scale, bias - mean * scale)
    }
    let order = elementwiseOrder(x)
    let dimensions = order.arranging(dimensions(output))
    var value = scaled(operand(x, order), scale, shift, order, dimensions)
    if let residual = operands[5] { value = emit(.binary(.add), [value, operand(residual, order)], dimensions) }
    define(output, order, activated(value, activation, dimensions))
  }

  /// Every channel, the last axis of the trace, scaled and shifted.
  private mutating func scaled(
    _ value: Program.ValueID, _ scale: Tensor?, _ shift: Tensor?, _ order: AxisOrder, _ dimensions: [Dimension]
  ) -> Program.ValueID {
    let trailing = order.count - 1 - order.place(of: order.count - 1)
    func column(_ tensor: Tensor) -> Tensor {
      tensor.reshaped(Shape([tensor.count] + Array(repeating: 1, count: trailing)))
    }
    var value = value
    if let scale { value = emit(.binary(.multiply), [value, constant(column(scale), "scale")], dimensions) }
    if let shift { value = emit(.binary(.add), [value, constant(column(shift), "shift")], dimensions) }
    return value
  }

  /// A layer norm over the last axis of the trace.
  mutating func lowerLayerNorm(_ x: ValueID, _ operands: [ValueID?], epsilon: Float, _ output: ValueID) {
    let order = orderEndingWithLast(x)
    let channels = dimensions(x)[order.count - 1].factor
    let weight = constant(source.graph.constant(operands[1]) ?? .ones([channels]), "weight")
    let bias = constant(source.graph.constant(operands[2]) ?? .zeros([channels]), "bias")
    emit(.layerNorm(epsilon: epsilon), [operand(x, order), weight, bias], order, as: output)
  }

  /// A group norm: the groups are the channels of an instance norm.
  mutating func lowerGroupNorm(
    _ x: ValueID, _ operands: [ValueID?], _ groups: Int, epsilon: Float, _ output: ValueID
  ) {
    let rank = dimensions(x).count
    let order: AxisOrder = [0, rank - 1] + Array(1..<rank - 1)
    let dimensions = order.arranging(dimensions(x))
    let elements = dimensions.dropFirst().reduce(1) { $0 * $1.factor }
    let grouped = [dimensions[0], .fixed(groups), .fixed(elements / groups)]
    let norms = [constant(.ones([groups]), "ones"), constant(.zeros([groups]), "zeros")]
    let parts = emit(.reshape, [operand(x, order)], grouped)
    let normed = emit(.instanceNorm(epsilon: epsilon), [parts] + norms, grouped)
    let whole = emit(.reshape, [normed], dimensions)
    let weight = operands.count > 1 ? source.graph.constant(operands[1]) : nil
    let bias = operands.count > 2 ? source.graph.constant(operands[2]) : nil
    define(output, order, scaled(whole, weight, bias, order, dimensions))
  }
}
