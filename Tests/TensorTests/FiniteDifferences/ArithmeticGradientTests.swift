import Tensor
import TestSupport
import Testing

extension TensorSuite {
  /// Arithmetic, reductions and movements against central differences.
  @Suite struct ArithmeticGradientTests {
    static let shapes: [[[Int]]] = [
      [[3, 4], [3, 4]], [[2, 3, 4], [4]], [[4], [2, 3, 4]], [[3, 1], [1, 4]], [[2, 3, 4, 5], [2, 1, 1, 5]],
      [[3, 4], []],
    ]

    @Test(arguments: shapes) func binaryOperations(_ shapes: [[Int]]) {
      let a = Samples.normal(Shape(shapes[0]), seed: 1)
      let b = Samples.normal(Shape(shapes[1]), seed: 2)
      let positive = (
        Samples.uniform(Shape(shapes[0]), seed: 1, in: 0.5..<2),
        Samples.uniform(Shape(shapes[1]), seed: 2, in: 0.5..<2)
      )
      expectGradients(of: { $0[0] + $0[1] }, at: [a, b], "+")
      expectGradients(of: { $0[0] - $0[1] }, at: [a, b], "−")
      expectGradients(of: { $0[0] * $0[1] }, at: [a, b], "×")
      expectGradients(of: { $0[0] / $0[1] }, at: [a, positive.1], "÷")
      expectGradients(of: { $0[0].power($0[1]) }, at: [positive.0, b], "power")
    }

    @Test func extremaOfTwo() {
      let a = Samples.normal([4, 6], seed: 1)
      let b = a + Samples.normal([4, 6], seed: 2, avoiding: [0], margin: 0.1)
      expectGradients(of: { $0[0].maximum($0[1]) }, at: [a, b], "maximum")
      expectGradients(of: { $0[0].minimum($0[1]) }, at: [a, b], "minimum")
      let distinct = Samples.distinct([3, 4], seed: 3)
      expectGradients(
        of: { $0[0].maximum($0[1]) }, at: [distinct, Tensor([0.05] as [Float])], "maximum, broadcast")
    }

    @Test func functions() {
      let x = Samples.normal([3, 5], seed: 1, avoiding: [0, -0.5, 1.25])
      let positive = Samples.uniform([3, 5], seed: 2, in: 0.5..<3)
      expectGradients(of: { $0[0].exp() }, at: [x], "exp")
      expectGradients(of: { $0[0].log() }, at: [positive], "log")
      expectGradients(of: { $0[0].squareRoot() }, at: [positive], "square root")
      expectGradients(of: { $0[0].reciprocalSquareRoot() }, at: [positive], "reciprocal square root")
      expectGradients(of: { $0[0].squared() }, at: [x], "square")
      expectGradients(of: { $0[0].absolute() }, at: [x], "absolute")
      expectGradients(of: { $0[0].clamped(-0.5, 1.25) }, at: [x], "clamp")
      expectGradients(of: { $0[0].scaled(by: -1.5, plus: 2) }, at: [x], "scale")
    }

    @Test func numbersAsOperands() {
      let x = Samples.normal([3, 5], seed: 1)
      expectGradients(of: { 2 - $0[0] * 3 + 1 }, at: [x])
      expectGradients(of: { -(1 + 0.5 * $0[0] - 4) / 3 }, at: [x])
    }

    @Test(arguments: [[0], [1], [2], [0, 2], [-1], [0, 1, 2]]) func reductions(_ axes: [Int]) {
      let x = Samples.normal([3, 4, 5], seed: 1, mean: 0.5)
      for keepsAxes in [false, true] {
        expectGradients(of: { $0[0].sum(axes: axes, keepsAxes: keepsAxes) }, at: [x], "sum")
        expectGradients(of: { $0[0].mean(axes: axes, keepsAxes: keepsAxes) }, at: [x], "mean")
        expectGradients(of: { $0[0].variance(axes: axes, keepsAxes: keepsAxes) }, at: [x], "variance")
      }
    }

    @Test(arguments: [0, 1, 2]) func extrema(axis: Int) {
      let x = Samples.distinct([3, 4, 5], seed: 1)
      expectGradients(of: { $0[0].maximum(axis: axis).values }, at: [x], "maximum")
      expectGradients(of: { $0[0].minimum(axis: axis, keepsAxis: true).values }, at: [x], "minimum")
    }

    @Test func movements() {
      let x = Samples.normal([2, 3, 4], seed: 1)
      expectGradients(of: { $0[0].reshaped([6, 4]).squared() }, at: [x], "reshaped")
      expectGradients(of: { $0[0].flattened().squared() }, at: [x], "flattened")
      expectGradients(of: { $0[0].transposed([2, 0, 1]) }, at: [x], "transposed")
      expectGradients(of: { $0[0].sliced(axis: 1, 1..<3) }, at: [x], "sliced")
      expectGradients(of: { $0[0].padded([(1, 0), (0, 2), (1, 1)], with: 3) }, at: [x], "padded")
      expectGradients(of: { $0[0].rolled(axis: 1, by: 4) }, at: [x], "rolled")
      expectGradients(
        of: { $0[0].sum(axes: [1], keepsAxes: true).broadcast(to: [2, 3, 4]) }, at: [x], "broadcast")
      expectGradients(
        of: { Tensor.concatenated([$0[0], $0[1], $0[0]], axis: 1) },
        at: [x, Samples.normal([2, 2, 4], seed: 2)],
        "concatenated")
      expectGradients(
        of: { inputs in
          let pieces = inputs[0].split(axis: 2, extents: [1, 3])
          return pieces[0] * pieces[1]
        }, at: [x], "split")
    }

    @Test func rows() {
      let x = Samples.normal([4, 3], seed: 1)
      let places = Tensor([2, 0, 2, 3, 2] as [Int64])
      expectGradients(of: { $0[0].gathered(rows: places) }, at: [x], "gathered")
      expectGradients(
        of: { Tensor.scatterAdded($0[0], rows: places, count: 6) }, at: [Samples.normal([5, 3], seed: 2)],
        "scatter-added")
    }

    @Test func dropout() {
      let x = Samples.normal([4, 3, 5], seed: 1)
      expectGradients(
        of: { inputs in
          var generator = Generator(seed: 7)
          return inputs[0].droppedOut(probability: 0.4, using: &generator)
        }, at: [x], "elements")
      expectGradients(
        of: { inputs in
          var generator = Generator(seed: 7)
          return inputs[0].droppedPaths(probability: 0.4, using: &generator)
        }, at: [x], "paths")
    }
  }
}
