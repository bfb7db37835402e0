import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// Operands that do not fit stop the program with the operation, the shapes and the module.
  @Suite struct ShapeErrorTests {
    @Test func convolutionChannels() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Scope.$path.withValue("layer1.0.conv2") {
          convolution(Tensor.ones([1, 8, 8, 3]), weight: Tensor.ones([4, 5, 3, 3]))
        }
      }
      expectMessage(result, "convolution in layer1.0.conv2", "[1, 8, 8, 3]", "[4, 5, 3, 3]")
    }

    @Test func convolutionKernelTooLarge() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = convolution(Tensor.ones([1, 2, 2, 3]), weight: Tensor.ones([4, 3, 5, 5]))
      }
      expectMessage(result, "convolution: ", "5×5", "[1, 2, 2, 3]")
    }

    @Test func convolutionStride() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = convolution(
          Tensor.ones([1, 4, 4, 3]), weight: Tensor.ones([4, 3, 3, 3]), options: ConvolutionOptions(stride: 0)
        )
      }
      expectMessage(result, "convolution: ", "stride")
    }

    @Test func maxRelativeMask() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let neighbours = RelativeNeighbours.cross(at: 1, height: 4, width: 4, difference: .selfMinusNeighbour)
        _ = Tensor.ones([1, 4, 4, 3]).maxRelative(to: neighbours, mask: Tensor.ones([1, 4, 4, 3]))
      }
      expectMessage(result, "maxRelative: ", "[1, 4, 4, 4]", "[1, 4, 4, 3]")
    }

    @Test func maxRelativeRank() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Scope.$path.withValue("graph_conv") {
          Tensor.ones([4, 4, 3]).maxRelative(to: RelativeNeighbours(rolls: [], difference: .selfMinusNeighbour))
        }
      }
      expectMessage(result, "maxRelative in graph_conv", "[4, 4, 3]")
    }

    @Test func linearWidths() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Scope.$path.withValue("head") { linear(Tensor.ones([2, 7]), weight: Tensor.ones([3, 8])) }
      }
      expectMessage(result, "linear in head", "[2, 7]", "[3, 8]")
    }

    @Test func attentionWidth() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let heads = AttentionHeads(2, keyWidth: 4, valueWidth: 8, order: .headByHead)
        _ = Scope.$path.withValue("attn") { selfAttention(Tensor.ones([1, 5, 30]), heads: heads) }
      }
      expectMessage(result, "attention in attn", "[N, T, 32]", "[1, 5, 30]")
    }

    @Test func attentionBias() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let heads = AttentionHeads(2, keyWidth: 4, valueWidth: 8, order: .headByHead)
        _ = selfAttention(Tensor.ones([1, 5, 32]), heads: heads, bias: Tensor.ones([2, 4, 5]))
      }
      expectMessage(result, "attention: ", "[2, 5, 5]", "[2, 4, 5]")
    }

    @Test func emptyBatch() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = convolution(Tensor.zeros([0, 8, 8, 16]), weight: Tensor.ones([16, 16, 3, 3]))
      }
      expectMessage(result, "convolution: ", "one image or more", "[0, 8, 8, 16]")
    }

    @Test func mixFactors() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor.ones([1, 4, 4, 8]).mixedByPooling(factors: Tensor.ones([4]))
      }
      expectMessage(result, "mixedByPooling: ", "[8]", "[4]")
    }

    @Test func linearTypes() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = linear(Tensor.ones([2, 8]), weight: Tensor.ones([3, 8], dtype: .bfloat16))
      }
      expectMessage(result, "linear: ", "bfloat16")
    }

    @Test func broadcasting() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Scope.$path.withValue("block.add") { Tensor.ones([2, 3]) + Tensor.ones([2, 4]) }
      }
      expectMessage(result, "add in block.add", "[2, 3]", "[2, 4]")
    }

    @Test func batchNormChannels() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let running = RunningStatistics(mean: Tensor.zeros([4]), variance: Tensor.ones([4]))
        _ = Scope.$path.withValue("bn1") {
          batchNorm(
            Tensor.ones([2, 3]), weight: Tensor.ones([3]), bias: Tensor.ones([3]), running: running,
            isTraining: true)
        }
      }
      expectMessage(result, "batchNorm in bn1", "[2, 3]", "[4]")
    }

    @Test func groupNormChannels() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = groupNorm(Tensor.ones([2, 3, 6]), groups: 2, weight: Tensor.ones([3]))
      }
      expectMessage(result, "groupNorm: ", "[2, 3, 6]", "[3]")
    }

    @Test func matrixProducts() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor.ones([2, 3]).matrixProduct(Tensor.ones([4, 5]))
      }
      expectMessage(result, "matrixProduct: ", "[2, 3]", "[4, 5]")
    }

    @Test func labelsOutOfRange() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = crossEntropy(Tensor.ones([2, 3]), labels: Tensor([0, 3] as [Int64]))
      }
      expectMessage(result, "crossEntropy: ", "label 3", "0 ..< 3")
    }

    @Test func indicesOutOfRange() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor.ones([4, 3]).gathered(rows: Tensor([0, 4] as [Int64]))
      }
      expectMessage(result, "gathered: ", "index 4", "0 ..< 4")
    }

    @Test func reshapingCounts() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor.ones([4, 3]).reshaped([5, 2])
      }
      expectMessage(result, "reshaped: ", "[4, 3]", "[5, 2]")
    }

    @Test func broadcastTargets() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Tensor.ones([3]).broadcast(to: [1])
      }
      expectMessage(result, "broadcast: ", "[3]", "[1]")
    }

    @Test func cotangentShapes() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = gradients(of: [(Tensor.ones([2]).requiringGradient().exp(), Tensor.ones([3]))])
      }
      expectMessage(result, "gradients: ", "[2]", "[3]")
    }

    @Test func outputsWithoutGradient() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = gradients(of: Tensor.ones([2]).sum())
      }
      expectMessage(result, "gradients: ", "does not depend")
    }
  }
}
