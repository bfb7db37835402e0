import NeuralNet
import Tensor

/// Gradient filtering of a convolution: ``GradientFilter`` as a strategy.
public struct FilteredTraining: Strategy {
  /// The filter.
  public let filter: GradientFilter

  /// Filtered gradients over patches of r×r pixels.
  /// - Throws: ``StrategyError`` for a patch below 2.
  public init(patch: Int, scaling: FilterScaling = .unbiased) throws {
    guard patch >= 2 else {
      throw StrategyError(
        "the patch is \(patch); expected at least 2 pixels (a patch of one pixel still gives every tap of a kernel one "
          + "gradient: use exact for the exact gradient)")
    }
    filter = GradientFilter(patch: patch, scaling: scaling)
  }

  /// Reads "4" or "4:reference".
  /// - Throws: ``StrategyError`` for other arguments.
  public static func parse(_ arguments: [Substring]) throws -> FilteredTraining {
    guard (1...2).contains(arguments.count), let patch = Int(arguments[0]) else {
      throw StrategyError(
        "filter wants the side of its patches, such as filter:4; found \(arguments.joined(separator: ":"))")
    }
    guard let scaling = arguments.count == 2 ? FilterScaling(rawValue: String(arguments[1])) : .unbiased else {
      throw StrategyError("filter:\(patch) is unbiased or reference, not \(arguments[1])")
    }
    return try FilteredTraining(patch: patch, scaling: scaling)
  }

  public var description: String {
    "filter:\(filter.patch)" + (filter.scaling == .unbiased ? "" : ":\(filter.scaling.rawValue)")
  }

  public func check(_ layer: AdaptableLayer) throws {
    guard case .convolution = layer.kind else {
      throw StrategyError("\(layer.path) is a linear layer; gradient filtering is for convolutions, use walsh")
    }
    let side = min(layer.outputShape[1], layer.outputShape[2])
    guard filter.patch <= side else {
      throw StrategyError(
        "the patch of \(filter.patch) pixels is larger than the map of \(layer.path), "
          + "\(layer.outputShape[1])×\(layer.outputShape[2]); expected 2 to \(max(side, 2))"
          + (side < 2 ? ", which this map has no room for: use exact" : ""))
    }
  }

  public func install(on layer: AdaptableLayer, using generator: inout Generator) {
    guard case .convolution(let convolution) = layer.kind else { return }
    layer.train()
    convolution.backward = filter
  }

  public func cost(of layer: AdaptableLayer, wantsInput: Bool) -> LayerCost {
    let weight = layer.weight.value
    let (outputs, inputs, taps) = (weight.shape[0], weight.shape[1], weight.shape[2] * weight.shape[3])
    let geometry = FilterGeometry(filter, input: layer.inputShape, kernel: layer.kernel, options: layer.options)
    let patches = Double(layer.outputShape[0] * geometry.output.patchCount)
    let product = 2 * patches * Double(outputs * inputs)
    let isTapByTap = geometry.dilation > 0
    let pooling = Double(layer.outputShape.count)
    let weightProduct = isTapByTap && filter.scaling == .unbiased ? product * Double(taps) : product
    let inputProduct = isTapByTap ? product * Double(taps) : product + Double(outputs * inputs * (taps - 1))
    return LayerCost(
      savedBytes: Int(patches) * layer.inputShape[3] * DType.float32.byteCount,
      operations: pooling + weightProduct + (wantsInput ? inputProduct : 0), parameterBytes: weight.byteCount)
  }
}
