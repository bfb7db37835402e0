import Tensor

extension MobileDesign {
  /// EfficientNet-Lite0: EfficientNet-B0 (Tan and Le, ICML 2019, table 1) without squeeze-and-excitation, with ReLU6.
  public static let efficientNetLite0 = MobileDesign(
    stem: 32,
    stages: [
      MobileStage(kernel: 3, expansion: 1, outputs: 16, count: 1, stride: 1),
      MobileStage(kernel: 3, expansion: 6, outputs: 24, count: 2, stride: 2),
      MobileStage(kernel: 5, expansion: 6, outputs: 40, count: 2, stride: 2),
      MobileStage(kernel: 3, expansion: 6, outputs: 80, count: 3, stride: 2),
      MobileStage(kernel: 5, expansion: 6, outputs: 112, count: 3, stride: 1),
      MobileStage(kernel: 5, expansion: 6, outputs: 192, count: 4, stride: 2),
      MobileStage(kernel: 3, expansion: 6, outputs: 320, count: 1, stride: 1),
    ], head: 1280, padding: .same, epsilon: 1e-3)
}

/// EfficientNet-Lite as its authors trained it with TensorFlow.
enum EfficientNetLite {
  static let entries = [
    ModelEntry(
      "efficientnet_lite0",
      source: "Tan and Le, EfficientNet: Rethinking Model Scaling for CNNs, ICML 2019; the Lite variants of 2020",
      design: .efficientNetLite0,
      preparation: Preparation(
        mean: Array(repeating: 127 / 255, count: 3), deviation: Array(repeating: 128 / 255, count: 3),
        interpolation: .bicubic))
  ]
}
