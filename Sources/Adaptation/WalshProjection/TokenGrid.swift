import Tensor

/// The grid in which the tokens of an activation lie.
public struct TokenGrid: Sendable, Hashable {
  /// The largest number of tokens beside the grid: a class and a distillation token.
  public static let maximumExtraTokens = 2

  /// Rows and columns.
  public let size: Pair
  /// Tokens before those of the grid.
  public let extraTokens: Int

  /// Finds the grid of an activation.
  ///
  /// [N, H, W, C] is a grid of H × W without extra tokens; [N, T, C] the largest square of s × s with s² ≤ T,
  /// behind T − s² extra tokens.
  /// - Throws: ``StrategyError`` if there is no grid, or more than ``maximumExtraTokens`` would be left.
  public init(of shape: Shape) throws {
    switch shape.rank {
    case 4 where shape.count > 0: self.init(Pair(shape[1], shape[2]), extraTokens: 0)
    case 3 where shape.count > 0: try self.init(tokens: shape[1])
    default:
      throw StrategyError(
        "an activation of shape \(shape) has no grid of tokens; expected images [N, H, W, C] or tokens [N, T, C]")
    }
  }

  /// The square that so many tokens fill.
  /// - Parameters:
  ///   - tokens: all tokens of a picture.
  ///   - extraTokens: tokens before those of the square; by default what the largest square leaves.
  /// - Throws: ``StrategyError`` if there is no such square.
  public init(tokens: Int, extraTokens: Int? = nil) throws {
    let isPossible = 0...TokenGrid.maximumExtraTokens ~= extraTokens ?? 0 && tokens > 0
    let rest = isPossible ? tokens - (extraTokens ?? 0) : 0
    let side = rest > 0 ? Int(Double(rest).squareRoot()) : 0
    let extra = extraTokens ?? rest - side * side
    guard side > 0, extra >= 0, side * side + extra == tokens, extra <= TokenGrid.maximumExtraTokens else {
      let square = "the largest square is \(side) × \(side)"
      throw StrategyError(
        "\(tokens) tokens\(extraTokens.map { ", \($0) of them extra," } ?? "") are no square grid (\(square)); "
          + "expected a square, behind at most \(TokenGrid.maximumExtraTokens) extra tokens")
    }
    self.init(Pair(side, side), extraTokens: extra)
  }

  private init(_ size: Pair, extraTokens: Int) { (self.size, self.extraTokens) = (size, extraTokens) }

  /// The blocks of the grid for a projection.
  func blocks(for bases: WalshBases) -> WalshBlocks {
    WalshBlocks(grid: size, extraTokens: extraTokens, edge: bases.edge, sequencies: bases.sequencies)
  }
}
