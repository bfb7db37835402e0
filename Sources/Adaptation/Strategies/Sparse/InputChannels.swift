import NeuralNet
import Tensor

/// The parts of a weight that a sparse update chooses from: those of each input channel, or of each group.
struct InputChannels {
  private let weight: Tensor
  private let groups: Int

  init(of layer: AdaptableLayer) { (weight, groups) = (layer.weight.value, layer.options.groups) }

  /// How many there are to choose from.
  var count: Int { groups > 1 ? groups : weight.shape[1] }

  /// How many a fraction of them is; at least one.
  func count(of fraction: Double) -> Int {
    fraction >= 0 ? max(1, Int((min(fraction, 1) * Double(count)).rounded())) : 1
  }

  /// The positions of those with the largest norms, rising; of equal ones the first.
  func largest(_ chosen: Int) -> [Int] {
    let parts = weight.reshaped(groups > 1 ? [1, groups, weight.count / groups] : [weight.shape[0], count, area])
    let squares = parts.squared().sum(axes: [0, 2]).floatArray()
    let order = squares.indices.sorted { squares[$0] == squares[$1] ? $0 < $1 : squares[$0] > squares[$1] }
    return order.prefix(chosen).sorted()
  }

  /// Where the weights of some positions lie, neighbours joined.
  func ranges(of positions: [Int]) -> [Range<Int>] {
    let block = groups > 1 ? weight.count / groups : area
    let rows = groups > 1 ? 1 : weight.shape[0]
    var ranges: [Range<Int>] = []
    for row in 0..<rows {
      for position in positions {
        let start = (row * count + position) * block
        if ranges.last?.upperBound == start {
          ranges[ranges.count - 1] = ranges[ranges.count - 1].lowerBound..<start + block
        } else {
          ranges.append(start..<start + block)
        }
      }
    }
    return ranges
  }

  /// The number of taps of a filter.
  private var area: Int { weight.shape.count(2..<weight.shape.rank) }
}
