import CKernels

/// How a convolution sends cotangents back: the exact gradients, or a method's own.
///
/// A method that replaces the backward pass (gradient filtering, a low-rank projection) is a type of this protocol that is
/// given to the layer; the layer and the tape stay as they are.
public protocol ConvolutionBackward: Sendable {
  /// What to keep of the input for the gradient of the weight; the input itself unless the method needs less.
  func save(_ input: Tensor, weight: Tensor, options: ConvolutionOptions) -> Tensor

  /// Gives the gradients of input, weight and bias; nil where not wanted.
  /// - Parameters:
  ///   - cotangent: the gradient of the output, [N, H', W', O].
  ///   - saved: what `save` returned; nil where no gradient of the weight is wanted.
  ///   - weight: float32, [O, I / groups, kernel height, kernel width].
  ///   - inputShape: [N, H, W, I].
  ///   - options: stride, padding, dilation and groups.
  ///   - wantsInput: whether the gradient of the input is wanted.
  ///   - wantsWeight: whether that of the weight is.
  ///   - wantsBias: whether that of the bias is.
  func gradients(
    cotangent: Tensor, saved: Tensor?, weight: Tensor, inputShape: Shape, options: ConvolutionOptions,
    wantsInput: Bool, wantsWeight: Bool, wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?)
}

/// The exact gradients, by oneDNN or, for depthwise and pointwise convolutions and by Winograd's algorithm, by kernels of our own.
public struct ExactConvolutionBackward: ConvolutionBackward {
  private let usesWinograd: Bool
  private let watcher: (any CotangentWatcher)?

  /// The exact gradients.
  /// - Parameter usesWinograd: whether Winograd's algorithm may be used, which multiplies less and rounds otherwise; false sums
  ///   all taps, as oneDNN does.
  public init(usesWinograd: Bool = true) { (self.usesWinograd, watcher) = (usesWinograd, nil) }

  /// These gradients; that of the input is shown while it is made.
  func showingInput(to watcher: (any CotangentWatcher)?) -> ExactConvolutionBackward {
    ExactConvolutionBackward(usesWinograd, watcher)
  }

  private init(_ usesWinograd: Bool, _ watcher: (any CotangentWatcher)?) {
    (self.usesWinograd, self.watcher) = (usesWinograd, watcher)
  }

  public func save(_ input: Tensor, weight: Tensor, options: ConvolutionOptions) -> Tensor { input }

  public func gradients(
    cotangent: Tensor, saved: Tensor?, weight: Tensor, inputShape: Shape, options: ConvolutionOptions,
    wantsInput: Bool, wantsWeight: Bool, wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
    let geometry = ConvolutionGeometry(
      input: inputShape, weight: weight.shape, options: options, dtype: cotangent.dtype,
      hasBias: wantsBias && wantsWeight)
    var result = WeightedGradients(
      input: wantsInput ? Tensor(uninitialized: inputShape, dtype: cotangent.dtype) : nil,
      weight: wantsWeight ? Tensor(uninitialized: weight.shape) : nil,
      bias: geometry.hasBias ? Tensor(uninitialized: [geometry.outputChannels]) : nil, watcher: watcher)
    let bands = geometry.bands(
      reading: [cotangent, wantsWeight ? saved : nil], isShown: watcher != nil && wantsInput)
    let band = geometry.band(of: bands)
    if geometry.isDepthwise {
      DepthwiseConvolution(geometry).backward(cotangent, input: saved, weight: weight, into: result, bands: bands)
    } else if usesWinograd, let convolution = WinogradConvolution(band) {
      convolution.backward(cotangent, input: saved, weight: weight, into: result, bands: bands)
      result.bias = nil  // has a sum of its own, below
    } else if let convolution = PointwiseConvolution(geometry) {
      convolution.backward(cotangent, input: saved, weight: weight, into: result, bands: bands)
    } else {
      ConvolutionPlan.plan(for: band).backward(cotangent, input: saved, weight: weight, into: result, bands: bands)
    }
    if wantsBias && result.bias == nil {
      result.bias = cotangent.summed(toShape: [geometry.outputChannels], dtype: .float32)
    }
    return (result.input, result.weight, result.bias)
  }
}

/// Two-dimensional convolution (cross-correlation, as everywhere in the field).
///
///     y[n, h, w, o] = bias[o] + Σ x[n, h·stride + i·dilation − top, w·stride + j·dilation − left, c] weight[o, c, i, j]
///
/// - Parameters:
///   - x: float32 or bfloat16, [N, H, W, C].
///   - weight: float32, [O, C / groups, kernel height, kernel width], the order of PyTorch.
///   - bias: float32, [O].
///   - options: stride, padding, dilation and groups.
///   - backward: how cotangents flow back; the exact gradients by default.
/// - Returns: [N, H', W', O] of the type of `x`.
public func convolution(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, options: ConvolutionOptions = ConvolutionOptions(),
  backward: any ConvolutionBackward = ExactConvolutionBackward()
) -> Tensor {
  let geometry = ConvolutionGeometry(
    input: x.shape, weight: weight.shape, options: options, dtype: x.dtype, hasBias: bias != nil)
  Scope.require(
    x.dtype.isFloatingPoint && weight.dtype == .float32 && bias?.dtype ?? .float32 == .float32, "convolution",
    "float32 or bfloat16 images and float32 weights are expected, found \(x.dtype) and \(weight.dtype)")
  Scope.require(
    bias.map { $0.shape == [weight.shape[0]] } ?? true, "convolution",
    "a bias of \(weight.shape[0]) elements is expected, found \(bias?.shape ?? [])")
  let isRecorded = Tensor.wantsGradient([x, weight, bias])
  // What the backward pass reads again is computed once.
  if isRecorded && x.storage.deferred is ExpandedElements { x.compute() }
  let y = ConvolutionProduct(geometry, x, weight, bias, isRecorded: isRecorded).tensor
  if !isRecorded && Ledger.skipsKernels { y.compute() }
  y.traced(.convolution(options), [x, weight, bias])
  let saved =
    Tensor.wantsGradient([weight])
    ? SavedTensor(backward.save(x, weight: weight.detached, options: options), by: "convolution") : nil
  let (inputShape, plainWeight) = (x.shape, weight.detached)
  return y.recorded("convolution", inputs: [x, weight, bias]) { cotangent, wanted in
    let backward = (backward as? ExactConvolutionBackward)?.showingInput(to: wanted.watcher(0)) ?? backward
    let gradients = backward.gradients(
      cotangent: cotangent, saved: saved?.tensor, weight: plainWeight, inputShape: inputShape,
      options: options, wantsInput: wanted[0], wantsWeight: wanted[1], wantsBias: wanted[2])
    return [gradients.input, gradients.weight, gradients.bias]
  }
}
