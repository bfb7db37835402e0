import Inference
import Tensor

extension Lowering {
  /// A convolution or linear layer, with the residual and the activation that the inference graph drew into it.
  mutating func lower(_ affine: Affine, _ operands: [ValueID], _ output: ValueID) {
    let x = operands[0]
    let order: AxisOrder
    let primitive: Primitive
    switch affine.kind {
    case .convolution(let options): (primitive, order) = (.convolution(options), .image)
    case .linear: (primitive, order) = (.linear, orderEndingWithLast(x))
    }
    let dimensions = order.arranging(dimensions(output))
    let weights = [constant(affine.weight, "weight")] + (affine.bias.map { [constant($0, "bias")] } ?? [])
    var value = emit(primitive, [operand(x, order)] + weights, dimensions)
    if affine.hasResidual { value = emit(.binary(.add), [value, operand(operands[1], order)], dimensions) }
    define(output, order, activated(value, affine.activation, dimensions))
  }

  /// A value after an activation.
  mutating func activated(
    _ value: Program.ValueID, _ activation: Activation, _ dimensions: [Dimension]
  ) -> Program.ValueID {
    activation == .identity ? value : emit(.activation(activation), [value], dimensions)
  }

  /// A convolution whose weights are computed.
  mutating func lowerConvolution(
    _ x: ValueID, _ options: ConvolutionOptions, _ weights: [ValueID], _ output: ValueID
  ) {
    let operands = [operand(x, .image)] + weights.map { operand($0, .traced(rank: dimensions($0).count)) }
    emit(.convolution(options), operands, .image, as: output)
  }

  /// A linear layer whose weights are computed.
  mutating func lowerLinear(_ x: ValueID, _ weights: [ValueID], _ output: ValueID) {
    let order = orderEndingWithLast(x)
    let operands = [operand(x, order)] + weights.map { operand($0, .traced(rank: dimensions($0).count)) }
    emit(.linear, operands, order, as: output)
  }

  /// A matrix product; a transposed operand is one that lies the other way round in memory.
  mutating func lowerProduct(
    _ left: ValueID, _ right: ValueID, transposingLeft: Bool, transposingRight: Bool, _ output: ValueID
  ) {
    let rank = dimensions(left).count
    let plain = AxisOrder.traced(rank: rank)
    let swapped: AxisOrder = plain.dropLast(2) + [rank - 1, rank - 2]
    let operands = [
      operand(left, transposingLeft ? swapped : plain), operand(right, transposingRight ? swapped : plain),
    ]
    emit(.matrixProduct, operands, plain, as: output)
  }
}
