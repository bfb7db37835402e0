import NeuralNet
import Tensor

/// Trains weight and bias of a linear layer or a 1×1 convolution with low-rank cotangents; see ``WalshBackward``.
public struct WalshTraining: Strategy {
  /// The replaced backward pass.
  public let backward: WalshBackward

  /// Low-rank training on some functions.
  public init(_ bases: WalshBases, padding: WalshPadding = .zero) {
    backward = WalshBackward(bases, padding: padding)
  }

  /// Reads "l1-4" or "l1-4:reflect": the functions, and how grids are padded.
  /// - Throws: ``StrategyError`` for other arguments.
  public static func parse(_ arguments: [Substring]) throws -> WalshTraining {
    guard (1...2).contains(arguments.count), !arguments[0].isEmpty else {
      throw StrategyError(
        "walsh wants the functions that it keeps, such as walsh:l1-4; found "
          + "\"\(arguments.joined(separator: ":").prefix(80))\"")
    }
    guard let padding = arguments.count == 2 ? WalshPadding(rawValue: String(arguments[1])) : .zero else {
      throw StrategyError("the padding of walsh is reflect or zero, not \"\(arguments[1].prefix(80))\"")
    }
    return WalshTraining(try WalshBases(parsing: String(arguments[0])), padding: padding)
  }

  public var description: String {
    "walsh:\(backward.bases)\(backward.padding == .zero ? "" : ":\(backward.padding)")"
  }

  public func check(_ layer: AdaptableLayer) throws {
    guard layer.isPointwise else {
      throw StrategyError(
        "\(layer.path): \(self) trains linear layers and 1×1 convolutions of stride 1 without padding and groups; "
          + "found a kernel of "
          + "\(layer.kernel.height)×\(layer.kernel.width), stride \(layer.options.stride.height), "
          + "\(layer.options.groups) groups; train this layer exactly or by another method")
    }
    let blocks = try blocks(of: layer)
    guard backward.padding == .reflect else { return }
    for (size, count) in [(blocks.grid.height, blocks.blocks.height), (blocks.grid.width, blocks.blocks.width)] {
      let added = (count * blocks.edge - size + 1) / 2
      if added >= size {
        throw StrategyError(
          "\(layer.path): \(added) rows or columns cannot be mirrored from a grid of "
            + "\(blocks.grid.height)×\(blocks.grid.width) tokens; expected more tokens than are added; leave out "
            + ":reflect or take smaller blocks")
      }
    }
  }

  public func install(on layer: AdaptableLayer, using generator: inout Generator) { layer.train(with: backward) }

  public func cost(of layer: AdaptableLayer, wantsInput: Bool) -> LayerCost {
    guard let blocks = try? blocks(of: layer) else { return ExactTraining().cost(of: layer, wantsInput: wantsInput) }
    let count = WalshOperations(
      blocks: blocks, examples: layer.inputShape[0], inputs: layer.inputShape[-1], outputs: layer.outputShape[-1])
    return LayerCost(
      savedBytes: count.savedBytes, operations: count.backward(wantsInput: wantsInput),
      parameterBytes: layer.weight.value.byteCount)
  }

  private func blocks(of layer: AdaptableLayer) throws -> WalshBlocks {
    do {
      return try TokenGrid(of: layer.inputShape).blocks(for: backward.bases)
    } catch let error as StrategyError {
      throw StrategyError("\(layer.path): \(error)")
    }
  }
}
