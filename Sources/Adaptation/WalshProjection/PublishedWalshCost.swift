import Tensor

/// The backward pass of linear layers and 1×1 convolutions in the accounting in which LBP-WHT was published.
///
/// Every layer's input gradient counts, also that of the first; one multiply-add is two operations; the means'
/// scaling is left out.
public struct PublishedWalshCost: Sendable, Hashable {
  /// Operations of the exact backward pass: 4·L·Ci·Co for each layer.
  public private(set) var exactOperations = 0.0
  /// Operations with projections: 4·bases·P·Ci·Co + min(64·bases, 384)·P·(2·Ci + Co) for each layer of P blocks.
  public private(set) var operations = 0.0
  /// Bytes of the inputs, float32.
  public private(set) var exactSavedBytes = 0
  /// Bytes of the projected inputs, float32.
  public private(set) var savedBytes = 0

  /// The cost of some layers, for the batch of their shapes.
  /// - Throws: ``StrategyError`` for a layer without a grid of tokens.
  public init(_ layers: [AdaptableLayer], _ bases: WalshBases) throws {
    for layer in layers {
      let count = WalshOperations(
        blocks: try TokenGrid(of: layer.inputShape).blocks(for: bases), examples: layer.inputShape[0],
        inputs: layer.inputShape[-1], outputs: layer.outputShape[-1])
      exactOperations += count.exactBackward
      operations += count.published
      exactSavedBytes += layer.inputShape.count * DType.float32.byteCount
      savedBytes += count.savedBytes
    }
  }
}
