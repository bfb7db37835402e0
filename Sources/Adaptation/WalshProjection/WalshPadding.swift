import Tensor

/// How a grid is padded whose sides are no multiples of the block's edge.
///
/// The cotangent is always mirrored at the border, so that the blocks there stay as smooth as the others. What
/// differs is the input:
public enum WalshPadding: String, Sendable, Hashable, CaseIterable {
  /// The input is mirrored too, as in the published code. The weight's gradient counts the mirrored tokens twice:
  /// with all bases it is not the exact one. Wants grids with more rows and columns than are added on one side.
  case reflect
  /// The input is padded with zeros. Then ĝᵀ x̂ = Σ ĝ(token) x(token) over the tokens that are there, ĝ(token)
  /// the projected cotangent: the weight's gradient belongs to the same cotangents as the input's, and is exact
  /// with all bases for every size of grid. The default: it trained better.
  case zero

  /// That of the published code.
  public static let reference = WalshPadding.reflect

  var inputBorder: WalshBlocks.Border { self == .reflect ? .reflection : .zeros }
}
