import Formats
import Models
import NeuralNet
import TestSupport
import Tensor
import Testing

/// Weights of mobile networks under the names of other publishers.
@Suite struct PublishedNamesTests {
  private func make(_ name: String, seed: UInt64) throws -> Model {
    var generator = Generator(seed: seed)
    var configuration = try ModelRegistry.entry(named: name).defaults
    configuration.classes = 6
    return try ModelRegistry.make(configuration, using: &generator)
  }

  private func network(_ design: MobileDesign, _ naming: MobileNaming) throws -> Layer {
    var generator = Generator(seed: 4)
    var configuration = try ModelRegistry.entry(named: "mobilenetv2_100").defaults
    configuration.classes = 6
    return MobileNetwork(design, naming: naming, configuration: configuration, using: &generator)
  }

  private func expectSame(_ one: Layer, _ other: Layer) {
    let images = Samples.normal([2, 64, 64, 3], seed: 2)
    one.setTraining(false)
    other.setTraining(false)
    let (first, second) = withoutGradients { (one(images), other(images)) }
    expectClose(first, second, rtol: 1e-5, atol: 1e-5)
  }

  @Test func torchvisionNames() throws {
    let source = try network(.mobileNetV2(), .torchvision)
    let names = Set(source.namedTensors().map(\.name))
    #expect(
      names.isSuperset(of: [
        "features.0.0.weight", "features.0.1.running_mean", "features.1.conv.0.0.weight", "features.1.conv.1.weight",
        "features.1.conv.2.bias", "features.2.conv.0.0.weight", "features.17.conv.1.1.weight",
        "features.17.conv.2.weight",
        "features.17.conv.3.running_var", "features.18.0.weight", "features.18.1.bias", "classifier.1.weight",
      ]))
    let model = try make("mobilenetv2_100", seed: 9)
    try model.load(Arrays(source), from: "memory")
    expectSame(model.network, source)
  }

  @Test func namesOfTheEfficientNetPackages() throws {
    let source = try network(.efficientNetLite0, .efficientNet)
    let model = try make("efficientnet_lite0", seed: 9)
    try model.load(Arrays(source), from: "memory")
    expectSame(model.network, source)
  }

  @Test func namesOfMCUNet() throws {
    let names = Set(try make("mcunet_5fps", seed: 1).network.namedTensors().map(\.name))
    #expect(
      names.isSuperset(of: [
        "first_conv.conv.weight", "first_conv.bn.running_var",
        "blocks.0.mobile_inverted_conv.depth_conv.conv.weight",
        "blocks.1.mobile_inverted_conv.inverted_bottleneck.conv.weight",
        "blocks.13.mobile_inverted_conv.point_linear.bn.bias", "classifier.linear.weight",
      ]))
    #expect(!names.contains("blocks.0.mobile_inverted_conv.inverted_bottleneck.conv.weight"))
  }

  /// A convolution with a bias instead of a norm becomes a norm that adds the bias.
  @Test func foldedNormsBecomeNormsThatShift() throws {
    let model = try make("mcunet_5fps", seed: 1)
    var file = Arrays()
    for (name, tensor) in model.network.namedTensors() where name.hasSuffix("conv.weight") {
      var folded = name.replacing(".mobile_inverted_conv", with: "").replacing(".conv.weight", with: "")
      for (own, other) in [
        ("inverted_bottleneck", "pointwise1"), ("depth_conv", "depthwise"), ("point_linear", "pointwise2"),
      ] { folded.replace(own, with: other) }
      file.arrays[folded + ".weight"] = try StoredArray(tensor.floatArray(), shape: tensor.shape.array)
      let bias = Samples.normal([tensor.shape[0]], seed: 7)
      file.arrays[folded + ".bias"] = try StoredArray(bias.floatArray())
    }
    file.arrays["classifier.weight"] = try StoredArray([Float](repeating: 0.5, count: 960), shape: [6, 160, 1, 1])
    file.arrays["classifier.bias"] = try StoredArray([Float](repeating: 0.25, count: 6))
    try model.load(file, from: "memory")
    let tensors = Dictionary(uniqueKeysWithValues: model.network.namedTensors().map { ($0.name, $0.tensor) })
    let norm = "blocks.2.mobile_inverted_conv.depth_conv.bn"
    let scale = try #require(tensors["\(norm).weight"]).floatArray()
    #expect(scale == Array(repeating: Float(1 + 1e-5).squareRoot(), count: 48))
    #expect(try #require(tensors["\(norm).bias"]).floatArray() == file["blocks.2.depthwise.bias"]?.floats())
    #expect(try #require(tensors["\(norm).running_mean"]).floatArray().allSatisfy { $0 == 0 })
    #expect(try #require(tensors["\(norm).running_var"]).floatArray().allSatisfy { $0 == 1 })
    #expect(tensors["classifier.linear.weight"]?.shape == [6, 160])

    file.arrays["blocks.2.depthwise.bias"] = try StoredArray([Float](repeating: 0, count: 7))
    file.arrays["surprise"] = try StoredArray([Float(1)])
    file.arrays["blocks.3.depthwise.weight"] = nil
    let error = #expect(throws: LoadError.self) { try model.load(file, from: "memory") }
    #expect(error?.report.unexpected == ["surprise"])
    #expect(error?.report.missing == ["blocks.3.mobile_inverted_conv.depth_conv.conv.weight"])
    #expect(error?.report.misfits.count == 4)
  }

  @Test func ownNamesLoadAsTheyAre() throws {
    let (one, other) = (try make("mobilenetv2_050", seed: 1), try make("mobilenetv2_050", seed: 2))
    #expect(try other.load(Arrays(one.network), from: "memory").isComplete)
    expectSame(one.network, other.network)
  }
}
