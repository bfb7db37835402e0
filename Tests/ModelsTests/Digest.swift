import Tensor

/// Eight numbers that stand for a tensor: its norm, its product with a probe, and six elements.
struct Digest {
  /// What is compared of a digest: `differences(from:normFloor:)` gives a number for each.
  static let kinds = ["norm", "product", "elements"]

  let values: [Double]
  let count: Int

  /// The digest of a tensor, or of its difference from another one.
  init(_ name: String, _ tensor: Tensor, minus other: Tensor? = nil) {
    let seed = Formula.seed("probe:" + name)
    let (count, other) = (tensor.count, other ?? Tensor.zeros(tensor.shape))
    values = tensor.withBytes { bytes in
      other.withBytes { otherBytes in
        let x = bytes.bindMemory(to: Float.self)
        let y = otherBytes.bindMemory(to: Float.self)
        var (squares, product, index) = (0.0, 0.0, 0)
        while index < count {
          let element = Double(x[index]) - Double(y[index])
          squares += element * element
          product += element * Formula.signed(seed, index)
          index &+= 1
        }
        let places = (0..<6).map { $0 * (count - 1) / 5 }
        return [squares.squareRoot(), product] + places.map { Double(x[$0]) - Double(y[$0]) }
      }
    }
    self.count = count
  }

  /// How far norm, product and elements are from the truth, each relative to the size expected of it.
  func differences(from truth: [Double], normFloor: Double) -> [Double] {
    let scale = max(truth[0], normFloor)
    let apart = zip(values, truth).map { ($0 - $1).magnitude / scale }
    return [apart[0], apart[1], (apart[2...].max() ?? 0) * Double(count).squareRoot()]
  }
}
