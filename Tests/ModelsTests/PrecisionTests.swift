import NeuralNet
import TestSupport
import Tensor
import Testing

/// Networks with bfloat16 activations stay near those with float32 ones.
@Suite struct PrecisionTests {
  /// A bfloat16 rounding is at most 2⁻⁹ of a value. Those of the layers are independent and damped by the shortcuts, so
  /// the logits are allowed eight of them, 1.6 % of the largest logit, instead of one a layer.
  @Test(arguments: ModelReference.precisionNames) func logits(_ name: String) throws {
    let reference = try ModelReference.read(name)
    let network = try ModelRun.network(reference)
    network.setTraining(false)
    let images = Formula.images(step: 0, reference)
    let (wide, narrow) = withoutGradients { (network(images), network(images.cast(to: .bfloat16))) }
    #expect(narrow.dtype == .bfloat16)
    expectClose(narrow.cast(to: .float32), wide, rtol: 8.0 / 512, name)
  }
}
