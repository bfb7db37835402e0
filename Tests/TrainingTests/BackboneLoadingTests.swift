import Formats
import Models
import NeuralNet
import Tensor
import Testing

@testable import Training

extension TrainingSuite {
  /// Weights for other classes: the classifier is new, all else is theirs.
  @Suite struct BackboneLoadingTests {
    private func model(classes: Int, seed: UInt64, channels: Int = 3) throws -> Model {
      var configuration = try ModelRegistry.entry(named: "cifar_resnet20").defaults
      (configuration.classes, configuration.inputChannels) = (classes, channels)
      var generator = Generator(seed: seed)
      return try ModelRegistry.make(configuration, using: &generator)
    }

    private func values(_ model: Model) -> [String: [Float]] {
      let tensors = model.network.namedTensors().filter { $0.tensor.dtype == .float32 }
      return Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor.floatArray()) })
    }

    @Test func theClassifierOfOtherClassesIsNew() throws {
      try withTemporaryFolder { folder in
        let (source, target) = (try model(classes: 10, seed: 1), try model(classes: 3, seed: 2))
        let (theirs, own) = (values(source), values(target))
        let path = folder + "/weights"
        try ModelCheckpoint.save(source, to: path)
        let report = try target.loadBackbone(path)
        #expect(report.replaced.map(\.name) == ["linear.weight", "linear.bias"])
        #expect(report.replaced[0].found == "float32 [10, 64]" && report.replaced[0].expected == "float32 [3, 64]")
        for (name, loaded) in values(target) {
          #expect(loaded == (name.hasPrefix("linear.") ? own[name] : theirs[name]), "\(name)")
        }
      }
    }

    @Test func theClassifierOfTheSameClassesIsTheirs() throws {
      try withTemporaryFolder { folder in
        let (source, target) = (try model(classes: 10, seed: 1), try model(classes: 10, seed: 2))
        try ModelCheckpoint.save(source, to: folder + "/weights")
        #expect(try target.loadBackbone(folder + "/weights").replaced.isEmpty)
        #expect(values(target) == values(source))
      }
    }

    @Test func theHeadOfASegmentationNetworkOnAClassifiersWeightsIsNew() throws {
      try withTemporaryFolder { folder in
        func model(_ name: String, classes: Int, seed: UInt64) throws -> Model {
          var configuration = try ModelRegistry.entry(named: name).defaults
          configuration.classes = classes
          var generator = Generator(seed: seed)
          return try ModelRegistry.make(configuration, using: &generator)
        }
        let target = try model("fcn_mobilenetv2", classes: 3, seed: 2)
        let own = values(target)
        let path = folder + "/weights"
        try ModelCheckpoint.save(model("mobilenetv2_100", classes: 7, seed: 1), to: path)
        let report = try target.loadBackbone(path)
        #expect(report.isComplete)
        for (name, loaded) in values(target) where name.hasSuffix("conv.weight") {
          #expect((loaded == own[name]) == name.hasPrefix("decode_head."), "\(name)")
        }

        // A difference from a classifier's weights is whole again with them.
        let base = DeltaCheckpoint.Base(path)
        let names = try DeltaCheckpoint.save(target, base: base, to: folder + "/delta")
        #expect(names.contains("decode_head.convs.0.conv.weight") && !names.contains("backbone.conv1.conv.weight"))
        #expect(values(try DeltaCheckpoint.load(folder + "/delta", base: base).model) == values(target))
      }
    }

    @Test func otherDifferencesAreErrors() throws {
      try withTemporaryFolder { folder in
        let (source, target) = (try model(classes: 10, seed: 1), try model(classes: 3, seed: 2, channels: 1))
        let own = values(target)
        try ModelCheckpoint.save(source, to: folder + "/weights")
        let error = #expect(throws: LoadError.self) { try target.loadBackbone(folder + "/weights") }
        #expect(error?.report.misfits.map(\.name) == ["conv1.weight"])
        #expect(values(target) == own)
      }
    }
  }
}
