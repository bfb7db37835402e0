extension Tensor {
  /// The result of an operation of a trace.
  /// - Parameters:
  ///   - operation: what is computed.
  ///   - inputs: the operands in the operator's order; nil for an absent one.
  ///   - shape: of the result.
  public static func applying(_ operation: Operator, to inputs: [Tensor?], shape: Shape) -> Tensor {
    func operand(_ index: Int) -> Tensor {
      guard index < inputs.count, let tensor = inputs[index] else {
        Scope.fail("replay", "operand \(index) of \(operation) is missing")
      }
      return tensor
    }
    func optional(_ index: Int) -> Tensor? { index < inputs.count ? inputs[index] : nil }
    switch operation {
    case .convolution(let options):
      return convolution(operand(0), weight: operand(1), bias: optional(2), options: options)
    case .linear: return linear(operand(0), weight: operand(1), bias: optional(2))
    case .matrixProduct(let left, let right):
      return operand(0).matrixProduct(operand(1), transposingLeft: left, transposingRight: right)
    case .selfAttention(let heads): return selfAttention(operand(0), heads: heads, bias: optional(1))
    case .batchNorm(let epsilon, let activation):
      return batchNorm(
        operand(0), weight: operand(1), bias: operand(2),
        running: RunningStatistics(mean: operand(3), variance: operand(4)), isTraining: false, epsilon: epsilon,
        activation: activation, residual: optional(5))
    case .layerNorm(let epsilon):
      return layerNorm(operand(0), weight: optional(1), bias: optional(2), epsilon: epsilon)
    case .groupNorm(let groups, let epsilon):
      return groupNorm(operand(0), groups: groups, weight: optional(1), bias: optional(2), epsilon: epsilon)
    case .activation(let activation): return operand(0).activated(activation)
    case .function(let function): return function.applied(to: operand(0))
    case .clamp(let lower, let upper): return operand(0).clamped(lower, upper)
    case .scale(let factor, let offset): return operand(0).scaled(by: factor, plus: offset)
    case .binary(let function): return function.applied(to: operand(0), operand(1))
    case .softmax: return operand(0).softmax()
    case .logSoftmax: return operand(0).logSoftmax()
    case .reduction(let axes, let keepsAxes, let isMean):
      return isMean
        ? operand(0).mean(axes: axes, keepsAxes: keepsAxes) : operand(0).sum(axes: axes, keepsAxes: keepsAxes)
    case .reshape: return operand(0).reshaped(shape)
    case .broadcast: return operand(0).broadcast(to: shape)
    case .transpose(let order): return operand(0).transposed(order)
    case .slice(let axis, let range): return operand(0).sliced(axis: axis, range)
    case .concatenate(let axis): return .concatenated(inputs.compactMap(\.self), axis: axis)
    case .pad(let amounts, let value):
      return operand(0).padded(amounts.map { (before: $0.before, after: $0.after) }, with: value)
    case .roll(let axis, let shift): return operand(0).rolled(axis: axis, by: shift)
    case .maxRelative(let neighbours): return operand(0).maxRelative(to: neighbours, mask: optional(1))
    case .relativeDistances(let rolls): return operand(0).relativeDistances(to: rolls)
    case .maxPooling(let options): return operand(0).maxPooled(options)
    case .averagePooling(let options, let countsPadding):
      return operand(0).averagePooled(options, countsPadding: countsPadding)
    case .poolingMix: return operand(0).mixedByPooling(factors: operand(1))
    case .adaptiveAveragePooling(let size): return operand(0).adaptiveAveragePooled(size)
    case .resize(let size, let mode): return operand(0).resized(to: size, mode: mode)
    case .gather: return operand(0).gathered(rows: operand(1))
    case .cast(let dtype): return operand(0).cast(to: dtype)
    case .opaque(let name): Scope.fail("replay", "a trace does not say what \"\(name)\" computes")
    }
  }
}

extension ElementFunction {
  /// The function of every element.
  public func applied(to x: Tensor) -> Tensor {
    switch self {
    case .exp: x.exp()
    case .log: x.log()
    case .squareRoot: x.squareRoot()
    case .reciprocalSquareRoot: x.reciprocalSquareRoot()
    case .square: x.squared()
    case .absolute: x.absolute()
    }
  }
}

extension BinaryFunction {
  /// The function of every pair of elements, with broadcasting.
  public func applied(to left: Tensor, _ right: Tensor) -> Tensor {
    switch self {
    case .add: left + right
    case .subtract: left - right
    case .multiply: left * right
    case .divide: left / right
    case .maximum: left.maximum(right)
    case .minimum: left.minimum(right)
    case .power: left.power(right)
    case .less: left.less(than: right)
    }
  }
}
