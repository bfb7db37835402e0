import CKernels

/// How a linear layer sends cotangents back: the exact gradients, or a method's own (such as LBP-WHT).
public protocol LinearBackward: Sendable {
  /// What to keep of the input for the gradient of the weight; the input itself unless the method needs less.
  func save(_ input: Tensor) -> Tensor

  /// Gives the gradients of input, weight and bias; nil where not wanted.
  /// - Parameters:
  ///   - cotangent: the gradient of the output, […, O].
  ///   - saved: what `save` returned; nil where no gradient of the weight is wanted.
  ///   - weight: float32, [O, I].
  ///   - inputShape: […, I].
  ///   - wantsInput: whether the gradient of the input is wanted.
  ///   - wantsWeight: whether that of the weight is.
  ///   - wantsBias: whether that of the bias is.
  func gradients(
    cotangent: Tensor, saved: Tensor?, weight: Tensor, inputShape: Shape, wantsInput: Bool, wantsWeight: Bool,
    wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?)
}

/// The exact gradients of a linear layer.
public struct ExactLinearBackward: LinearBackward {
  /// The exact gradients.
  public init() {}

  public func save(_ input: Tensor) -> Tensor { input }

  public func gradients(
    cotangent: Tensor, saved: Tensor?, weight: Tensor, inputShape: Shape, wantsInput: Bool, wantsWeight: Bool,
    wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
    let geometry = LinearGeometry(
      rows: inputShape.matrix.rows, inputs: weight.shape[1], outputs: weight.shape[0], dtype: cotangent.dtype,
      hasBias: wantsBias && wantsWeight)
    var result = WeightedGradients(
      input: wantsInput ? Tensor(uninitialized: inputShape, dtype: cotangent.dtype) : nil,
      weight: wantsWeight ? Tensor(uninitialized: weight.shape) : nil,
      bias: geometry.hasBias ? Tensor(uninitialized: [geometry.outputs]) : nil)
    LinearPlan.plan(for: geometry).backward(cotangent, input: saved, weight: weight, into: result)
    if wantsBias && !wantsWeight { result.bias = cotangent.summed(toShape: [geometry.outputs], dtype: .float32) }
    return (result.input, result.weight, result.bias)
  }
}

/// A linear map of the last axis: y = x weightᵀ + bias.
///
/// - Parameters:
///   - x: float32 or bfloat16, […, I].
///   - weight: float32, [O, I].
///   - bias: float32, [O].
///   - backward: how cotangents flow back; the exact gradients by default.
/// - Returns: […, O] of the type of `x`.
public func linear(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, backward: any LinearBackward = ExactLinearBackward()
) -> Tensor {
  Scope.require(
    x.shape.rank >= 1 && weight.shape.rank == 2 && x.shape[-1] == weight.shape[1], "linear",
    "input \(x.shape) and weight \(weight.shape) do not fit: the last axes must be equal")
  Scope.require(
    x.dtype.isFloatingPoint && weight.dtype == .float32 && bias?.dtype ?? .float32 == .float32, "linear",
    "float32 or bfloat16 inputs and float32 weights are expected, found \(x.dtype) and \(weight.dtype)")
  Scope.require(
    bias.map { $0.shape == [weight.shape[0]] } ?? true, "linear",
    "a bias of \(weight.shape[0]) elements is expected, found \(bias?.shape ?? [])")
  var outputShape = x.shape
  outputShape[-1] = weight.shape[0]
  let geometry = LinearGeometry(
    rows: x.shape.matrix.rows, inputs: weight.shape[1], outputs: weight.shape[0], dtype: x.dtype,
    hasBias: bias != nil)
  let y = Tensor(uninitialized: outputShape, dtype: x.dtype)
  let plan = LinearPlan.plan(for: geometry)
  plan.forward(x, packed: plan.packed(weight), bias, into: y)
  y.traced(.linear, [x, weight, bias])
  let saved = Tensor.wantsGradient([weight]) ? SavedTensor(backward.save(x), by: "linear") : nil
  let (inputShape, plainWeight) = (x.shape, weight.detached)
  return y.recorded("linear", inputs: [x, weight, bias]) { cotangent, wanted in
    let gradients = backward.gradients(
      cotangent: cotangent, saved: saved?.tensor, weight: plainWeight, inputShape: inputShape,
      wantsInput: wanted[0], wantsWeight: wanted[1], wantsBias: wanted[2])
    return [gradients.input, gradients.weight, gradients.bias]
  }
}
