import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// The tools of the other tests find what they are meant to find.
  @Suite struct TestSupportTests {
    @Test func closeNumbersAreClose() {
      #expect(Comparison([1, 2, 3], [1, 2, 3], rtol: 0, atol: 0).isClose)
      #expect(Comparison([1.001, 100], [1, 100], rtol: 1e-4, atol: 0).isClose)
      #expect(Comparison([0.001], [0], rtol: 0, atol: 0.002).isClose)
      #expect(Comparison([], [], rtol: 0, atol: 0).isClose)
    }

    @Test func distantNumbersAreNot() {
      let comparison = Comparison([1, 2.5, 3], [1, 2, 4], rtol: 0.1, atol: 0)
      #expect(!comparison.isClose)
      #expect(comparison.index == 2)
      #expect(comparison.maximumDifference == 1)
      #expect(comparison.maximumRelativeDifference == 0.25)
      #expect(comparison.description.contains("at 2: 3.0 where 4.0 is expected"))
    }

    @Test func countsAndShapesMustAgree() {
      #expect(!Comparison([1, 2], [1], rtol: 1, atol: 1).isClose)
      #expect(!Comparison(Tensor.ones([2, 3]), Tensor.ones([3, 2]), rtol: 1, atol: 1).isClose)
    }

    @Test func badNumbersAreNotClose() {
      #expect(!Comparison([.nan], [1], rtol: 1, atol: 1).isClose)
      #expect(!Comparison([1], [.nan], rtol: 1, atol: 1).isClose)
      #expect(!Comparison([.infinity], [1], rtol: 1, atol: 1).isClose)
      #expect(!Comparison([-.infinity], [.infinity], rtol: 1, atol: 1).isClose)
      #expect(Comparison([.nan, .infinity], [.nan, .infinity], rtol: 0, atol: 0).isClose)
    }

    @Test func expectationsFail() {
      withKnownIssue { expectClose([1], [2]) }
      withKnownIssue { expectClose(nil, Tensor(1)) }
      withKnownIssue { expectGradients(of: { $0[0].detached + $0[0] }, at: [Samples.normal([4], seed: 1)]) }
    }

    /// A function with one wrong number in its gradient.
    private func wrong(_ x: Tensor, at index: Int, by factor: Float) -> Tensor {
      x.squared().with(node: nil).recorded("wrong", inputs: [x]) { cotangent, _ in
        var gradient = (cotangent * x.detached * 2).floatArray()
        gradient[index] *= factor
        return [Tensor(gradient, shape: x.shape)]
      }
    }

    @Test func wrongGradientsAreFound() {
      let x = Samples.normal([10, 20], seed: 1, avoiding: [0], margin: 0.5)
      for index in [0, 77, 199] {
        #expect(GradientCheck(of: { wrong($0[0], at: index, by: 1) }, at: [x]).failures.isEmpty)
        #expect(!GradientCheck(of: { wrong($0[0], at: index, by: 1.2) }, at: [x]).failures.isEmpty)
        #expect(!GradientCheck(of: { wrong($0[0], at: index, by: 0) }, at: [x]).failures.isEmpty)
      }
    }

    @Test func missingGradientsAreFound() {
      let inputs = [Samples.normal([4], seed: 1), Samples.normal([4], seed: 2)]
      let check = GradientCheck(of: { $0[0] * $0[1].detached }, at: inputs)
      #expect(check.failures == ["input 1 has no gradient"])
    }

    @Test func gradientsThatAreNotNumbersAreFound() {
      let x = Tensor.zeros([3])
      #expect(!GradientCheck(of: { $0[0].squareRoot() }, at: [x]).failures.isEmpty)
    }

    @Test func samplesKeepTheirDistance() {
      let values = Samples.normal([1000], seed: 1, avoiding: [0, 1], margin: 0.1).floatArray()
      #expect(values.allSatisfy { $0.magnitude >= 0.099 && ($0 - 1).magnitude >= 0.099 })
      #expect(Set(Samples.distinct([5, 5], seed: 1).floatArray()).count == 25)
    }

    @Test func sharedDataLiesBesideThePackage() {
      #expect(SharedData.folder.path.hasSuffix("/shared/data"))
      #expect(SharedData.path("no such file") == nil)
    }
  }
}
