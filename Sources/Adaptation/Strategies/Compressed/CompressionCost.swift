import Tensor

/// What a compressed activation costs in a step, from the extents of its axes and the ranks that are kept.
struct CompressionCost {
  private let layer: AdaptableLayer
  private let extents: [Int]
  private let ranks: [Int]

  init(_ layer: AdaptableLayer, ranks: (Shape) -> [Int]) {
    self.layer = layer
    extents = layer.inputShape.modes.array
    self.ranks = ranks(layer.inputShape.modes)
  }

  /// The cost of a step.
  /// - Parameter finding: operations that find the factors.
  func cost(finding: Double, wantsInput: Bool) -> LayerCost {
    LayerCost(
      savedBytes: TuckerFactors.packedCount(extents: extents, ranks: ranks) * DType.float32.byteCount,
      operations: finding + compressing + weightGradient + (wantsInput ? layer.productOperations : 0),
      parameterBytes: layer.gradientBytes)
  }

  /// Operations of subspace iteration: two products and a QR for each axis.
  var iterating: Double {
    let count = Double(layer.inputShape.count)
    return zip(extents, ranks).reduce(0) { $0 + 4 * count * Double($1.1) + 4 * Double($1.0 * $1.1 * $1.1) }
  }

  /// Operations of the eigenvectors of all unfoldings.
  var decomposing: Double {
    let count = Double(layer.inputShape.count)
    return extents.reduce(0) { sum, extent in
      let extent = Double(extent)
      return sum + 2 * count * extent + 9 * extent * extent * extent
    }
  }

  /// Operations of the core.
  private var compressing: Double {
    var chain = ModeChain(extents)
    for mode in extents.indices.reversed() { chain.change(mode, to: ranks[mode]) }
    return chain.operations
  }

  private var weightGradient: Double {
    let (last, outputs) = (extents.count - 1, layer.weight.value.shape[0])
    guard case .convolution = layer.kind, !layer.isPointwise else {
      var cotangent = ModeChain(extents.dropLast() + [outputs])
      for mode in 0..<last { cotangent.change(mode, to: ranks[mode]) }
      let product = 2 * Double(ranks.reduce(outputs, *)) + 2 * Double(outputs * ranks[last] * extents[last])
      return cotangent.operations + product
    }
    var pixels = ModeChain(ranks)
    for mode in [1, 2] { pixels.change(mode, to: extents[mode]) }
    let examples = Double(ranks[0]) / Double(extents[0])
    let projection = 2 * Double(layer.outputShape.count * ranks[0])
    if layer.options.groups > 1 {
      pixels.change(3, to: extents[3])
      return projection + pixels.operations + layer.productOperations * examples
    }
    let channels = Double(ranks[3]) / Double(extents[3])
    let expansion = 2 * Double(layer.weight.value.count * ranks[3])
    return projection + pixels.operations + layer.productOperations * examples * channels + expansion
  }
}

/// Products along axes, one after the other.
private struct ModeChain {
  private var extents: [Int]
  private(set) var operations = 0.0

  init(_ extents: [Int]) { self.extents = extents }

  mutating func change(_ mode: Int, to extent: Int) {
    operations += 2 * Double(extents.reduce(1, *)) * Double(extent)
    extents[mode] = extent
  }
}
