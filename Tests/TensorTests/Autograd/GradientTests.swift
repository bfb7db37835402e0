import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// What a backward pass gives: cotangents, outputs, targets.
  @Suite struct GradientTests {
    private let x = Samples.normal([3, 4], seed: 1)
    private let weight = Samples.normal([5, 4], seed: 2)

    @Test func aScalarNeedsNoCotangent() {
      let leaf = x.requiringGradient()
      expectClose(gradients(of: leaf.squared().sum())[leaf], x.scaled(by: 2))
    }

    @Test func anyCotangent() {
      let leaf = x.requiringGradient()
      let cotangent = Samples.normal([3, 5], seed: 3)
      let found = gradients(of: [(linear(leaf, weight: weight), cotangent)])
      expectClose(found[leaf], cotangent.matrixProduct(weight))
    }

    @Test func severalOutputsAddUp() {
      let leaf = x.requiringGradient()
      let (first, second) = (Samples.normal([3, 4], seed: 4), Samples.normal([3, 4], seed: 5))
      let found = gradients(of: [(leaf * 3, first), (leaf.squared(), second), (leaf.sum(), nil)])
      expectClose(found[leaf], first * 3 + second * x * 2 + 1)
    }

    @Test func oneOutputTwice() {
      let leaf = x.requiringGradient()
      let y = leaf * 2
      let cotangent = Samples.normal([3, 4], seed: 4)
      expectClose(gradients(of: [(y, cotangent), (y, cotangent)])[leaf], cotangent * 4)
    }

    @Test func parametersAndInputs() {
      let (leaf, parameter) = (x.requiringGradient(), Parameter(weight))
      let y = linear(leaf, weight: parameter.tensor)
      let cotangent = Samples.normal([3, 5], seed: 3)
      let found = gradients(of: [(y, cotangent)])
      expectClose(found[leaf], cotangent.matrixProduct(weight))
      expectClose(found[parameter], cotangent.matrixProduct(x, transposingLeft: true))
    }

    @Test func anIntermediateTensorAsTarget() {
      let leaf = x.requiringGradient()
      let middle = leaf.exp()
      let found = gradients(of: middle.squared().sum(), withRespectTo: [.tensor(middle), .tensor(leaf)])
      expectClose(found[middle], x.exp() * 2)
      expectClose(found[leaf], (x * 2).exp() * 2)
    }

    @Test func onlyWhatIsAskedFor() {
      let (first, second) = (Parameter(weight), Parameter(weight))
      let loss = (linear(x, weight: first.tensor) * linear(x, weight: second.tensor)).sum()
      let found = gradients(of: loss, withRespectTo: [.parameter(second)])
      #expect(found[first] == nil)
      #expect(found[second] != nil)
    }

    @Test func aTargetThatDoesNotMatterHasNoGradient() {
      let (leaf, other) = (x.requiringGradient(), Parameter(weight))
      #expect(gradients(of: leaf.sum(), withRespectTo: [.parameter(other)])[other] == nil)
    }

    @Test func diamondsAddUp() {
      let leaf = x.requiringGradient()
      var y = leaf
      for _ in 0..<6 { y = y + y }
      expectClose(gradients(of: y.sum())[leaf], Tensor.full([3, 4], 64))
      let middle = leaf * 2
      let joined = middle * middle + middle.exp() * middle + middle
      let expected = (x * 2).exp() * (x * 2 + 1) * 2 + x * 8 + 2
      expectClose(gradients(of: joined.sum())[leaf], expected, rtol: 1e-6)
    }

    @Test func cotangentsAreNotChanged() {
      let leaf = x.requiringGradient()
      let cotangent = Samples.normal([3, 4], seed: 4)
      let before = cotangent.floatArray()
      _ = gradients(of: [(leaf + leaf, cotangent), (leaf + leaf, cotangent)])
      #expect(cotangent.floatArray() == before)
    }

    @Test func cotangentsTakeTheTypeOfTheOutput() {
      let leaf = x.cast(to: .bfloat16).requiringGradient()
      let found = gradients(of: [(leaf * 2, Tensor.ones([3, 4]))])
      #expect(found[leaf]?.dtype == .bfloat16)
      expectClose(found[leaf], Tensor.full([3, 4], 2))
    }

    @Test func castsBringGradientsBack() {
      let leaf = x.requiringGradient()
      let found = gradients(of: [(leaf.cast(to: .bfloat16), Tensor.full([3, 4], 1.5))])
      #expect(found[leaf]?.dtype == .float32)
      expectClose(found[leaf], Tensor.full([3, 4], 1.5))
    }

    @Test func manyInputsOfOneOperation() {
      let leaves = (0..<70).map { Tensor([Float($0)]).requiringGradient() }
      let found = gradients(of: Tensor.concatenated(leaves, axis: 0).squared().sum())
      for (index, leaf) in leaves.enumerated() { expectClose(found[leaf], Tensor([2 * Float(index)])) }
    }

    @Test func longChainsAreFreedWithoutRecursion() {
      let leaf = Tensor(1).requiringGradient()
      var y = leaf
      for _ in 0..<100_000 { y = y + 1 }
      #expect(gradients(of: y)[leaf]?.item() == 1)
    }
  }
}
