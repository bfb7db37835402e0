import Tensor

/// Operations and bytes as the tables of the gradient filtering paper count them, for a batch of one picture.
///
/// The paper prints totals without the way of counting; these formulas reproduce all its tables to rounding (Yang et al., CVPR 2023,
/// tables 1, 2 and 11). They count additions and multiplications one each, leave out the pooling of the input, the expansion of the
/// input's gradient and the spreading over the kernel, and count too few additions of the exact weight gradient; ``LayerCost`` is
/// what a budget is held against.
public enum PublishedCosts {
  /// The exact backward pass of a convolution.
  public static func exactOperations(_ layer: AdaptableLayer, wantsInput: Bool) -> Double {
    let size = Size(layer)
    let weights =
      size.filters * (size.taps * size.outputPixels + size.outputPixels - 1) + 2 * size.outputs * size.outputPixels
    let input = size.outputPixels * size.inputs * (2 * size.outputs / size.groups * size.taps - 1)
    return weights + (wantsInput ? input : 0)
  }

  /// The filtered backward pass of a convolution.
  public static func filteredOperations(_ layer: AdaptableLayer, patch: Int, wantsInput: Bool) -> Double {
    let (size, patches) = (Size(layer), patches(layer, patch))
    let pooling = size.outputs * (size.outputPixels + patches)
    let weights = size.filters * (2 * patches - 1)
    let product =
      size.isDepthwise ? patches * size.inputs : patches * size.inputs * (2 * size.outputs / size.groups - 1)
    let sums = size.filters * (size.taps - 1)
    return pooling + weights + (wantsInput ? product + sums : 0)
  }

  /// What a classifier from `inputs` features to `classes` costs, in every row of the tables.
  public static func classifierOperations(inputs: Int, classes: Int) -> Double { 3 * Double(inputs * classes) }

  /// The bytes of the input that the exact backward pass keeps.
  public static func exactBytes(_ layer: AdaptableLayer) -> Int {
    layer.inputShape.count / layer.inputShape[0] * DType.float32.byteCount
  }

  /// The bytes of the pooled input that the filtered backward pass keeps.
  public static func filteredBytes(_ layer: AdaptableLayer, patch: Int) -> Int {
    layer.inputShape[3] * Int(patches(layer, patch)) * DType.float32.byteCount
  }

  private static func patches(_ layer: AdaptableLayer, _ patch: Int) -> Double {
    let size = Pair(layer.outputShape[1], layer.outputShape[2])
    return Double(PatchGrid(covering: size, patch: Pair(patch, patch)).patchCount)
  }

  private struct Size {
    let outputs: Double
    let inputs: Double
    let filters: Double
    let taps: Double
    let groups: Double
    let outputPixels: Double

    var isDepthwise: Bool { groups > 1 && groups == inputs && groups == outputs }

    init(_ layer: AdaptableLayer) {
      let weight = layer.weight.value.shape
      outputs = Double(weight[0])
      inputs = Double(layer.inputShape[3])
      filters = Double(weight[0] * weight[1])
      taps = Double(weight[2] * weight[3])
      groups = Double(layer.options.groups)
      outputPixels = Double(layer.outputShape[1] * layer.outputShape[2])
    }
  }
}
