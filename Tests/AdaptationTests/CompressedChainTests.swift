import NeuralNet
import Tensor
import TestSupport
import Testing

@testable import Adaptation

extension AdaptationSuite {
  /// Filtered convolutions behind frozen norms pass cotangents on without ever writing their pixels.
  @Suite struct CompressedChainTests {
    private final class Chain: Layer {
      let first: Convolution
      let firstNorm: BatchNorm
      let second: Convolution
      let secondNorm: BatchNorm

      init(using generator: inout Generator) {
        first = Convolution(3, 8, kernel: 3, padding: 1, bias: false, using: &generator)
        firstNorm = BatchNorm(8, activation: .relu)
        second = Convolution(8, 5, kernel: 3, padding: 1, bias: false, using: &generator)
        secondNorm = BatchNorm(5, activation: .relu6)
        super.init()
        for norm in [firstNorm, secondNorm] {
          norm.bias.value.assign(.normal(norm.bias.value.shape, using: &generator))
          norm.weight.requiresGradient = false
        }
        setTraining(false)
      }

      override func forward(_ x: Tensor) -> Tensor {
        secondNorm(second(firstNorm(first(x)))).adaptiveAveragePooled()
      }
    }

    @Test(arguments: [2, 4, 7]) func equalsExpandingAndPooling(_ patch: Int) {
      var generator = Generator(seed: 3)
      let chain = Chain(using: &generator)
      let filter = GradientFilter(patch: patch)
      (chain.first.backward, chain.second.backward) = (filter, filter)
      let x = Tensor.normal([2, 7, 7, 3], using: &generator)
      let cotangent = Tensor.normal([2, 1, 1, 5], using: &generator)
      let ledger = Ledger()
      let found = ledger.record { gradients(of: [(chain(x), cotangent)]) }
      #expect(ledger.entries.keys.allSatisfy { $0.operation != "patch expansion" })

      let options = ConvolutionOptions(padding: 1)
      let (a, b) = withoutGradients { (chain.first(x), chain.firstNorm(chain.first(x))) }
      let c = withoutGradients { chain.second(b) }
      func pulled(_ norm: BatchNorm, _ input: Tensor, _ cotangent: Tensor) -> Tensor {
        let leaf = input.requiringGradient()
        return gradients(of: [(norm(leaf), cotangent)])[leaf]!.copied()
      }
      let pixels = cotangent.scaled(by: 1 / 49).broadcast(to: c.shape)
      let atSecond = pulled(chain.secondNorm, c, pixels)
      let second = filter.gradients(
        cotangent: atSecond, saved: filter.save(b, weight: chain.second.weight.value, options: options),
        weight: chain.second.weight.value, inputShape: b.shape, options: options, wantsInput: true, wantsWeight: true,
        wantsBias: false)
      let atFirst = pulled(chain.firstNorm, a, second.input!.copied())
      let first = filter.gradients(
        cotangent: atFirst, saved: filter.save(x, weight: chain.first.weight.value, options: options),
        weight: chain.first.weight.value, inputShape: x.shape, options: options, wantsInput: false, wantsWeight: true,
        wantsBias: false)
      expectClose(found[chain.second.weight], second.weight!)
      expectClose(found[chain.first.weight], first.weight!)
    }

    @Test func lastConvolutionBeforeTheMeanPointsAlongTheExactGradient() {
      var generator = Generator(seed: 4)
      let chain = Chain(using: &generator)
      let x = Tensor.normal([4, 8, 8, 3], using: &generator)
      let cotangent = Tensor.normal([4, 1, 1, 5], using: &generator)
      let exact = gradients(of: [(chain(x), cotangent)])[chain.second.weight]!
      chain.second.backward = GradientFilter(patch: 2)
      let filtered = gradients(of: [(chain(x), cotangent)])[chain.second.weight]!
      let means = exact.mean(axes: [2, 3], keepsAxes: true).broadcast(to: exact.shape)
      #expect(cosine(filtered, means) > 0.9, "the mean over the taps is what filtering keeps")
      #expect(cosine(filtered, exact) > 0)
    }

    private func cosine(_ a: Tensor, _ b: Tensor) -> Float {
      (a * b).sum().item() / ((a * a).sum().item() * (b * b).sum().item()).squareRoot()
    }
  }
}
