import Formats
import Models
import NeuralNet
import Tensor
import Testing

@testable import Training

extension TrainingSuite {
  @Suite struct DeltaCheckpointTests {
    private func bits(_ model: Model) -> [String: [UInt8]] {
      Dictionary(
        uniqueKeysWithValues: model.network.namedTensors().map { ($0.name, $0.tensor.withBytes { Array($0) }) })
    }

    /// A model whose classifier and one shift moved away from the base.
    private func trained(_ configuration: TrainingConfiguration) throws -> Model {
      let model = try Trainings.model(configuration)
      for (name, parameter) in model.network.namedParameters() where name.hasPrefix("fc.") || name == "bn2.bias" {
        parameter.value.assign(parameter.value + 0.5)
      }
      return model
    }

    @Test func onlyWhatChangedIsWritten() throws {
      try withTemporaryFolder { folder in
        let configuration = Trainings.configuration()
        try ModelCheckpoint.save(Trainings.model(configuration), to: folder + "/base")
        let model = try trained(configuration)
        let base = DeltaCheckpoint.Base(folder + "/base", name: "stripes")
        let written = try DeltaCheckpoint.save(model, classNames: ["a", "b", "c"], base: base, to: folder + "/delta")
        let file = try SafetensorsFile(folder + "/delta")
        #expect(Set(written) == ["fc.weight", "fc.bias", "bn2.bias"])
        #expect(Set(file.names) == Set(written))
        #expect(file.metadata["base"] == "stripes")
        let (loaded, classNames) = try DeltaCheckpoint.load(folder + "/delta", base: base)
        #expect(bits(loaded) == bits(model))
        #expect(classNames == ["a", "b", "c"])
        #expect(
          try DeltaCheckpoint.load(folder + "/delta", base: base, inputSize: 16).model.configuration.inputSize == 16)
      }
    }

    /// The same weights in half the bytes are other weights; the same weights under another file name are not.
    @Test func theBaseIsKnownByItsTensors() throws {
      try withTemporaryFolder { folder in
        let configuration = Trainings.configuration()
        let original = try Trainings.model(configuration)
        try ModelCheckpoint.save(original, to: folder + "/base")
        try ModelCheckpoint.save(original, classNames: ["x", "y", "z"], to: folder + "/renamed")
        var other = configuration
        other.seed = 77
        try ModelCheckpoint.save(Trainings.model(other), to: folder + "/other")
        try DeltaCheckpoint.save(trained(configuration), base: .init(folder + "/base"), to: folder + "/delta")
        #expect(throws: Never.self) {
          try DeltaCheckpoint.load(folder + "/delta", base: .init(folder + "/renamed"))
        }
        expectError("/delta belongs to the weights", "/base", "/other holds others", "--base") {
          _ = try DeltaCheckpoint.load(folder + "/delta", base: .init(folder + "/other", name: folder + "/other"))
        }
      }
    }

    @Test func aNewClassifierIsPartOfTheDelta() throws {
      try withTemporaryFolder { folder in
        var configuration = Trainings.configuration()
        try ModelCheckpoint.save(Trainings.model(configuration), to: folder + "/base")
        configuration.model.classes = 5
        configuration.seed = 3
        let model = try Trainings.model(configuration)
        try model.loadBackbone(folder + "/base")
        let base = DeltaCheckpoint.Base(folder + "/base")
        #expect(Set(try DeltaCheckpoint.save(model, base: base, to: folder + "/delta")) == ["fc.weight", "fc.bias"])
        #expect(bits(try DeltaCheckpoint.load(folder + "/delta", base: base).model) == bits(model))
      }
    }

    @Test func filesOfAnotherKindAreRefused() throws {
      try withTemporaryFolder { folder in
        let configuration = Trainings.configuration()
        let base = DeltaCheckpoint.Base(folder + "/base")
        try ModelCheckpoint.save(Trainings.model(configuration), to: base.path)
        try DeltaCheckpoint.save(trained(configuration), base: base, to: folder + "/delta")
        expectError("/delta", "--base", "/base") { _ = try ModelCheckpoint.load(folder + "/delta") }
        expectError("/base", "leave out --base") { _ = try DeltaCheckpoint.load(base.path, base: base) }
        let bytes = try fileBytes(folder + "/delta")
        try AtomicFile.write(Array(bytes.dropLast(9)), to: folder + "/short")
        expectError("/short") { _ = try DeltaCheckpoint.load(folder + "/short", base: base) }
        let file = try SafetensorsFile(folder + "/delta")
        try SafetensorsWriter.write(
          [.init(name: "stranger", StoredArray([Float(1)]))], metadata: file.metadata, to: folder + "/odd")
        expectError("/odd", "stranger") { _ = try DeltaCheckpoint.load(folder + "/odd", base: base) }
      }
    }

    @Test func missingTensorsAreNamed() throws {
      try withTemporaryFolder { folder in
        var configuration = Trainings.configuration()
        let base = DeltaCheckpoint.Base(folder + "/base")
        try ModelCheckpoint.save(Trainings.model(configuration), to: base.path)
        configuration.model.classes = 5
        try DeltaCheckpoint.save(Trainings.model(configuration), base: base, to: folder + "/delta")
        let file = try SafetensorsFile(folder + "/delta")
        try SafetensorsWriter.write(
          file.names.filter { $0 != "fc.bias" }.map { .init(name: $0, try file.array(named: $0)) },
          metadata: file.metadata, to: folder + "/less")
        expectError("/less", "/base", "both lack fc.bias") {
          _ = try DeltaCheckpoint.load(folder + "/less", base: base)
        }
      }
    }
  }
}
