import NeuralNet
import Tensor
import TestSupport
import Testing

@testable import Inference

/// Sums that could be written over their residuals, whose memory something else reads later.
struct SharedMemoryTests {
  /// Two convolutions, a norm that is not the identity, and what is made of them.
  private final class Network: Layer {
    let first: Convolution
    let second: Convolution
    let norm: BatchNorm
    private let body: (Network, Tensor) -> Tensor

    init(kernel: Int = 1, _ body: @escaping (Network, Tensor) -> Tensor) {
      var generator = Generator(seed: 5)
      let padding = PaddingRule.fixed(Padding(integerLiteral: kernel / 2))
      func convolution() -> Convolution {
        Convolution(16, 16, kernel: Pair(kernel, kernel), padding: padding, using: &generator)
      }
      (first, second, norm) = (convolution(), convolution(), BatchNorm(16))
      for tensor in [norm.weight.value, norm.bias.value, norm.runningMean.value] {
        tensor.assign(.normal([16], using: &generator))
      }
      self.body = body
    }

    override func forward(_ x: Tensor) -> Tensor { body(self, x) }
  }

  /// The second run sees what the first one left behind.
  private func expectEqual(_ network: Network, _ shape: Shape = [2, 8, 8, 16]) {
    network.setTraining(false)
    let inference = InferenceNetwork(network)
    for seed in 1...2 {
      let x = Samples.normal(shape, seed: UInt64(seed))
      expectClose(inference(x), withoutGradients { network(x) }, rtol: 1e-4, "run \(seed)")
    }
  }

  @Test(arguments: [1, 3]) func aNormOfTheResidualIsComputedBefore(_ kernel: Int) {
    expectEqual(
      Network(kernel: kernel) { network, x in
        let t = network.first(x)
        let normed = network.norm(t)
        return (network.second(x) + t) * normed
      })
  }

  @Test func aReductionOfNothingSharesTheResidual() {
    expectEqual(
      Network { network, x in
        let t = network.first(x)
        let means = t.mean(axes: [1, 2])
        let sum = network.second(x) + t
        return sum.reshaped([x.shape[0], 16]) * means
      }, [2, 1, 1, 16])
  }

  @Test func aReshapeSharesTheResidual() {
    expectEqual(
      Network { network, x in
        let t = network.first(x)
        let rows = t.reshaped([t.shape.count / 16, 16])
        let sum = network.second(x) + t
        return sum.reshaped(rows.shape) * rows
      })
  }

  @Test func aConstantResidualStays() {
    let constant = Samples.normal([2, 8, 8, 16], seed: 9)
    expectEqual(Network { network, x in network.norm(network.first(x), adding: constant) })
  }

  @Test func aNormCanAddItsOwnInput() {
    expectEqual(
      Network { network, x in
        let t = network.first(x)
        return network.norm(t, adding: t)
      })
  }
}
