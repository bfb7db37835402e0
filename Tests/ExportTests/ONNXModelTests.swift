import Foundation
import Models
import NeuralNet
import Tensor
import TestSupport
import Testing

@testable import Export

@Suite struct ONNXModelTests {
  @Test(arguments: TestModels.names) func everyModelIsExported(name: String) throws {
    let model = try TestModels.model(name)
    let exported = try ONNXGraph(ONNXModel(model))
    #expect(exported.model.irVersion == 8)
    #expect(exported.model.opsetImport.map(\.version) == [17])
    exported.expectSound()
    let size = "\(TestModels.size)"
    #expect(exported.graph.input.map(\.name) == ["images"])
    #expect(exported.graph.input[0].extents == ["batch", "\(model.configuration.inputChannels)", size, size])
    #expect(exported.graph.output.map(\.name) == ["logits"])
    let extents = exported.graph.output[0].extents
    #expect(Array(extents.prefix(2)) == ["batch", "\(TestModels.classes)"])
    let isSegmentation = try ModelRegistry.entry(named: name).task == .segmentation
    #expect(extents.count == (isSegmentation ? 4 : 2))
  }

  @Test(arguments: TestModels.names) func noReshapeHoldsTheBatch(name: String) throws {
    let exported = try ONNXGraph(ONNXModel(TestModels.model(name)))
    for node in exported.graph.node where node.opType == "Reshape" {
      let shape = try #require(exported.integers(node.input[1]), "\(node.name)")
      #expect(shape.contains { $0 <= 0 }, "\(node.name) to \(shape)")
      #expect(shape.count { $0 == -1 } <= 1, "\(node.name) to \(shape)")
    }
  }

  @Test func convolutionalNetworksAreConvolutions() throws {
    let resnet = try ONNXGraph(ONNXModel(TestModels.model("resnet18"))).counts
    #expect(
      resnet == ["Conv": 20, "Relu": 17, "Add": 8, "MaxPool": 1, "GlobalAveragePool": 1, "Reshape": 1, "Gemm": 1])
    let mobile = try ONNXGraph(ONNXModel(TestModels.model("mobilenetv2_100"))).counts
    #expect(mobile == ["Conv": 52, "Clip": 35, "Add": 10, "GlobalAveragePool": 1, "Reshape": 1, "Gemm": 1])
  }

  @Test func attentionCopiesOnlyWhatItMust() throws {
    // Each block: queries, keys, values and the joined heads; besides these the patches.
    let counts = try ONNXGraph(ONNXModel(TestModels.model("vit_tiny_patch16_224"))).counts
    #expect(counts["Transpose"] == 12 * 4 + 1)
    #expect(counts["LayerNormalization"] == 25 && counts["Softmax"] == 12 && counts["Erf"] == 12)
  }

  @Test func theMetadataTellsHowToPreparePictures() throws {
    let model = try TestModels.model("resnet18")
    let names = (0..<TestModels.classes).map { "class \"\($0)\"" }
    let exported = try ONNXModel(model, classNames: names).message
    let metadata = Dictionary(uniqueKeysWithValues: exported.metadataProps.map { ($0.key, $0.value) })
    #expect(metadata["architecture"] == "resnet18" && metadata["input_size"] == "64")
    func list<Value: Decodable>(_ key: String) throws -> Value {
      try JSONDecoder().decode(Value.self, from: Data((metadata[key] ?? "").utf8))
    }
    #expect(try list("mean") == model.configuration.preparation.mean)
    #expect(try list("std") == model.configuration.preparation.deviation)
    #expect(try list("classes") == names)
    #expect(metadata["interpolation"] == "bilinear" && metadata["crop_pct"] == "0.875")
  }

  @Test func weightsCanStandInAFileOfTheirOwn() throws {
    let exported = try ONNXModel(TestModels.model("resnet18"))
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.onnx"
      #expect(try exported.write(to: path, externalData: true) == [path, path + ".data"])
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["model.onnx", "model.onnx.data"])
      let small = try ONNXModelProto(serializedBytes: Data(contentsOf: URL(filePath: path)))
      let data = try Data(contentsOf: URL(filePath: path + ".data"))
      let whole = Dictionary(uniqueKeysWithValues: exported.message.graph.initializer.map { ($0.name, $0.rawData) })
      let outside = small.graph.initializer.filter { $0.dataLocation == .external }
      #expect(outside.count > 20)
      for tensor in outside {
        let entries = Dictionary(uniqueKeysWithValues: tensor.externalData.map { ($0.key, $0.value) })
        let offset = try #require(Int(entries["offset"] ?? "")), length = try #require(Int(entries["length"] ?? ""))
        #expect(entries["location"] == "model.onnx.data" && offset % 4096 == 0)
        #expect(data[offset..<offset + length] == whole[tensor.name])
      }
      #expect(small.graph.node == exported.message.graph.node)
    }
  }

  @Test(arguments: OperatorNetworks.names) func everyOperationIsExported(name: String) throws {
    let model = TestModels.model(
      OperatorNetworks.network(name), size: OperatorNetworks.size, channels: OperatorNetworks.channels)
    try ONNXGraph(ONNXModel(model)).expectSound()
  }

  @Test func anUnknownOperationIsNamed() throws {
    final class Inner: Layer {
      override func forward(_ x: Tensor) -> Tensor { x.maximum(axis: 3).values }
    }
    final class Outer: Layer {
      let part = Inner()
      override func forward(_ x: Tensor) -> Tensor { part(x).reshaped([x.shape[0], x.shape[1] * x.shape[2]]) }
    }
    let error = #expect(throws: ExportError.self) { try ONNXModel(TestModels.model(Outer(), size: 4, channels: 3)) }
    #expect(error?.description.contains("part: \"maximum\" cannot be exported") == true, "\(String(describing: error))")
  }

  /// The last operation is one that no trace lists.
  @Test func aResultWithoutATraceIsRefused() throws {
    let network = OperatorNetworks.Function { $0.selecting([2, 0], axis: 1) }
    let error = #expect(throws: ExportError.self) { try ONNXModel(TestModels.model(network, size: 4, channels: 3)) }
    #expect(error?.description.contains("does not follow the pictures") == true, "\(String(describing: error))")
  }

  @Test func aConstantWithTheBatchIsRefused() throws {
    let network = OperatorNetworks.Function { $0 + Tensor.ones($0.shape) }
    let error = #expect(throws: ExportError.self) { try ONNXModel(TestModels.model(network, size: 4, channels: 3)) }
    #expect(error?.description.contains("holds the batch size") == true, "\(String(describing: error))")
  }
}
