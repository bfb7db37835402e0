import Foundation
import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// Operations in bfloat16 against the same in float32, on inputs that both hold exactly.
  ///
  /// A result in bfloat16 is off by half a unit, 2⁻⁹ = 2e-3 of itself; chains of a few operations stay within 2e-2 of the
  /// largest element.
  @Suite struct BFloat16Tests {
    struct Case: Sendable, CustomTestStringConvertible {
      let testDescription: String
      let inputs: [Tensor]
      let function: @Sendable ([Tensor]) -> Tensor

      init(_ name: String, _ inputs: [Tensor], _ function: @escaping @Sendable ([Tensor]) -> Tensor) {
        (testDescription, self.inputs, self.function) = (name, inputs, function)
      }
    }

    private static let image = Samples.normal([2, 6, 6, 5], seed: 1)
    private static let positive = Samples.uniform([3, 7], seed: 2, in: 0.5..<2)
    private static let matrices = [Samples.normal([2, 3, 4], seed: 3), Samples.normal([2, 4, 5], seed: 4)]
    private static let pooling = PoolingOptions(kernel: 3, stride: 2, padding: 1)

    private static let layers =
      Activation.allCases.map { activation in Case("\(activation)", [image]) { $0[0].activated(activation) } }
      + Activation.allCases.map { activation in
        Case(
          "batch norm, residual, \(activation)",
          [image, Samples.normal([2, 6, 6, 5], seed: 5, deviation: 0.5)]
        ) {
          let running = RunningStatistics(mean: Tensor.zeros([5]), variance: Tensor.ones([5]))
          return batchNorm(
            $0[0], weight: Tensor.full([5], 0.5), bias: Tensor.full([5], 0.25), running: running,
            isTraining: true,
            activation: activation, residual: $0[1])
        }
      }
      + ResizeMode.allCases.map { mode in
        Case("resize, \(mode)", [image]) { $0[0].resized(to: [4, 9], mode: mode) }
      }
      + [
        Case("layer norm", [image]) { layerNorm($0[0], weight: Tensor.full([5], 1.5)) },
        Case("group norm", [Samples.normal([2, 3, 3, 6], seed: 6)]) { groupNorm($0[0], groups: 2) },
        Case("grouped convolution", [Samples.normal([1, 4, 4, 6], seed: 7)]) {
          convolution(
            $0[0], weight: Tensor.full([4, 3, 3, 3], 0.125), options: ConvolutionOptions(groups: 2))
        },
        Case("convolution", [image, Samples.normal([7, 5, 3, 3], seed: 14)]) {
          convolution($0[0], weight: $0[1].cast(to: .float32))
        },
        Case("linear", [image, Samples.normal([7, 5], seed: 15)]) {
          linear($0[0], weight: $0[1].cast(to: .float32))
        },
        Case("max relative", [image]) {
          $0[0].maxRelative(to: .cross(at: 2, height: 6, width: 6, difference: .neighbourMinusSelf))
        },
        Case("max pooling", [image]) { $0[0].maxPooled(pooling) },
        Case("average pooling", [image]) { $0[0].averagePooled(pooling, countsPadding: false) },
        Case("pooling mix", [image]) { $0[0].mixedByPooling(factors: Tensor.full([5], 0.5)) },
        Case("adaptive pooling", [image]) { $0[0].adaptiveAveragePooled([2, 4]) },
        Case("log-softmax", [positive]) { $0[0].logSoftmax() },
        Case("attention", (11...13).map { Samples.normal([1, 2, 3, 4], seed: $0) }) {
          attention(queries: $0[0], keys: $0[1], values: $0[2])
        },
        Case("cross-entropy", [positive]) { crossEntropy($0[0], labels: Tensor([0, 6, 3] as [Int64])) },
        Case("soft cross-entropy", [positive]) {
          crossEntropy($0[0], targets: Tensor.full([3, 7], 0.125), labelSmoothing: 0.25)
        },
      ]

    private static let arithmetic = [
      Case("sum, difference", [matrices[0], Samples.normal([4], seed: 8)]) { $0[0] + $0[1] - $0[1] * 0.5 },
      Case("product", [matrices[0], Samples.normal([3, 1], seed: 8)]) { $0[0] * $0[1] },
      Case("quotient", [matrices[0], Samples.uniform([4], seed: 8, in: 1..<2)]) { $0[0] / $0[1] },
      Case("power", [positive, Samples.uniform([7], seed: 9, in: 1..<2)]) { $0[0].power($0[1]) },
      Case("maximum", [positive, Samples.uniform([3, 7], seed: 9, in: 0.5..<2)]) { $0[0].maximum($0[1]) },
      Case("exp, log", [positive]) { $0[0].exp() + $0[0].log() },
      Case("roots", [positive]) { $0[0].squareRoot() + $0[0].reciprocalSquareRoot() },
      Case("square, absolute, clamp", [matrices[0]]) {
        $0[0].squared() + $0[0].absolute() + $0[0].clamped(-1, 1)
      },
      Case("reductions", [image]) { $0[0].sum(axes: [1, 3]) + $0[0].mean(axes: [1, 3]) },
      Case("extrema", [image]) { $0[0].maximum(axis: 1).values + $0[0].minimum(axis: 1).values },
      Case("matrix product", matrices) { $0[0].matrixProduct($0[1]) },
      Case("movements", [image]) {
        $0[0].transposed([0, 3, 1, 2]).rolled(axis: 2, by: 1).sliced(axis: 1, 1..<4)
      },
      Case("concatenation, padding", matrices) {
        Tensor.concatenated([$0[0], $0[1].sliced(axis: 1, 0..<3)], axis: 2).padded([(0, 0), (1, 2), (0, 0)])
      },
      Case("rows", [positive]) { $0[0].gathered(rows: Tensor([2, 0, 2, 2] as [Int64])) },
      Case("scatter", [positive]) {
        Tensor.scatterAdded($0[0], rows: Tensor([1, 0, 1] as [Int64]), count: 3)
      },
    ]

    @Test(arguments: layers + arithmetic) func agreesWithFloat32(_ example: Case) {
      BFloat16Tests.expectAgreement(example)
    }

    @Test(arguments: [PostOperations.Residual.none, .kept, .replaced])
    func preparedProductsAgreeWithFloat32(_ residual: PostOperations.Residual) {
      BFloat16Tests.expectAgreement(residual)
    }

    #if arch(x86_64)
      /// oneDNN does not multiply bfloat16 there.
      @Test func agreesWithFloat32OnOlderProcessors() async {
        await #expect(processExitsWith: .success) {
          setenv("ONEDNN_MAX_CPU_ISA", "AVX2", 1)
          #expect(!ProductType.hasBFloat16)
          for example in BFloat16Tests.layers + BFloat16Tests.arithmetic { BFloat16Tests.expectAgreement(example) }
          for residual in [PostOperations.Residual.none, .kept, .replaced] { BFloat16Tests.expectAgreement(residual) }
        }
      }
    #endif

    private static func expectAgreement(_ residual: PostOperations.Residual) {
      let post = PostOperations(activation: .relu, residual: residual)
      let (matrix, bias) = (Samples.normal([7, 5], seed: 15), Samples.normal([7], seed: 16))
      func products(_ dtype: DType) -> [Tensor] {
        func operand(_ shape: Shape, seed: UInt64) -> Tensor {
          Samples.normal(shape, seed: seed).cast(to: .bfloat16).cast(to: dtype)
        }
        let x = operand([2, 6, 6, 5], seed: 1)
        let convolution = PreparedConvolution(
          inputShape: x.shape, dtype: dtype, weight: Samples.normal([7, 5, 3, 3], seed: 14), bias: bias, post: post)
        let linear = PreparedLinear(rows: 72, dtype: dtype, weight: matrix, bias: bias, post: post)
        return [
          convolution(x, residual: residual == .none ? nil : operand([2, 4, 4, 7], seed: 17)),
          linear(x, residual: residual == .none ? nil : operand([2, 6, 6, 7], seed: 18)),
        ]
      }
      for (actual, expected) in zip(products(.bfloat16), products(.float32)) {
        #expect(actual.dtype == .bfloat16)
        expectClose(actual, expected, rtol: 2e-2)
      }
    }

    private static func expectAgreement(_ example: Case) {
      let narrow = example.inputs.map { $0.cast(to: .bfloat16).requiringGradient() }
      let wide = narrow.map { $0.detached.cast(to: .float32).requiringGradient() }
      let (actual, expected) = (example.function(narrow), example.function(wide))
      expectClose(actual, expected, rtol: 2e-2, "output")
      let cotangent = Samples.normal(expected.shape, seed: 10).cast(to: .bfloat16).cast(to: .float32)
      let found = gradients(of: [(actual, cotangent)])
      let reference = gradients(of: [(expected, cotangent)])
      for (index, (narrow, wide)) in zip(narrow, wide).enumerated() {
        #expect(found[narrow]?.dtype == .bfloat16, "input \(index)")
        if let gradient = reference[wide] {
          expectClose(found[narrow], gradient, rtol: 2e-2, "gradient \(index)")
        }
      }
    }
  }
}
