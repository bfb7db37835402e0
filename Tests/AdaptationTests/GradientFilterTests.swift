import Formats
import NeuralNet
import Tensor
import TestSupport
import Testing
import Training

@testable import Adaptation

extension AdaptationSuite {
  @Suite struct GradientFilterTests {
    /// Input, filters and cotangent of a convolution.
    private struct Case {
      var x: Tensor
      var weight: Tensor
      var cotangent: Tensor
      var options: ConvolutionOptions

      init(
        batch: Int = 2, size: Pair = 8, inputs: Int = 4, outputs: Int = 6, kernel: Int = 3,
        _ options: ConvolutionOptions, seed: UInt64 = 1
      ) {
        var generator = Generator(seed: seed)
        x = .normal([batch, size.height, size.width, inputs], using: &generator)
        weight = .normal([outputs, inputs / options.groups, kernel, kernel], using: &generator)
        cotangent = .normal(convolution(x, weight: weight, options: options).shape, using: &generator)
        self.options = options
      }

      mutating func makeSignalsConstant() {
        x = .full(x.shape, 0.5)
        cotangent = .full(cotangent.shape, 0.25)
      }

      func gradients(_ method: any ConvolutionBackward) -> (input: Tensor, weight: Tensor, bias: Tensor) {
        let result = method.gradients(
          cotangent: cotangent, saved: method.save(x, weight: weight, options: options), weight: weight,
          inputShape: x.shape, options: options, wantsInput: true, wantsWeight: true, wantsBias: true)
        return (result.input!, result.weight!, result.bias!)
      }
    }

    @Test func pointwiseWithConstantPatchesIsExact() {
      var sample = Case(kernel: 1, ConvolutionOptions())
      let grid = PatchGrid(covering: 8, patch: 2)
      sample.cotangent = Tensor.patchConstant(sample.cotangent.patchMeans(over: grid), on: grid).copied()
      let (exact, filtered) = (
        sample.gradients(ExactConvolutionBackward()), sample.gradients(GradientFilter(patch: 2))
      )
      expectClose(filtered.input, exact.input)
      expectClose(filtered.weight, exact.weight)
      expectClose(filtered.bias, exact.bias)
    }

    @Test func constantSignalsAreExactInside() {
      var sample = Case(ConvolutionOptions(padding: 1))
      sample.makeSignalsConstant()
      let (exact, filtered) = (
        sample.gradients(ExactConvolutionBackward()), sample.gradients(GradientFilter(patch: 4))
      )
      func inside(_ gradient: Tensor) -> Tensor { gradient.sliced(axis: 1, 1..<7).sliced(axis: 2, 1..<7) }
      expectClose(inside(filtered.input), inside(exact.input))
      func centre(_ gradient: Tensor) -> Tensor { gradient.sliced(axis: 2, 1..<2).sliced(axis: 3, 1..<2) }
      expectClose(centre(filtered.weight), centre(exact.weight))
    }

    /// The taps of an even kernel lie between patches: their sum is filtered.
    @Test(arguments: [2, 4]) func evenDilatedKernels(_ kernel: Int) {
      var sample = Case(kernel: kernel, ConvolutionOptions(padding: Padding(integerLiteral: kernel - 1), dilation: 2))
      sample.makeSignalsConstant()
      let (exact, filtered) = (
        sample.gradients(ExactConvolutionBackward()), sample.gradients(GradientFilter(patch: 2))
      )
      func inside(_ gradient: Tensor) -> Tensor { gradient.sliced(axis: 1, 3..<5).sliced(axis: 2, 3..<5) }
      expectClose(inside(filtered.input), inside(exact.input))
      #expect(filtered.weight.shape == exact.weight.shape)
    }

    @Test func referenceFormOfStrideTwoIsFourTimesTooLarge() {
      let sample = Case(ConvolutionOptions(stride: 2, padding: 1))
      let published = sample.gradients(GradientFilter(patch: 2, scaling: .reference))
      let unbiased = sample.gradients(GradientFilter(patch: 2))
      expectClose(published.weight, unbiased.weight.scaled(by: 4))
      expectClose(published.input, unbiased.input.scaled(by: 4))
    }

    @Test func unbiasedStrideTwoHasTheExactMeans() {
      var sample = Case(size: 16, ConvolutionOptions(stride: 2, padding: 1))
      sample.makeSignalsConstant()
      let (exact, filtered) = (
        sample.gradients(ExactConvolutionBackward()), sample.gradients(GradientFilter(patch: 2))
      )
      func centre(_ gradient: Tensor) -> Tensor { gradient.sliced(axis: 2, 1..<2).sliced(axis: 3, 1..<2) }
      expectClose(centre(filtered.weight), centre(exact.weight))
      func inside(_ gradient: Tensor) -> Tensor {
        gradient.sliced(axis: 1, 4..<12).sliced(axis: 2, 4..<12).mean(axes: [1, 2])
      }
      expectClose(inside(filtered.input), inside(exact.input))
    }

