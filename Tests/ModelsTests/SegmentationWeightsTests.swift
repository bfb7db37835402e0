import Formats
import NeuralNet
import TestSupport
import Tensor
import Testing

@testable import Models

/// Weights of classifiers in the backbones of segmentation networks.
@Suite struct SegmentationWeightsTests {
  private func make(_ name: String, seed: UInt64) throws -> Model {
    var generator = Generator(seed: seed)
    var configuration = try ModelRegistry.entry(named: name).defaults
    configuration.classes = 6
    let model = try ModelRegistry.make(configuration, using: &generator)
    model.network.setTraining(false)
    return model
  }

  private func classifier(_ naming: MobileNaming, padding: MobileDesign.Padding = .symmetric) throws -> MobileNetwork {
    var generator = Generator(seed: 4)
    let configuration = try ModelRegistry.entry(named: "mobilenetv2_100").defaults
    let network = MobileNetwork(
      .mobileNetV2(padding: padding), naming: naming, configuration: configuration, using: &generator)
    network.setTraining(false)
    return network
  }

  private func load(_ file: Arrays, into model: Model) throws -> LoadReport {
    var policy = LoadPolicy()
    policy.optional = model.headTensors(absentFrom: file)
    return try model.load(file, from: "memory", policy: policy)
  }

  private func features(_ model: Model, _ images: Tensor) throws -> [Tensor] {
    let network = try #require(model.network as? SegmentationNetwork)
    return withoutGradients { network.backbone.features(images) }
  }

  /// All names of the head, and of nothing else, keep new values.
  private func expectNewHead(_ report: LoadReport, _ model: Model) {
    let names = model.network.namedTensors().filter { $0.tensor.dtype == .float32 }.map(\.name)
    #expect(report.replaced.map(\.name) == names.filter { $0.hasPrefix("decode_head.") })
    #expect(report.replaced.allSatisfy { $0.found == "absent" })
    #expect(Set(report.matched).isSuperset(of: names.filter { $0.hasPrefix("backbone.") }))
    #expect(report.isComplete)
  }

  @Test(arguments: [MobileNaming.timm, .torchvision, .openMMLab(under: "backbone.")])
  func mobileNetUnderPublishedNames(_ naming: MobileNaming) throws {
    let source = try classifier(naming)
    let model = try make("fcn_mobilenetv2", seed: 9)
    expectNewHead(try load(Arrays(source), into: model), model)
    let images = Samples.normal([2, 64, 64, 3], seed: 2)
    let maps = withoutGradients { source.backbone.features(images) }
    let found = try features(model, images)
    // Behind these two stages the classifier halves the map and the backbone dilates.
    for (own, theirs) in zip(found, [maps[1], maps[2]]) { expectClose(own, theirs, rtol: 0, atol: 0) }
  }

  @Test func torchvisionsResNetHasThePlainStem() throws {
    let source = try make("resnet18", seed: 3)
    let model = try make("fcn_r18b", seed: 9)
    expectNewHead(try load(Arrays(source.network), into: model), model)
    let network = try #require(source.network as? ResNet)
    let images = Samples.normal([2, 64, 64, 3], seed: 2)
    let first = withoutGradients { network.layer1(network.maxpool(network.bn1(network.conv1(images)))) }
    let found = try features(model, images)
    expectClose(found[0], first, rtol: 0, atol: 0)
    expectClose(found[1], withoutGradients { network.layer2(first) }, rtol: 0, atol: 0)
  }

  /// A stem of another kind would leave the blocks behind it on features they have never seen.
  @Test func anotherStemIsRefused() throws {
    let file = try Arrays(make("resnet18", seed: 3).network)
    let error = #expect(throws: LoadError.self) { try load(file, into: make("fcn_r18", seed: 9)) }
    #expect(error?.report.missing.contains("backbone.stem.0.weight") == true)
    #expect(error?.report.missing.allSatisfy { $0.hasPrefix("backbone.stem.") } == true)
    #expect(error?.report.unexpected.contains("conv1.weight") == true)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let model = try make("fcn_mobilenetv2", seed: 9)
    let before = model.network.namedTensors()[0].tensor.floatArray()
    var file = try Arrays(classifier(.timm))
    file.arrays["blocks.3.1.conv_dw.weight"] = nil
    file.arrays["surprise"] = try StoredArray([Float(1)])
    file.arrays["bn1.bias"] = try StoredArray([Float](repeating: 0, count: 7))
    let error = #expect(throws: LoadError.self) { try load(file, into: model) }
    #expect(error?.report.missing == ["backbone.layer4.1.conv.1.conv.weight"])
    #expect(error?.report.unexpected == ["surprise"])
    #expect(
      error?.report.misfits.map(\.description) == [
        "backbone.conv1.bn.bias is float32 [7], the model has float32 [32]"
      ])
    #expect(model.network.namedTensors()[0].tensor.floatArray() == before)
  }

  @Test func theHeadIsAskedForUnlessItMayBeNew() throws {
    let model = try make("fcn_mobilenetv2", seed: 9)
    let file = try Arrays(classifier(.timm))
    let error = #expect(throws: LoadError.self) { try model.load(file, from: "memory") }
    #expect(error?.report.missing.contains("decode_head.conv_seg.weight") == true)
    #expect(error?.report.missing.allSatisfy { $0.hasPrefix("decode_head.") } == true)
  }

  /// A file that has a head must have the whole of it.
  @Test func ownNamesLoadAsTheyAre() throws {
    let (one, other) = (try make("fcn_mobilenetv2", seed: 1), try make("fcn_mobilenetv2", seed: 2))
    var file = try Arrays(one.network)
    #expect(other.headTensors(absentFrom: file).isEmpty)
    #expect(try load(file, into: other).replaced.isEmpty)
    file.arrays["decode_head.conv_cat.conv.weight"] = nil
    let error = #expect(throws: LoadError.self) { try load(file, into: other) }
    #expect(error?.report.missing == ["decode_head.conv_cat.conv.weight"])
    #expect(try make("resnet18", seed: 1).headTensors(absentFrom: file).isEmpty)
  }

  static let weights = SharedData.path("weights/imagenet_mobilenet_v2_1.0_224.safetensors")

  /// Without dilation the backbone of TensorFlow's weights computes what the classifier does before its last convolution.
  @Test(.enabled(if: weights != nil)) func publishedWeightsGiveTheClassifiersFeatures() throws {
    let path = try #require(Self.weights)
    let file = try SafetensorsFile(path)
    var configuration = try ModelRegistry.entry(named: "tf_mobilenetv2_100").defaults
    configuration.classes = 1000
    var generator = Generator(seed: 0)
    let classifier = try ModelRegistry.make(configuration, using: &generator)
    try classifier.load(file, from: path)
    classifier.network.setTraining(false)
    let model = try make("upernet_tf_mobilenetv2", seed: 9)
    var policy = LoadPolicy()
    policy.optional = model.headTensors(absentFrom: file)
    expectNewHead(try model.load(file, from: path, policy: policy), model)
    #expect(model.configuration.preparation.mean == configuration.preparation.mean)
    #expect(model.configuration.preparation.deviation == configuration.preparation.deviation)
    let images = Samples.normal([1, 70, 70, 3], seed: 2)
    let network = try #require(classifier.network as? MobileNetwork)
    let maps = withoutGradients { network.backbone.features(images) }
    for (own, stage) in zip(try features(model, images), [1, 2, 4, 6]) {
      expectClose(own, maps[stage], rtol: 0, atol: 0)
    }
  }
}
