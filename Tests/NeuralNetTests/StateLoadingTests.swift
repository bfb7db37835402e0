import Formats
import Foundation
import NeuralNet
import Tensor
import TestSupport
import Testing

/// Loading is verified: every name and shape must fit, or nothing changes.
@Suite struct StateLoadingTests {
  private typealias Arrays = [String: StoredArray]

  /// What a checkpoint of a module holds.
  private func arrays(_ module: Module) throws -> Arrays {
    var result: Arrays = [:]
    for (name, tensor) in module.namedTensors() {
      let shape = tensor.shape.array
      result[name] =
        tensor.dtype == .int64
        ? try StoredArray(tensor.array(of: Int64.self), shape: shape)
        : try StoredArray(tensor.floatArray(), shape: shape)
    }
    return result
  }

  /// Loads arrays by way of a file.
  private func load(
    _ arrays: Arrays, into module: Module, policy: LoadPolicy = LoadPolicy()
  ) throws -> LoadReport {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try SafetensorsWriter.write(arrays.map { SafetensorsWriter.Entry(name: $0.key, $0.value) }, to: path)
    return try module.load(SafetensorsFile(path), from: "weights.safetensors", policy: policy)
  }

  private func elements(_ module: Module) -> [[Float]] {
    module.namedTensors().map { $0.tensor.dtype == .int64 ? [] : $0.tensor.floatArray() }
  }

  /// Expects that loading fails, changes nothing, and names what is wrong in its message.
  private func expectRefusal(_ arrays: Arrays, _ texts: String...) -> LoadReport? {
    let network = ExampleNetwork(seed: 2)
    let before = elements(network)
    let error = #expect(throws: LoadError.self) { try load(arrays, into: network) }
    #expect(elements(network) == before)
    let message = error.map { "\($0)" } ?? ""
    for text in ["weights.safetensors"] + texts { #expect(message.contains(text), "\(message)") }
    return error?.report
  }

  @Test func everythingIsCopied() throws {
    let (source, target) = (ExampleNetwork(seed: 1), ExampleNetwork(seed: 2))
    _ = source(Samples.normal([2, 6, 6, 2], seed: 1))
    let report = try load(arrays(source), into: target)
    #expect(report.isComplete)
    #expect(report.matched == source.namedTensors().map(\.name))
    #expect(elements(target) == elements(source))
    #expect(target.blocks[0].bn1.numBatchesTracked.value.array(of: Int64.self) == [1])
  }

  @Test func missingNames() throws {
    var arrays = try arrays(ExampleNetwork())
    arrays["fc.bias"] = nil
    arrays["blocks.0.bn1.running_var"] = nil
    let report = expectRefusal(arrays, "missing (2): fc.bias, blocks.0.bn1.running_var")
    #expect(report?.missing == ["fc.bias", "blocks.0.bn1.running_var"])
    #expect(report?.unexpected == [])
  }

  @Test func unexpectedNames() throws {
    var arrays = try arrays(ExampleNetwork())
    arrays["fc.scale"] = try StoredArray([1] as [Float])
    let report = expectRefusal(arrays, "unexpected (1): fc.scale")
    #expect(report?.unexpected == ["fc.scale"])
    #expect(report?.missing == [])
  }

  @Test func wrongShapes() throws {
    var arrays = try arrays(ExampleNetwork())
    arrays["fc.weight"] = try StoredArray(Array(repeating: Float(1), count: 12), shape: [4, 3])
    let report = expectRefusal(arrays, "does not fit (1)", "fc.weight", "[4, 3]", "[3, 4]")
    #expect(report?.misfits.count == 1)
  }

  @Test func wrongTypes() throws {
    var arrays = try arrays(ExampleNetwork())
    arrays["fc.bias"] = try StoredArray([1, 2, 3] as [Int64])
    arrays["blocks.0.bn1.num_batches_tracked"] = try StoredArray([1] as [Float], shape: [])
    let report = expectRefusal(arrays, "does not fit (2)", "fc.bias", "blocks.0.bn1.num_batches_tracked")
    #expect(report?.misfits.count == 2)
  }

  @Test func replaceableTensorsKeepTheirValues() throws {
    let target = ExampleNetwork(seed: 2)
    let before = try #require(target.fc.bias).value.floatArray()
    var arrays = try arrays(ExampleNetwork(seed: 1))
    arrays["fc.weight"] = try StoredArray(Array(repeating: Float(1), count: 20), shape: [5, 4])
    arrays["fc.bias"] = try StoredArray(Array(repeating: Float(1), count: 5))
    var policy = LoadPolicy()
    policy.replaceable = ["fc.weight"]
    let error = #expect(throws: LoadError.self) { try load(arrays, into: target, policy: policy) }
    #expect(error?.report.misfits.map(\.name) == ["fc.bias"])
    policy.replaceable.insert("fc.bias")
    let report = try load(arrays, into: target, policy: policy)
    #expect(report.isComplete)
    #expect(report.replaced.map(\.description).contains("fc.bias is float32 [5], the model has float32 [3]"))
    #expect(report.description.contains("new values instead (2)"))
    #expect(target.fc.bias?.value.floatArray() == before)
    #expect(report.matched.count == target.namedTensors().count - 2)
    #expect(
      target.namedTensors()[0].tensor.floatArray() == ExampleNetwork(seed: 1).namedTensors()[0].tensor.floatArray())
  }

