import Tensor

/// The largest element of each window.
public final class MaxPool: Layer {
  /// The window.
  public let options: PoolingOptions

  /// A max pooling; the stride is the kernel's size unless given.
  public init(kernel: Pair, stride: Pair? = nil, padding: Pair = 0, ceilMode: Bool = false) {
    options = PoolingOptions(kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
  }

  public override func forward(_ x: Tensor) -> Tensor { x.maxPooled(options) }
}

/// The mean of each window.
public final class AveragePool: Layer {
  /// The window.
  public let options: PoolingOptions
  /// Whether the divisor counts the padding.
  public let countsPadding: Bool

  /// An average pooling; the stride is the kernel's size unless given.
  public init(
    kernel: Pair, stride: Pair? = nil, padding: Pair = 0, ceilMode: Bool = false, countsPadding: Bool = true
  ) {
    options = PoolingOptions(kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
    self.countsPadding = countsPadding
  }

  public override func forward(_ x: Tensor) -> Tensor { x.averagePooled(options, countsPadding: countsPadding) }
}

/// The mean of each channel of each image: [N, H, W, C] → [N, C].
public final class GlobalAveragePool: Layer {
  public override func forward(_ x: Tensor) -> Tensor { x.adaptiveAveragePooled(1).flattened() }
}

/// All axes but the first as one.
public final class Flatten: Layer {
  public override func forward(_ x: Tensor) -> Tensor { x.flattened() }
}
