import Testing

@testable import Adaptation

extension AdaptationSuite {
  @Suite struct PlanWorthTests {
    @Test(arguments: [(1, 1, 1), (0.8, 0.64, 0.6), (0.5, 0.25, 0), (0.2, 0.04, 0), (0, 0, 0), (-0.9, 0, 0)])
    func approximateStepsAreWorthLess(cosine: Double, plain: Double, adaptive: Double) {
      #expect(abs(GradientAgreement.worth(ofCosine: cosine, false) - plain) < 1e-12)
      #expect(abs(GradientAgreement.worth(ofCosine: cosine, true) - adaptive) < 1e-12)
    }
  }
}
