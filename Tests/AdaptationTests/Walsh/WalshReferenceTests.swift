import Foundation
import Tensor
import TestSupport
import Testing

@testable import Adaptation

extension AdaptationSuite {
  /// Gradients against those of other implementations.
  @Suite struct WalshReferenceTests {
    static let golden = SharedData.golden("lbp_wht_linear.safetensors")

    private func compare(_ references: WalshReferences, rtol: Double) throws {
      for (index, reference) in references.cases.enumerated() {
        let weight = try references.tensor(index, "weight")
        let (x, cotangent) = (try references.tensor(index, "x"), try references.tensor(index, "grad_y"))
        let backward = try reference.backward()
        let found = backward.gradients(
          cotangent: cotangent, saved: backward.save(x), weight: weight, inputShape: x.shape, wantsInput: true,
          wantsWeight: true, wantsBias: true)
        for (name, gradient) in [("x", found.input), ("weight", found.weight), ("bias", found.bias)] {
          expectClose(
            gradient, try references.tensor(index, "grad_\(name)"), rtol: rtol, "case \(index), gradient of \(name)")
        }
      }
    }

    @Test func ownNumbers() throws {
      let folder = try #require(Bundle.module.resourceURL)
      let references = try WalshReferences(folder.appendingPathComponent("References/walsh.safetensors").path)
      #expect(references.cases.count == 7)
      // The references are float64; sums of at most 512 products in float32 stay within this.
      try compare(references, rtol: 2e-6)
    }

    @Test("the published implementation", .enabled(if: golden != nil, "needs ../shared/golden"))
    func publishedImplementation() throws {
      let references = try WalshReferences(try #require(WalshReferenceTests.golden))
      #expect(references.cases.count == 6)
      try compare(references, rtol: 1e-5)
      for index in references.cases.indices {
        let y = linear(
          try references.tensor(index, "x"), weight: try references.tensor(index, "weight"),
          bias: try references.tensor(index, "bias"), backward: try references.cases[index].backward())
        expectClose(y, try references.tensor(index, "y"), rtol: 1e-5, "case \(index), output")
      }
    }
  }
}
