import Tensor
import TestSupport
import Testing

@testable import Adaptation

extension AdaptationSuite {
  /// What must hold of the gradients whatever the numbers.
  @Suite struct WalshBackwardTests {
    typealias Found = (input: Tensor?, weight: Tensor?, bias: Tensor?)

    private func run(
      _ way: any LinearBackward, _ x: Tensor, _ weight: Tensor, _ cotangent: Tensor, wantsInput: Bool = true,
      wantsWeight: Bool = true, wantsBias: Bool = true
    ) -> Found {
      way.gradients(
        cotangent: cotangent, saved: wantsWeight ? way.save(x) : nil, weight: weight, inputShape: x.shape,
        wantsInput: wantsInput, wantsWeight: wantsWeight, wantsBias: wantsBias)
    }

    private func samples(_ shape: Shape, outputs: Int = 20) -> (x: Tensor, weight: Tensor, cotangent: Tensor) {
      var outputShape = shape
      outputShape[-1] = outputs
      return (
        Samples.normal(shape, seed: 1), Samples.normal([outputs, shape[-1]], seed: 2),
        Samples.normal(outputShape, seed: 3)
      )
    }

    private func all(_ edge: Int) throws -> WalshBases { try .lInfinity(edge, edge: edge) }

    @Test(arguments: [4, 8, 16])
    func allBasesAreExactWhereBlocksFillTheGrid(edge: Int) throws {
      let (x, weight, cotangent) = samples([2, 16, 32, 18])
      let exact = run(ExactLinearBackward(), x, weight, cotangent)
      for padding in WalshPadding.allCases {
        let found = run(WalshBackward(try all(edge), padding: padding), x, weight, cotangent)
        expectClose(found.input, try #require(exact.input), rtol: 1e-5)
        expectClose(found.weight, try #require(exact.weight), rtol: 1e-5)
        expectClose(found.bias, try #require(exact.bias), rtol: 1e-5)
      }
    }

    @Test(arguments: [[2, 7, 7, 18], [1, 14, 13, 33], [2, 1, 3, 18], [2, 50, 18], [1, 198, 18]])
    func allBasesAreExactOnEveryGridWithZeros(extents: [Int]) throws {
      let (x, weight, cotangent) = samples(Shape(extents))
      let exact = run(ExactLinearBackward(), x, weight, cotangent)
      let found = run(WalshBackward(try all(8), padding: .zero), x, weight, cotangent)
      expectClose(found.input, try #require(exact.input), rtol: 1e-5)
      expectClose(found.weight, try #require(exact.weight), rtol: 1e-5)
      expectClose(found.bias, try #require(exact.bias), rtol: 1e-5)
    }

    @Test func mirroredInputsCountTwiceInTheWeight() throws {
      let (x, weight, cotangent) = samples([2, 7, 7, 18])
      let exact = run(ExactLinearBackward(), x, weight, cotangent)
      let found = run(WalshBackward(try all(8), padding: .reflect), x, weight, cotangent)
      expectClose(found.input, try #require(exact.input), rtol: 1e-5)
      let difference = Comparison(try #require(found.weight), try #require(exact.weight), rtol: 0, atol: 0)
      #expect(difference.maximumRelativeDifference > 0.05)
    }

    @Test func oneBasisIsTheMeanOfABlock() throws {
      let (x, weight, cotangent) = samples([1, 8, 16, 18])
      let found = run(WalshBackward(try .l1(1)), x, weight, cotangent)
      let pooled = cotangent.averagePooled(PoolingOptions(kernel: 8))
      let means = pooled.resized(to: [8, 16], mode: .nearest)
      let expected = run(ExactLinearBackward(), x, weight, means)
      expectClose(found.input, try #require(expected.input), rtol: 1e-5)
      expectClose(found.weight, try #require(expected.weight), rtol: 1e-5)
    }

    @Test func givesOnlyWhatIsWanted() throws {
      let (x, weight, cotangent) = samples([2, 8, 8, 18])
      let way = WalshBackward(try .l1(3))
      let whole = run(way, x, weight, cotangent)
      let ledger = Ledger()
      let frozen = ledger.record { run(way, x, weight, cotangent, wantsWeight: false, wantsBias: false) }
      #expect(frozen.weight == nil && frozen.bias == nil)
      expectClose(frozen.input, try #require(whole.input), rtol: 0)
      #expect(ledger.entries.filter { $0.key.operation == "matrix product" }.map(\.value.calls) == [1])
      let first = run(way, x, weight, cotangent, wantsInput: false)
      #expect(first.input == nil)
      expectClose(first.weight, try #require(whole.weight), rtol: 0)
      let biasOnly = run(way, x, weight, cotangent, wantsInput: false, wantsWeight: false)
      #expect(biasOnly.input == nil && biasOnly.weight == nil)
      expectClose(biasOnly.bias, try #require(whole.bias), rtol: 1e-5)
    }

    @Test func keepsCoefficientsAlone() throws {
      let weight = Parameter(Samples.normal([20, 18], seed: 2))
      let x = Samples.normal([3, 197, 18], seed: 1).requiringGradient()
      let ledger = Ledger()
      let way = WalshBackward(try .l1(4))
      let y = ledger.record { linear(x, weight: weight.tensor, backward: way) }
      let saved = ledger.entries.values.reduce(0) { $0 + $1.savedBytes }
      #expect(saved == 3 * (1 + 4 * 10) * 18 * 4)
      #expect(y.requiresGradient)
    }

    @Test func halfPrecisionActivations() throws {
      let (x, weight, cotangent) = samples([2, 7, 7, 40])
      let (narrowX, narrowCotangent) = (x.cast(to: .bfloat16), cotangent.cast(to: .bfloat16))
      let way = WalshBackward(try .l1(4), padding: .zero)
      let expected = run(way, narrowX.cast(to: .float32), weight, narrowCotangent.cast(to: .float32))
      let found = run(way, narrowX, weight, narrowCotangent)
      #expect(found.input?.dtype == .bfloat16 && found.weight?.dtype == .float32)
      expectClose(found.input, try #require(expected.input), rtol: 1 / 256)
      expectClose(found.weight, try #require(expected.weight), rtol: 1e-6)
      expectClose(found.bias, try #require(expected.bias), rtol: 1e-6)
    }

    @Test func convolutionsOfOnePixelAreLinearLayers() throws {
      let (x, weight, cotangent) = samples([2, 14, 14, 18])
      let way = WalshBackward(try .l1(3))
      let expected = run(way, x, weight, cotangent)
      let (input, kernel) = (x.requiringGradient(), Parameter(weight.reshaped([20, 18, 1, 1])))
      let y = convolution(input, weight: kernel.tensor, backward: way)
      let found = gradients(of: [(y, cotangent)])
      expectClose(found[input], try #require(expected.input), rtol: 1e-6)
      expectClose(found[kernel], try #require(expected.weight).reshaped([20, 18, 1, 1]), rtol: 1e-6)
    }
  }
}
