import Formats
import Foundation
import Models
import Tensor
import Testing

@testable import Export

@Suite struct CoreMLModelTests {
  @Test(arguments: TestModels.names) func everyModelIsExported(name: String) throws {
    let model = try TestModels.model(name)
    let message = try CoreMLModel(model).message
    let read = try CoreMLSpecModel(serializedBytes: message.serializedBytes() as [UInt8])
    #expect(read == message)
    let function = try #require(read.mlProgram.functions["main"])
    let block = try #require(function.blockSpecializations[function.opset])
    #expect(block.outputs == ["logits"])
    var types = ["image": try #require(function.inputs.first).type]
    for operation in block.operations {
      for name in operation.inputs.values.flatMap(\.arguments).map(\.name) {
        #expect(types[name] != nil, "\(operation.type) reads \(name)")
      }
      for output in operation.outputs {
        #expect(types.updateValue(output.type, forKey: output.name) == nil, "\(output.name)")
        #expect(output.name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil, "\(output.name)")
        #expect(output.type.tensorType.rank <= 5, "\(output.name)")
        #expect(Int(output.type.tensorType.rank) == output.type.tensorType.dimensions.count)
      }
    }
    #expect(types["logits"]?.tensorType.dataType == .float32)
  }

  @Test func weightsLieWhereTheProgramSays() throws {
    let model = try TestModels.model("resnet18")
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.mlpackage"
      let exported = try CoreMLModel(model, precision: .float32)
      try exported.write(to: path)
      let data = try Data(contentsOf: URL(filePath: "\(path)/Data/com.apple.CoreML/weights/weight.bin"))
      func number<Value: FixedWidthInteger>(_ offset: Int, _ type: Value.Type) -> Value {
        data.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type)) }
      }
      let operations = try #require(exported.message.mlProgram.functions["main"]?.blockSpecializations["CoreML5"])
        .operations
      let blobs = operations.compactMap { $0.attributes["val"] }.filter { $0.blobFileValue.offset > 0 }
      #expect(number(0, UInt32.self) == blobs.count && number(4, UInt32.self) == 2)
      #expect(blobs.count == 42)
      for value in blobs {
        let offset = Int(value.blobFileValue.offset)
        #expect(value.blobFileValue.fileName == "@model_path/weights/weight.bin" && offset % 64 == 0)
        #expect(number(offset, UInt32.self) == 0xDEAD_BEEF && number(offset + 4, UInt32.self) == 2)
        let count = value.type.tensorType.dimensions.reduce(1) { $0 * Int($1.constant.size) }
        #expect(number(offset + 8, UInt64.self) == 4 * count && number(offset + 16, UInt64.self) == offset + 64)
        #expect(offset + 64 + 4 * count <= data.count)
      }
      let manifest = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: "\(path)/Manifest.json")))
      let root = try #require((manifest as? [String: Any])?["rootModelIdentifier"] as? String)
      let items = try #require((manifest as? [String: Any])?["itemInfoEntries"] as? [String: [String: String]])
      #expect(items[root]?["path"] == "com.apple.CoreML/model.mlmodel")
    }
  }

  @Test func picturesAreNormalisedInside() throws {
    let model = try TestModels.model("resnet18")
    let description = try CoreMLModel(model).message.description_p
    #expect(description.input[0].name == "image")
    #expect(description.input[0].type.imageType.width == 64 && description.input[0].type.imageType.colorSpace == .rgb)
    let operations = try #require(
      CoreMLModel(model).message.mlProgram.functions["main"]?.blockSpecializations["CoreML5"]
    ).operations
    func floats(_ name: String) -> [Float] {
      let constant = operations.first { $0.outputs.first?.name == name }
      return constant?.attributes["val"]?.immediateValue.tensor.floats.values ?? []
    }
    let preparation = model.configuration.preparation
    let (scale, shift) = (floats("pixel_scale"), floats("pixel_shift"))
    #expect(scale.count == 3 && shift.count == 3)
    for (channel, pixel) in zip(0..<3, [0, 100, 255] as [Float]) {
      let expected = (pixel / 255 - preparation.mean[channel]) / preparation.deviation[channel]
      #expect((pixel * scale[channel] + shift[channel] - expected).magnitude < 1e-6)
    }
  }

  @Test func namesOfClassesMakeAClassifier() throws {
    let labels = (0..<TestModels.classes).map { "class \($0)" }
    let message = try CoreMLModel(TestModels.model("resnet18"), classNames: labels).message
    #expect(message.description_p.output.map(\.name) == ["classLabel", "classLabel_probs", "logits"])
    #expect(message.description_p.predictedFeatureName == "classLabel")
    let block = try #require(message.mlProgram.functions["main"]?.blockSpecializations["CoreML5"])
    let classify = try #require(block.operations.last)
    let names = classify.inputs["classes"]?.arguments.first?.value.immediateValue.list.values ?? []
    #expect(names.map { $0.immediateValue.tensor.strings.values } == labels.map { [$0] })
  }

  @Test func aPackageIsReplacedAsAWhole() throws {
    let exported = try CoreMLModel(TestModels.model("quickstart", size: 28))
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.mlpackage"
      try exported.write(to: path)
      try Data("old".utf8).write(to: URL(filePath: "\(path)/stale"))
      try exported.write(to: path)
      #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["Data", "Manifest.json"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model.mlpackage"])
      try FileManager.default.createDirectory(atPath: "\(folder)/mine.mlpackage", withIntermediateDirectories: true)
      #expect(throws: FormatError.self) { try exported.write(to: "\(folder)/mine.mlpackage") }
      #expect(throws: FormatError.self) { try exported.write(to: "\(folder)/model.onnx") }
      #expect(throws: FormatError.self) { try exported.write(to: "\(folder)/nowhere/model.mlpackage") }
    }
  }

  @Test func aFailureLeavesTheOldPackage() throws {
    struct Stop: Error {}
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.mlpackage"
      try PackageFolder.write(to: path, mark: "mark") { try Data().write(to: URL(filePath: "\($0)/mark")) }
      #expect(throws: Stop.self) { try PackageFolder.write(to: path, mark: "mark") { _ in throw Stop() } }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model.mlpackage"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["mark"])
    }
  }

  @Test func numbersAreRoundedToHalfPrecision() {
    let cases: [(Float, UInt16)] = [
      (0, 0), (-0.0, 0x8000), (1, 0x3C00), (-2, 0xC000), (0.333_333_34, 0x3555), (65504, 0x7BFF), (1e6, 0x7BFF),
      (-.infinity, 0xFBFF), (0x1p-24, 1), (0x1p-25, 0), (0x1.8p-24, 2), (0x1p-14, 0x0400), (1.000_488_3, 0x3C00),
      (1.001_464_8, 0x3C02), (65519, 0x7BFF), (0x1.ffep-15, 0x0400), (.nan, 0x7E00),
    ]
    for (value, bits) in cases { #expect(halfBits(value) == bits, "\(value)") }
  }
}