  @Test func optionalTensorsKeepTheirValuesWhereTheFileHasNone() throws {
    let target = ExampleNetwork(seed: 2)
    let before = try #require(target.fc.bias).value.floatArray()
    var arrays = try arrays(ExampleNetwork(seed: 1))
    (arrays["fc.bias"], arrays["fc.weight"]) = (nil, nil)
    var policy = LoadPolicy()
    policy.optional = ["fc.bias"]
    let error = #expect(throws: LoadError.self) { try load(arrays, into: target, policy: policy) }
    #expect(error?.report.missing == ["fc.weight"])
    policy.optional.insert("fc.weight")
    let report = try load(arrays, into: target, policy: policy)
    #expect(report.isComplete)
    #expect(report.replaced.map(\.description).contains("fc.bias is absent, the model has float32 [3]"))
    #expect(target.fc.bias?.value.floatArray() == before)
    arrays["fc.bias"] = try StoredArray(Array(repeating: Float(1), count: 5))
    let misfit = #expect(throws: LoadError.self) { try load(arrays, into: target, policy: policy) }
    #expect(misfit?.report.misfits.map(\.name) == ["fc.bias"])
  }

  @Test func policiesAllowMissingAndUnexpectedNames() throws {
    let target = ExampleNetwork(seed: 2)
    let before = try #require(target.fc.bias).value.floatArray()
    var arrays = try arrays(ExampleNetwork(seed: 1))
    arrays["fc.bias"] = nil
    arrays["head.bias"] = try StoredArray([1] as [Float])
    var policy = LoadPolicy()
    policy.allowsMissing = true
    #expect(throws: LoadError.self) { try load(arrays, into: target, policy: policy) }
    policy.allowsUnexpected = true
    let report = try load(arrays, into: target, policy: policy)
    #expect(report.missing == ["fc.bias"])
    #expect(report.unexpected == ["head.bias"])
    #expect(!report.isComplete)
    #expect(target.fc.bias?.value.floatArray() == before)
    arrays["fc.weight"] = try StoredArray([1] as [Float])
    #expect(throws: LoadError.self) { try load(arrays, into: target, policy: policy) }
  }

  @Test func countsOfBatchesMayBeMissing() throws {
    let target = ExampleNetwork(seed: 2)
    let arrays = try arrays(ExampleNetwork()).filter { !$0.key.hasSuffix("num_batches_tracked") }
    #expect(try load(arrays, into: target).isComplete)
  }

  @Test func otherFloatingPointTypesAreConverted() throws {
    let target = ExampleNetwork(seed: 2)
    var arrays = try arrays(ExampleNetwork())
    arrays["fc.bias"] = try StoredArray([0.1, -2.5, 3e-3] as [Double])
    _ = try load(arrays, into: target)
    #expect(target.fc.bias?.value.floatArray() == [0.1, -2.5, 3e-3])
  }
}