    @Test func groupsAreConvolutionsOfTheirOwn() {
      let sample = Case(inputs: 6, outputs: 4, ConvolutionOptions(padding: 1, groups: 2))
      let together = sample.gradients(GradientFilter(patch: 4))
      for group in 0..<2 {
        var part = sample
        part.options.groups = 1
        part.x = sample.x.sliced(axis: 3, group * 3..<group * 3 + 3)
        part.weight = sample.weight.sliced(axis: 0, group * 2..<group * 2 + 2)
        part.cotangent = sample.cotangent.sliced(axis: 3, group * 2..<group * 2 + 2)
        let alone = part.gradients(GradientFilter(patch: 4))
        expectClose(together.input.sliced(axis: 3, group * 3..<group * 3 + 3), alone.input)
        expectClose(together.weight.sliced(axis: 0, group * 2..<group * 2 + 2), alone.weight)
      }
    }

    @Test func depthwiseIsAGroupForEachChannel() {
      let sample = Case(inputs: 4, outputs: 4, ConvolutionOptions(padding: 1, groups: 4))
      let gradients = sample.gradients(GradientFilter(patch: 2))
      let grid = PatchGrid(covering: 8, patch: 2)
      let products = sample.cotangent.patchMeans(over: grid) * sample.x.patchSums(over: grid)
      expectClose(
        gradients.weight, products.sum(axes: [0, 1, 2]).reshaped([4, 1, 1, 1]).broadcast(to: [4, 1, 3, 3]))
    }

    @Test func wideDilationIsADilatedConvolutionOfPatches() {
      let sample = Case(size: 16, ConvolutionOptions(padding: 4, dilation: 4))
      let grid = PatchGrid(covering: 16, patch: 2)
      var pooled = sample
      pooled.x = sample.x.patchSums(over: grid)
      pooled.cotangent = sample.cotangent.patchMeans(over: grid)
      pooled.options = ConvolutionOptions(padding: 2, dilation: 2)
      let (exact, filtered) = (
        pooled.gradients(ExactConvolutionBackward()), sample.gradients(GradientFilter(patch: 2))
      )
      expectClose(filtered.input, Tensor.patchConstant(exact.input, on: grid))
      expectClose(filtered.weight, exact.weight)
    }

    @Test func partialPatchesDivideByThePixelsTheyHave() {
      let sample = Case(size: 7, ConvolutionOptions(padding: 1))
      let means = sample.cotangent.patchMeans(over: PatchGrid(covering: 7, patch: 2))
      #expect(means.shape == [2, 4, 4, 6])
      expectClose(
        means.sliced(axis: 1, 0..<1).sliced(axis: 2, 0..<1),
        sample.cotangent.sliced(axis: 1, 0..<1).sliced(axis: 2, 0..<1))
      expectClose(
        means.sliced(axis: 1, 1..<2).sliced(axis: 2, 0..<1),
        sample.cotangent.sliced(axis: 1, 1..<3).sliced(axis: 2, 0..<1).mean(axes: [1], keepsAxes: true))
    }

    @Test(arguments: [
      ConvolutionOptions(), ConvolutionOptions(stride: 2), ConvolutionOptions(stride: 2, padding: 3),
      ConvolutionOptions(stride: [1, 2], padding: [0, 1]),
      ConvolutionOptions(stride: 2, padding: Padding(top: 0, bottom: 1, left: 0, right: 1)),
      ConvolutionOptions(padding: 2, dilation: 3),
    ])
    func everyPaddingAndStrideHasGradientsOfTheRightSize(_ options: ConvolutionOptions) {
      let sample = Case(size: [11, 13], options)
      for scaling in FilterScaling.allCases {
        let gradients = sample.gradients(GradientFilter(patch: 3, scaling: scaling))
        let isFinite = gradients.input.floatArray().allSatisfy { $0.isFinite }
        #expect(gradients.input.shape == sample.x.shape && gradients.weight.shape == sample.weight.shape)
        #expect(isFinite)
        expectClose(gradients.bias, sample.gradients(ExactConvolutionBackward()).bias)
      }
    }

    @Test func bfloat16PatchesAreThoseOfFloat32() {
      var sample = Case(size: [9, 10], inputs: 20, outputs: 18, ConvolutionOptions(padding: 1))
      let exact = sample.gradients(GradientFilter(patch: 4))
      sample.x = sample.x.cast(to: .bfloat16)
      sample.cotangent = sample.cotangent.cast(to: .bfloat16)
      let rounded = sample.gradients(GradientFilter(patch: 4))
      #expect(rounded.input.dtype == .bfloat16 && rounded.weight.dtype == .float32)
      expectClose(rounded.input, exact.input, rtol: 1e-2)
      expectClose(rounded.weight, exact.weight, rtol: 1e-2)
    }
  }
}
