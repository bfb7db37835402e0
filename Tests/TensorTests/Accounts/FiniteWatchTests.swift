import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  @Suite struct FiniteWatchTests {
    @Test func nothingBadNothingFound() {
      let watch = FiniteWatch()
      _ = watch.observe { Samples.normal([4, 4], seed: 1).exp().sum() }
      #expect(watch.finding == nil)
    }

    @Test func theFirstOperationIsNamed() {
      let watch = FiniteWatch()
      let x = Tensor([1, -1, 2] as [Float])
      watch.observe {
        let y = Scope.$path.withValue("encoder.1") { x.exp().log().log() }
        _ = Scope.$path.withValue("decoder") { y * 2 }
      }
      #expect(watch.finding == FiniteWatch.Finding(module: "encoder.1", operation: "log"))
    }

    @Test(arguments: [false, true]) func infinitiesCountToo(recorded: Bool) {
      let watch = FiniteWatch()
      let x = Tensor([1, 200] as [Float])
      watch.observe { _ = (recorded ? x.requiringGradient() : x).exp() }
      #expect(watch.finding?.operation == "exp")
    }

    @Test func theBackwardPassIsWatched() {
      let x = Tensor([0, 1] as [Float]).requiringGradient()
      let loss = Scope.$path.withValue("head") { x.squareRoot() }.sum()
      let watch = FiniteWatch()
      watch.observe { _ = gradients(of: loss) }
      #expect(watch.finding?.module == "head")
      #expect(watch.finding?.operation == "divide")
    }

    @Test func layersAreNamed() {
      let watch = FiniteWatch()
      let image = Tensor.full([1, 4, 4, 2], .greatestFiniteMagnitude)
      watch.observe { _ = convolution(image, weight: Tensor.ones([2, 2, 3, 3])) }
      #expect(watch.finding?.operation == "convolution")
    }
  }
}
