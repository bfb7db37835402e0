import CKernels

/// How the tokens of a grid are cut in square blocks, and the Walsh functions that each block is projected on.
///
/// The basis with the sequencies (i, j) is the ±1 function of a block that changes its sign i times from top to
/// bottom and j times from left to right. A grid whose sides are no multiples of the block's is padded on all
/// sides; the odd row and column stand above and to the left.
public struct WalshBlocks: Sendable, Hashable {
  /// What stands beyond the border of a grid.
  public enum Border: Sendable, Hashable {
    /// The grid, mirrored without repeating its edge.
    case reflection
    /// Zeros.
    case zeros
  }

  /// The edges that a block can have.
  public static let edges = [4, 8, 16]

  /// Rows and columns of the grid.
  public let grid: Pair
  /// Tokens before those of the grid, which stay as they are.
  public let extraTokens: Int
  /// Rows and columns of a block.
  public let edge: Int
  /// Sign changes of each basis along the rows (`height`) and columns (`width`) of a block.
  public let sequencies: [Pair]

  /// Blocks of a grid.
  /// - Parameters:
  ///   - grid: rows and columns of tokens.
  ///   - extraTokens: tokens before those of the grid.
  ///   - edge: 4, 8 or 16.
  ///   - sequencies: of the bases, each 0 ..< `edge`; at least one, at most edge².
  public init(grid: Pair, extraTokens: Int = 0, edge: Int = 8, sequencies: [Pair]) {
    Scope.require(
      grid.height > 0 && grid.width > 0 && extraTokens >= 0, "Walsh projection",
      "a grid of at least one token is expected, found \(grid) with \(extraTokens) extra tokens")
    Scope.require(
      WalshBlocks.edges.contains(edge), "Walsh projection", "blocks of edge 4, 8 or 16 are expected, found \(edge)")
    let range = 0..<edge
    Scope.require(
      1...edge * edge ~= sequencies.count
        && sequencies.allSatisfy { range.contains($0.height) && range.contains($0.width) }, "Walsh projection",
      "1 to \(edge * edge) sequencies below \(edge) are expected, found \(sequencies)")
    (self.grid, self.extraTokens, self.edge, self.sequencies) = (grid, extraTokens, edge, sequencies)
  }

  /// The number of blocks in each direction.
  public var blocks: Pair { Pair((grid.height + edge - 1) / edge, (grid.width + edge - 1) / edge) }

  /// The number of blocks of a grid.
  public var blockCount: Int { blocks.height * blocks.width }

  /// The tokens of an example.
  public var tokens: Int { extraTokens + grid.height * grid.width }

  /// The rows of coefficients of an example: its extra tokens, then those of its blocks.
  public var rows: Int { extraTokens + blockCount * sequencies.count }

  /// Additions for one channel of one block: the sums over its cells, and the butterflies between these.
  var additions: Double {
    let highest = sequencies.reduce(0) { max($0, $1.height, $1.width) }
    var (cells, levels) = (1, 0)
    while cells <= highest { (cells, levels) = (cells * 2, levels + 1) }
    return Double(edge * edge - cells * cells + 2 * levels * cells * cells)
  }

  /// Runs a body on the geometry in the form of the kernels.
  func kernel(batch: Int, channels: Int, _ body: (UnsafePointer<ck_walsh_shape>) -> Void) {
    sequencies.map { UInt8($0.height) }.withUnsafeBufferPointer { rows in
      sequencies.map { UInt8($0.width) }.withUnsafeBufferPointer { columns in
        var shape = ck_walsh_shape(
          batch: Int64(batch), extra: Int64(extraTokens), height: Int64(grid.height), width: Int64(grid.width),
          channels: Int64(channels), block: Int64(edge), blockRows: Int64(blocks.height),
          blockColumns: Int64(blocks.width), bases: Int64(rows.count), rowSequencies: rows.baseAddress,
          columnSequencies: columns.baseAddress)
        body(&shape)
      }
    }
  }
}
