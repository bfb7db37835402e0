/// Which form of gradient filtering: that of the published program, or the corrected one.
public enum FilterScaling: String, Sendable, Hashable, CaseIterable {
  /// As published. For strides above 1, both gradients are too large by the number of pixels in a stride, and the patches of the
  /// input are centred on their own, which may shift them by a pixel against those of the output. All taps of a dilated kernel get
  /// one gradient.
  case reference
  /// Gradients are divided by the number of pixels in a stride, patches of the input lie under those of the output, and the taps
  /// of a kernel that is dilated by a patch or more get gradients of their own.
  case unbiased
}
