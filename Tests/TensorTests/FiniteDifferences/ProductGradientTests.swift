import Tensor
import TestSupport
import Testing

extension TensorSuite {
  /// Convolution, linear maps, matrix products and attention against central differences.
  @Suite struct ProductGradientTests {
    struct ConvolutionCase: Sendable, CustomTestStringConvertible {
      let testDescription: String
      let input: Shape
      let weight: Shape
      let options: ConvolutionOptions

      init(_ name: String, _ input: Shape, _ weight: Shape, _ options: ConvolutionOptions = .init()) {
        (testDescription, self.input, self.weight, self.options) = (name, input, weight, options)
      }
    }

    static let convolutionCases = [
      ConvolutionCase("dense", [2, 5, 6, 4], [5, 4, 3, 3], .init(padding: 1)),
      ConvolutionCase("pointwise", [2, 4, 3, 6], [7, 6, 1, 1]),
      ConvolutionCase("pointwise, strided", [2, 5, 4, 6], [3, 6, 1, 1], .init(stride: 2)),
      ConvolutionCase("strided", [2, 7, 6, 3], [8, 3, 3, 3], .init(stride: 2, padding: 1)),
      ConvolutionCase(
        "strides of two kinds", [2, 6, 7, 3], [4, 3, 3, 2], .init(stride: [1, 3], padding: [1, 0])),
      ConvolutionCase(
        "asymmetric padding", [2, 5, 6, 3], [4, 3, 3, 3],
        .init(stride: 2, padding: Padding(top: 0, bottom: 1, left: 2, right: 1))),
      ConvolutionCase("dilated", [1, 8, 7, 3], [4, 3, 3, 3], .init(padding: 2, dilation: 2)),
      ConvolutionCase(
        "dilated, strided", [1, 9, 8, 3], [4, 3, 3, 3], .init(stride: 2, padding: 2, dilation: [2, 1])),
      ConvolutionCase("grouped", [2, 5, 5, 6], [4, 3, 3, 3], .init(padding: 1, groups: 2)),
      ConvolutionCase("depthwise", [2, 5, 6, 7], [7, 1, 3, 3], .init(padding: 1, groups: 7)),
      ConvolutionCase(
        "depthwise, 5×5, strided", [1, 8, 7, 9], [9, 1, 5, 5], .init(stride: 2, padding: 2, groups: 9)),
      ConvolutionCase(
        "depthwise, dilated", [1, 7, 8, 5], [5, 1, 3, 3], .init(padding: 2, dilation: 2, groups: 5)),
      ConvolutionCase(
        "depthwise, asymmetric padding", [2, 6, 6, 5], [5, 1, 3, 3],
        .init(stride: 2, padding: Padding(top: 0, bottom: 1, left: 0, right: 1), groups: 5)),
      ConvolutionCase(
        "depthwise, two outputs a channel", [2, 5, 4, 3], [6, 1, 3, 3], .init(padding: 1, groups: 3)),
    ]

    @Test(arguments: convolutionCases, [false, true]) func convolutions(
      _ example: ConvolutionCase, hasBias: Bool
    ) {
      var inputs = [
        Samples.normal(example.input, seed: 1), Samples.normal(example.weight, seed: 2, deviation: 0.3),
      ]
      if hasBias { inputs.append(Samples.normal([example.weight[0]], seed: 3)) }
      expectGradients(
        of: {
          convolution($0[0], weight: $0[1], bias: hasBias ? $0[2] : nil, options: example.options)
        }, at: inputs)
    }

    @Test(arguments: [[5, 6], [2, 3, 6], [2, 3, 2, 6]]) func linearMaps(_ shape: [Int]) {
      let (x, weight, bias) = (
        Samples.normal(Shape(shape), seed: 1), Samples.normal([4, 6], seed: 2), Samples.normal([4], seed: 3)
      )
      expectGradients(of: { linear($0[0], weight: $0[1]) }, at: [x, weight], "no bias")
      expectGradients(of: { linear($0[0], weight: $0[1], bias: $0[2]) }, at: [x, weight, bias], "bias")
    }

    @Test(arguments: [false, true], [false, true]) func matrixProducts(left: Bool, right: Bool) {
      for batch in [[], [3], [2, 2]] {
        let a = Samples.normal(Shape(batch + (left ? [5, 4] : [4, 5])), seed: 1)
        let b = Samples.normal(Shape(batch + (right ? [3, 5] : [5, 3])), seed: 2)
        expectGradients(
          of: { $0[0].matrixProduct($0[1], transposingLeft: left, transposingRight: right) }, at: [a, b],
          "batch \(batch)")
      }
    }

    @Test(arguments: [false, true]) func oneMatrixForABatch(transposed: Bool) {
      let (a, b) = (
        Samples.normal([2, 3, 5], seed: 1), Samples.normal(transposed ? [4, 5] : [5, 4], seed: 2)
      )
      expectGradients(of: { $0[0].matrixProduct($0[1], transposingRight: transposed) }, at: [a, b])
    }

    @Test func attentions() {
      let (q, k) = (Samples.normal([2, 2, 4, 3], seed: 1), Samples.normal([2, 2, 5, 3], seed: 2))
      let (v, bias) = (Samples.normal([2, 2, 5, 6], seed: 3), Samples.normal([2, 4, 5], seed: 4))
      expectGradients(of: { attention(queries: $0[0], keys: $0[1], values: $0[2]) }, at: [q, k, v])
      expectGradients(
        of: { attention(queries: $0[0], keys: $0[1], values: $0[2], bias: $0[3].reshaped([1, 2, 4, 5])) },
        at: [q, k, v, bias], "bias")
    }

    @Test(arguments: [AttentionHeads.Order.partByPart, .headByHead])
    func selfAttentions(_ order: AttentionHeads.Order) {
      let heads = AttentionHeads(2, keyWidth: 3, valueWidth: 4, order: order)
      let x = Samples.normal([2, 5, heads.width], seed: 1)
      expectGradients(of: { selfAttention($0[0], heads: heads) }, at: [x])
      expectGradients(
        of: { selfAttention($0[0], heads: heads, bias: $0[1]) }, at: [x, Samples.normal([2, 5, 5], seed: 2)], "bias")
    }
  }
}
