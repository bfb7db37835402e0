import NeuralNet
import Tensor
import Testing

@testable import Export

@Suite struct ExportReviewTests {
  @Test func aConvolutionalNetworkHasNoFindings() throws {
    for target in ExportTarget.allCases {
      let review = try ExportReview(TestModels.model("resnet18"), target: target)
      #expect(review.findings.isEmpty, "\(review.findings)")
      #expect(review.operationCount == 49)
    }
  }

  @Test func aTransformerHasSlowOperations() throws {
    let model = try TestModels.model("vit_tiny_patch16_224")
    let findings = ExportReview(model, target: .coreml).findings
    #expect(findings.allSatisfy { !$0.isBlocking && !$0.reason.isEmpty && !$0.advice.isEmpty })
    #expect(findings.count { $0.operation == "layer_norm" } == 25)
    #expect(findings.contains { $0.operation == "linear" && $0.scope == "blocks.0.mlp.fc1" })
    #expect(findings.contains { $0.scope == "patch_embed.proj" && $0.reason.contains("16×16") })
    let portable = ExportReview(model, target: .onnx).findings
    #expect(portable.count { $0.operation == "gelu" } == 12)
    #expect(portable.contains { $0.operation == "broadcast" })
  }

  @Test func windowsHaveManyAxes() throws {
    let findings = try ExportReview(TestModels.model("swinv2_tiny_window8_256"), target: .coreml).findings
    #expect(findings.contains { $0.shape.count > 4 && $0.reason.contains("axes") })
  }

  @Test func everythingUnknownIsListed() throws {
    final class Part: Layer {
      override func forward(_ x: Tensor) -> Tensor { x.maximum(axis: 3, keepsAxis: true).values }
    }
    final class Whole: Layer {
      let first = Part()
      let second = Part()
      override func forward(_ x: Tensor) -> Tensor { second(first(x)) }
    }
    let review = ExportReview(TestModels.model(Whole(), size: 4, channels: 3), target: .onnx)
    #expect(review.findings.map(\.scope) == ["first", "second"])
    #expect(review.findings.allSatisfy { $0.isBlocking && $0.operation == "maximum" })
  }

  @Test func theRulesOfTheEngine() throws {
    func reason(_ body: @escaping (Tensor) -> Tensor) -> String {
      let model = TestModels.model(OperatorNetworks.Function(body), size: 64, channels: 4)
      return ExportReview(model, target: .coreml).findings.map(\.reason).joined(separator: "; ")
    }
    func filtered(_ shape: Shape, _ options: ConvolutionOptions) -> String {
      reason { convolution($0, weight: Samples.weight(shape), options: options) }
    }
    #expect(filtered([4, 4, 3, 3], ConvolutionOptions(padding: 1)).isEmpty)
    #expect(filtered([4, 1, 3, 3], ConvolutionOptions(padding: 1, groups: 4)).isEmpty)
    #expect(filtered([4, 4, 3, 3], ConvolutionOptions(padding: 2, dilation: 2)).contains("dilated"))
    #expect(filtered([4, 4, 9, 9], ConvolutionOptions(padding: 4)).contains("9×9"))
    #expect(filtered([4, 2, 3, 3], ConvolutionOptions(padding: 1, groups: 2)).contains("groups"))
    #expect(reason { $0.hardSwish() }.contains("swish") && reason { $0.gelu().relu6() }.isEmpty)
    #expect(reason { $0.maxPooled(PoolingOptions(kernel: 4)) }.contains("pooling"))
    #expect(
      reason { x in
        let tokens = x.reshaped([x.shape[0], 4096, 4])
        return tokens.matrixProduct(tokens, transposingRight: true).softmax()
      }.contains("4096"))
  }
}
