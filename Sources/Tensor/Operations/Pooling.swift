import CKernels

/// The sizes of a pooling window and its walk over the image.
public struct PoolingOptions: Sendable, Hashable {
  public var kernel: Pair
  public var stride: Pair
  public var padding: Pair
  /// Whether a last window that begins inside the padded image but reaches over its end counts.
  public var ceilMode: Bool

  /// Options; the stride is the kernel's size unless given.
  public init(kernel: Pair, stride: Pair? = nil, padding: Pair = 0, ceilMode: Bool = false) {
    (self.kernel, self.stride, self.padding, self.ceilMode) = (kernel, stride ?? kernel, padding, ceilMode)
  }

  func outputExtent(_ size: Int, _ kernel: Int, _ stride: Int, _ padding: Int) -> Int {
    let room = size + 2 * padding - kernel
    if room < 0 { return 0 }
    let floor = room / stride + 1
    let startsInside = floor * stride < size + padding
    return ceilMode && room % stride != 0 && startsInside ? floor + 1 : floor
  }

  func kernelShape(_ x: Shape, _ operation: String) -> ck_pooling_shape {
    Scope.require(x.rank == 4, operation, "an image batch [N, H, W, C] is expected, found \(x)")
    Scope.require(
      [kernel, stride].allSatisfy { $0.height > 0 && $0.width > 0 }, operation,
      "a window and a stride above zero are expected, found \(kernel) and \(stride)")
    Scope.require(
      padding.height * 2 <= kernel.height && padding.width * 2 <= kernel.width, operation,
      "padding \(padding) is larger than half of the window \(kernel)")
    let height = outputExtent(x[1], kernel.height, stride.height, padding.height)
    let width = outputExtent(x[2], kernel.width, stride.width, padding.width)
    Scope.require(height > 0 && width > 0, operation, "the window \(kernel) does not fit into input \(x)")
    return ck_pooling_shape(
      batch: Int64(x[0]), height: Int64(x[1]), width: Int64(x[2]), channels: Int64(x[3]),
      outputHeight: Int64(height), outputWidth: Int64(width), kernelHeight: Int64(kernel.height),
      kernelWidth: Int64(kernel.width), strideHeight: Int64(stride.height), strideWidth: Int64(stride.width),
      dilationHeight: 1, dilationWidth: 1, paddingTop: Int64(padding.height), paddingLeft: Int64(padding.width),
      paddingBottom: Int64(padding.height), paddingRight: Int64(padding.width))
  }
}

extension ck_pooling_shape {
  fileprivate var output: Shape { [Int(batch), Int(outputHeight), Int(outputWidth), Int(channels)] }
  fileprivate var operations: Double { Double(output.count * Int(kernelHeight * kernelWidth)) }
}

extension Tensor {
  /// The largest element of each window of an image batch [N, H, W, C]; at most 256 elements a window.
  ///
  /// Keeps one byte for each output element: the place of the maximum in its window.
  public func maxPooled(_ options: PoolingOptions) -> Tensor {
    var geometry = options.kernelShape(shape, "maxPooled")
    Scope.require(
      options.kernel.height * options.kernel.width <= 256, "maxPooled",
      "a window of at most 256 elements is expected, found \(options.kernel)")
    let y = Tensor(uninitialized: geometry.output, dtype: dtype)
    let isRecorded = Tensor.wantsGradient([self])
    let places = isRecorded ? Tensor(uninitialized: y.shape, dtype: .uint8) : nil
    let offsets = places?.pointer.assumingMemoryBound(to: UInt8.self)
    Ledger.kernel("max pooling", operations: geometry.operations) {
      byType(
        "maxPooled", float32: { ck_max_pool_forward_f32(&geometry, floats, y.floats, offsets) },
        bfloat16: { ck_max_pool_forward_bf16(&geometry, bfloats, y.bfloats, offsets) })
    }
    y.traced(.maxPooling(options), [self])
    guard let places else { return y.inspected("max pooling") }
    let saved = SavedTensor(places, by: "max pooling")
    let (inputShape, plan) = (shape, geometry)
    return y.recorded("max pooling", inputs: [self]) { cotangent, _ in
      let dx = Tensor(uninitialized: inputShape, dtype: cotangent.dtype)
      let places = saved.tensor
      let offsets = places.pointer.assumingMemoryBound(to: UInt8.self)
      var geometry = plan
      Ledger.kernel("max pooling", operations: Double(cotangent.count)) {
        cotangent.byType(
          "maxPooled", float32: { ck_max_pool_backward_f32(&geometry, cotangent.floats, offsets, dx.floats) },
          bfloat16: { ck_max_pool_backward_bf16(&geometry, cotangent.bfloats, offsets, dx.bfloats) })
      }
      withExtendedLifetime(places) {}
      return [dx]
    }
  }

