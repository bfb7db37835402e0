import Tensor

/// How many directions of each axis of an activation are kept.
public struct ActivationRanks: Sendable, Hashable {
  /// Of the examples of a batch.
  public var batch: Int
  /// Of the rows of an image.
  public var height: Int
  /// Of the columns of an image.
  public var width: Int
  /// Of the channels.
  public var channels: Int

  /// Ranks of the axes; an axis with fewer entries keeps them all.
  public init(batch: Int, height: Int, width: Int, channels: Int) {
    (self.batch, self.height, self.width, self.channels) = (batch, height, width, channels)
  }

  /// One rank for all axes.
  public init(_ rank: Int) { self.init(batch: rank, height: rank, width: rank, channels: rank) }

  var array: [Int] { [batch, height, width, channels] }

  /// The ranks for a shape of two to four axes; tokens count as the pixels of an image.
  func ranks(of shape: Shape) -> [Int] {
    let (pixels, overflow) = height.multipliedReportingOverflow(by: width)
    let wanted =
      switch shape.rank {
      case 2: [batch, channels]
      case 3: [batch, overflow ? .max : pixels, channels]
      default: array
      }
    // An unfolding has no more directions than either of its sides is long.
    return zip(shape.array, wanted).map { min($0, $1, max(1, shape.count / max(1, $0))) }
  }
}
