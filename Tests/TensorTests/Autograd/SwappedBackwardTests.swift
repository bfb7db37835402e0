import TestSupport
import Testing

@testable import Tensor

/// Gives gradients that no exact method gives, and keeps one number of the input.
private struct MarkedBackward: ConvolutionBackward, LinearBackward {
  func save(_ input: Tensor, weight: Tensor, options: ConvolutionOptions) -> Tensor { save(input) }

  func save(_ input: Tensor) -> Tensor { input.mean() }

  func gradients(
    cotangent: Tensor, saved: Tensor?, weight: Tensor, inputShape: Shape, options: ConvolutionOptions,
    wantsInput: Bool, wantsWeight: Bool, wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
    gradients(
      cotangent: cotangent, saved: saved, weight: weight, inputShape: inputShape, wantsInput: wantsInput,
      wantsWeight: wantsWeight, wantsBias: wantsBias)
  }

  func gradients(
    cotangent: Tensor, saved: Tensor?, weight: Tensor, inputShape: Shape, wantsInput: Bool, wantsWeight: Bool,
    wantsBias: Bool
  ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
    (
      wantsInput ? Tensor.full(inputShape, 11) : nil,
      wantsWeight ? saved.map { Tensor.ones(weight.shape) * $0 } : nil,
      wantsBias ? Tensor.full([weight.shape[0]], 13) : nil
    )
  }
}

extension TensorSuite {
  /// A method that replaces the backward pass of a layer.
  @Suite struct SwappedBackwardTests {
    private func check(
      _ x: Tensor, _ weight: Tensor, _ layer: (Tensor, Tensor, Tensor) -> Tensor, exact: Tensor
    ) {
      let (input, kernel) = (x.requiringGradient(), Parameter(weight))
      let bias = Parameter(Tensor.zeros([weight.shape[0]]))
      let ledger = Ledger()
      let y = ledger.record { layer(input, kernel.tensor, bias.tensor) }
      #expect(y.floatArray() == exact.floatArray())
      let saved = ledger.entries.filter { $0.value.savedBytes > 0 }.map {
        ($0.key.operation, $0.value.savedBytes)
      }
      #expect(saved.count == 1)
      #expect(saved.first?.1 == 4, "one number is kept instead of the input")
      let found = gradients(of: [(y, Tensor.ones(y.shape))])
      expectClose(found[input], Tensor.full(x.shape, 11))
      expectClose(found[kernel], Tensor.full(weight.shape, x.mean().item()))
      expectClose(found[bias], Tensor.full([weight.shape[0]], 13))
    }

    @Test func convolutions() {
      let (x, weight) = (Samples.normal([2, 4, 4, 3], seed: 1), Samples.normal([5, 3, 3, 3], seed: 2))
      check(
        x, weight, { convolution($0, weight: $1, bias: $2, backward: MarkedBackward()) },
        exact: convolution(x, weight: weight, bias: Tensor.zeros([5])))
    }

    @Test func linearMaps() {
      let (x, weight) = (Samples.normal([6, 3], seed: 1), Samples.normal([5, 3], seed: 2))
      check(
        x, weight, { linear($0, weight: $1, bias: $2, backward: MarkedBackward()) },
        exact: linear(x, weight: weight, bias: Tensor.zeros([5])))
    }
  }
}