  /// The mean of each window of an image batch [N, H, W, C].
  /// - Parameters:
  ///   - options: kernel, stride and padding.
  ///   - countsPadding: whether the divisor counts the zeros of the padding, as PyTorch's `count_include_pad`.
  public func averagePooled(_ options: PoolingOptions, countsPadding: Bool = true) -> Tensor {
    var geometry = options.kernelShape(shape, "averagePooled")
    let y = Tensor(uninitialized: geometry.output, dtype: dtype)
    let counts: Int32 = countsPadding ? 1 : 0
    Ledger.kernel("average pooling", operations: geometry.operations) {
      byType(
        "averagePooled", float32: { ck_average_pool_forward_f32(&geometry, counts, floats, y.floats) },
        bfloat16: { ck_average_pool_forward_bf16(&geometry, counts, bfloats, y.bfloats) })
    }
    y.traced(.averagePooling(options, countsPadding: countsPadding), [self])
    let (inputShape, plan) = (shape, geometry)
    return y.recorded("average pooling", inputs: [self]) { cotangent, _ in
      let dx = Tensor(uninitialized: inputShape, dtype: cotangent.dtype)
      var geometry = plan
      Ledger.kernel("average pooling", operations: geometry.operations) {
        cotangent.byType(
          "averagePooled",
          float32: { ck_average_pool_backward_f32(&geometry, counts, cotangent.floats, dx.floats) },
          bfloat16: { ck_average_pool_backward_bf16(&geometry, counts, cotangent.bfloats, dx.bfloats) })
      }
      return [dx]
    }
  }

  /// The means over windows that cut an image batch [N, H, W, C] into the given number of rows and columns.
  ///
  /// Row y averages the input rows ⌊y·H/rows⌋ ..< ⌈(y + 1)·H/rows⌉. `1` is global average pooling.
  public func adaptiveAveragePooled(_ size: Pair = 1) -> Tensor {
    Scope.require(
      shape.rank == 4 && size.height > 0 && size.width > 0, "adaptiveAveragePooled",
      "an image batch [N, H, W, C] and a size above zero are expected, found \(shape) and \(size)")
    var geometry = ck_adaptive_pooling_shape(
      batch: Int64(shape[0]), height: Int64(shape[1]), width: Int64(shape[2]), channels: Int64(shape[3]),
      outputHeight: Int64(size.height), outputWidth: Int64(size.width))
    let y = Tensor(uninitialized: [shape[0], size.height, size.width, shape[3]], dtype: dtype)
    Ledger.kernel("average pooling", operations: Double(count)) {
      byType(
        "adaptiveAveragePooled",
        float32: { ck_adaptive_average_pool_forward_f32(&geometry, floats, y.floats) },
        bfloat16: { ck_adaptive_average_pool_forward_bf16(&geometry, bfloats, y.bfloats) })
    }
    y.traced(.adaptiveAveragePooling(size), [self])
    let (inputShape, plan) = (shape, geometry)
    return y.recorded("average pooling", inputs: [self]) { cotangent, _ in
      if size == 1 { return [cotangent.spreadAsMean(over: Pair(inputShape[1], inputShape[2]))] }
      let dx = Tensor(uninitialized: inputShape, dtype: cotangent.dtype)
      var geometry = plan
      Ledger.kernel("average pooling", operations: Double(dx.count)) {
        cotangent.byType(
          "adaptiveAveragePooled",
          float32: { ck_adaptive_average_pool_backward_f32(&geometry, cotangent.floats, dx.floats) },
          bfloat16: { ck_adaptive_average_pool_backward_bf16(&geometry, cotangent.bfloats, dx.bfloats) })
      }
      return [dx]
    }
  }
}
