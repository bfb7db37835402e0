/// Which pixels of an image are a pixel's neighbours in a graph network, each a roll of the whole image, and which way the
/// difference between the two is taken.
///
/// A roll by `shift` along an axis makes x[…, (p − shift) mod extent, …] the neighbour at place p.
public struct RelativeNeighbours: Sendable, Hashable {
  /// Which way differences are taken.
  public enum Difference: String, Sendable, Hashable, CaseIterable {
    /// x − neighbour
    case selfMinusNeighbour
    /// neighbour − x
    case neighbourMinusSelf
  }

  /// One neighbour of every pixel.
  public struct Roll: Sendable, Hashable {
    /// The axis of [N, H, W, C]: 1 for rows, 2 for columns.
    public let axis: Int
    /// How far the image is moved towards higher places; what leaves it comes in at the other end.
    public let shift: Int

    /// A roll of an image.
    public init(axis: Int, shift: Int) { (self.axis, self.shift) = (axis, shift) }
  }

  /// The neighbours, at most 255.
  public let rolls: [Roll]
  /// Which way differences are taken.
  public let difference: Difference

  /// Neighbours by their rolls.
  public init(rolls: [Roll], difference: Difference) { (self.rolls, self.difference) = (rolls, difference) }

  /// All pixels of the own column and row at the distances K, 2 K, … in one direction around the image, rows first.
  public static func sparse(
    every spacing: Int, height: Int, width: Int, difference: Difference
  ) -> RelativeNeighbours {
    precondition(spacing > 0, "a spacing above zero is expected, found \(spacing)")
    let rolls = [(1, height), (2, width)].flatMap { axis, extent in
      stride(from: spacing, to: extent, by: spacing).map { Roll(axis: axis, shift: $0) }
    }
    return RelativeNeighbours(rolls: rolls, difference: difference)
  }

  /// The four pixels at one distance above, below, left and right; none along an axis that is not longer than it.
  public static func cross(
    at distance: Int, height: Int, width: Int, difference: Difference
  ) -> RelativeNeighbours {
    let rolls = [(1, height), (2, width)].flatMap { axis, extent in
      distance < extent ? [Roll(axis: axis, shift: distance), Roll(axis: axis, shift: -distance)] : []
    }
    return RelativeNeighbours(rolls: rolls, difference: difference)
  }
}
