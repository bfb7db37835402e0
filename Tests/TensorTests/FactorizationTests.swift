import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  @Suite struct FactorizationTests {
    @Test(arguments: [1, 2, 3, 17, 64]) func eigenvectorsRebuildTheMatrix(_ n: Int) {
      let half = Samples.normal([n, max(1, n / 2)], seed: 1)
      let matrix = half.matrixProduct(half, transposingRight: true)
      let (values, vectors) = matrix.symmetricEigenvectors()
      #expect(values == values.sorted(by: >))
      let scaled = vectors * Tensor(values.map(Float.init), shape: [1, n])
      expectClose(scaled.matrixProduct(vectors, transposingRight: true), matrix)
      expectClose(vectors.matrixProduct(vectors, transposingLeft: true), identity(n))
    }

    @Test func eigenvaluesOfAKnownMatrix() {
      // The second difference of three points: 2 + √2, 2, 2 − √2.
      let matrix = Tensor([2, -1, 0, -1, 2, -1, 0, -1, 2] as [Float], shape: [3, 3])
      let values = matrix.symmetricEigenvectors().values.map(Float.init)
      expectClose(values, [2 + Float(2).squareRoot(), 2, 2 - Float(2).squareRoot()], rtol: 1e-6)
      #expect(Tensor.zeros([4, 4]).symmetricEigenvectors().values == [0, 0, 0, 0])
    }

    @Test func aMatrixThatIsNotFiniteIsSaidToBe() {
      let (values, vectors) = Tensor([1, .nan, .nan, 1] as [Float], shape: [2, 2]).symmetricEigenvectors()
      #expect(values.allSatisfy { $0.isNaN })
      expectClose(vectors, identity(2), rtol: 0)
    }

    @Test func orthonormalColumnsSpanTheirs() {
      let matrix = Samples.normal([9, 4], seed: 2)
      // The third column depends on the first two.
      let first = matrix.sliced(axis: 1, 0..<2)
      let dependent = Tensor.concatenated(
        [first, first.sum(axes: [1], keepsAxes: true), matrix.sliced(axis: 1, 3..<4)], axis: 1)
      for given in [matrix, dependent, Tensor.zeros([9, 4])] {
        let basis = given.orthonormalColumns()
        expectClose(basis.matrixProduct(basis, transposingLeft: true), identity(4))
        let projected = basis.matrixProduct(basis.matrixProduct(given, transposingLeft: true))
        expectClose(projected, given, atol: 1e-6)
      }
    }

    private func identity(_ n: Int) -> Tensor {
      Tensor((0..<n * n).map { Float($0 % (n + 1) == 0 ? 1 : 0) }, shape: [n, n])
    }
  }

  @Suite struct SelectionTests {
    @Test func selectingAndPlacing() {
      let x = Tensor((0..<24).map { Float($0) }, shape: [2, 4, 3])
      expectClose(
        x.selecting([2, 0], axis: 2).sliced(axis: 0, 0..<1),
        Tensor([2, 0, 5, 3, 8, 6, 11, 9] as [Float], shape: [1, 4, 2]), rtol: 0)
      let middle = x.selecting([1, 3], axis: 1)
      expectClose(
        middle.sliced(axis: 0, 1..<2), Tensor([15, 16, 17, 21, 22, 23] as [Float], shape: [1, 2, 3]), rtol: 0)
      let placed = middle.placed(at: [1, 3], axis: 1, extent: 4)
      expectClose(placed, x * Tensor([0, 1, 0, 1] as [Float], shape: [1, 4, 1]), rtol: 0)
      let narrow = x.cast(to: .bfloat16)
      #expect(narrow.selecting([1], axis: -1).floatArray() == x.selecting([1], axis: -1).floatArray())
    }
  }
}
