import Tensor

extension Generator {
  /// A generator for one use of a seed: other keys give independent numbers.
  init(seed: UInt64, key: UInt64...) {
    var mixed = Generator(seed: seed).nextValue
    for part in key { mixed = Generator(seed: mixed ^ part).nextValue }
    self.init(seed: mixed)
  }

  private var nextValue: UInt64 {
    var copy = self
    return copy.next()
  }

  /// A number in [0, 1).
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number between the bounds of a range.
  mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * unit()
  }

  /// An index in 0..<count.
  mutating func index(below count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

  /// True with the given probability.
  mutating func chance(_ probability: Double) -> Bool { unit() < probability }

  /// The indices 0..<count in random order (Fisher–Yates).
  mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, index(below: last + 1)) }
    return order
  }
}
