import Formats
import Foundation
import Models
import NeuralNet
import TestSupport
import Tensor
import Testing
import Training

/// Models through files and back.
@Suite struct CheckpointTests {
  @Test(arguments: RegistryTests.names) func roundTripKeepsEveryBit(_ name: String) throws {
    var configuration = try ModelRegistry.entry(named: name).defaults
    configuration.classes = 5
    configuration.inputSize = try RegistryTests.smallSize(name)
    var generator = Generator(seed: 11)
    let model = try ModelRegistry.make(configuration, using: &generator)
    // Only a training pass gives the moving statistics and the counts of batches values that are not the first ones.
    let size = configuration.inputSize
    _ = withoutGradients { model.network(Samples.normal([2, size, size, configuration.inputChannels], seed: 1)) }

    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "model.safetensors").path
    try ModelCheckpoint.save(model, classNames: ["a", "b", "c", "d", "e"], to: path)
    let loaded = try ModelCheckpoint.load(path)

    #expect(loaded.model.configuration == configuration)
    #expect(loaded.classNames == ["a", "b", "c", "d", "e"])
    let (saved, read) = (model.network.namedTensors(), loaded.model.network.namedTensors())
    #expect(saved.map(\.name) == read.map(\.name))
    for (one, other) in zip(saved, read) {
      #expect(one.tensor.withBytes { Data($0) } == other.tensor.withBytes { Data($0) }, "\(one.name)")
    }
    let counts = saved.filter { $0.name.hasSuffix("num_batches_tracked") }
    #expect(counts.allSatisfy { $0.tensor.array(of: Int64.self) == [1] })
  }
}
