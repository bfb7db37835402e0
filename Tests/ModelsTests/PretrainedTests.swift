import DataSets
import Formats
import Models
import NeuralNet
import TestSupport
import Tensor
import Testing
import Training

/// Published weights on the pictures they were made for; skipped where data or weights are absent.
@Suite(.serialized) struct PretrainedTests {
  static func weights(_ depth: Int) -> String? { SharedData.path("weights/cifar10_resnet\(depth).safetensors") }
  static let hasWeights = weights(20) != nil && weights(56) != nil
  static let pictures = SharedData.path("cifar10-subset")

  private func network(_ depth: Int) throws -> (Layer, ModelConfiguration, LoadReport) {
    let configuration = try ModelRegistry.entry(named: "cifar_resnet\(depth)").defaults
    var generator = Generator(seed: 0)
    let network = try ModelRegistry.make(configuration, using: &generator).network
    let path = try #require(PretrainedTests.weights(depth))
    return (network, configuration, try network.load(SafetensorsFile(path), from: path))
  }

  @Test(.enabled(if: hasWeights)) func publishedWeightsLoad() throws {
    let (network, _, report) = try network(20)
    #expect(report.isComplete)
    let floats = network.namedTensors().filter { $0.tensor.dtype == .float32 }.map(\.name)
    #expect(Set(report.matched).isSuperset(of: floats))
  }

  @Test(.enabled(if: hasWeights)) func weightsOfAnotherDepthAreRefused() throws {
    let configuration = try ModelRegistry.entry(named: "cifar_resnet20").defaults
    var generator = Generator(seed: 0)
    let network = try ModelRegistry.make(configuration, using: &generator).network
    let path = try #require(PretrainedTests.weights(56))
    let error = #expect(throws: LoadError.self) { try network.load(SafetensorsFile(path), from: path) }
    #expect(error?.report.unexpected.contains("layer3.8.conv2.weight") == true)
    #expect(error?.report.missing.isEmpty == true)
  }

  /// The counts and the losses that PyTorch finds, in float32 and in float64: Tests/References/evaluate_cifar.py.
  @Test(
    .enabled(if: hasWeights && pictures != nil),
    arguments: [(20, 1836, 1993, 0.375524), (56, 1861, 1994, 0.330443)])
  func accuracy(_ depth: Int, correct: Int, correctInFive: Int, loss: Double) throws {
    let (network, configuration, _) = try network(depth)
    let splits = try DataSource.open(try #require(PretrainedTests.pictures))
    let loader = try DataLoader(
      splits.validation, batchSize: 250,
      normalization: Normalization(mean: configuration.preparation.mean, deviation: configuration.preparation.deviation)
    )
    let result = try evaluate(network, on: loader, classes: 10)
    #expect(result.total == 2000)
    #expect(result.correct == correct)
    #expect(result.correctInFive == correctInFive)
    #expect((result.loss - loss).magnitude < 2e-6)
    #expect(result.confusion.indices.reduce(0) { $0 + result.confusion[$1][$1] } == correct)
  }

  static let samples = SharedData.path("imagenet-samples-224")

  /// The counts that PyTorch finds with the same weights and the same preparation: Tests/References/evaluate_imagenet.py.
  @Test(
    .enabled(if: samples != nil && SharedData.path("weights/imagenet_mcunet_5fps.safetensors") != nil),
    arguments: [
      ("mcunet_5fps", "mcunet_5fps", 609, 840), ("proxyless_w03", "proxyless_w03", 551, 793),
      ("mbv2_w035", "mbv2_w035", 508, 757), ("tf_mobilenetv2_100", "mobilenet_v2_1.0_224", 865, 976),
      ("efficientnet_lite0", "efficientnet_lite0", 870, 971),
    ])
  func imageNetAccuracy(_ name: String, file: String, correct: Int, correctInFive: Int) throws {
    var generator = Generator(seed: 0)
    let model = try ModelRegistry.make(ModelRegistry.entry(named: name).defaults, using: &generator)
    let path = try #require(SharedData.path("weights/imagenet_\(file).safetensors"))
    #expect(try model.load(SafetensorsFile(path), from: path).isComplete)
    let splits = try DataSource.open(try #require(PretrainedTests.samples))
    #expect(splits.kind == .croppedPhotographs)
    let loader = try PicturePreparation(model.configuration, for: splits).loader(of: splits.validation, batchSize: 50)
    let result = try evaluate(model.network, on: loader, classes: 1000)
    #expect(result.total == 1000)
    #expect(result.correct == correct)
    #expect(result.correctInFive == correctInFive)
  }
}
