import NeuralNet
import TestSupport
import Tensor
import Testing

@testable import Models

/// The mobile vision graph networks: published sizes and names, and small ones against PyTorch.
@Suite struct GraphNetworkTests {
  private static func make(_ name: String, classes: Int = 1000) throws -> Layer {
    var configuration = try ModelRegistry.entry(named: name).defaults
    configuration.classes = classes
    var generator = Generator(seed: 3)
    return try ModelRegistry.make(configuration, using: &generator).network
  }

  @Test(
    arguments: [
      ("mobilevig_ti", 5_271_074), ("mobilevig_s", 7_276_538), ("mobilevig_m", 14_075_786),
      ("mobilevig_b", 26_868_506), ("mobilevigv2_ti", 5_695_824), ("mobilevigv2_s", 7_767_632),
      ("mobilevigv2_m", 15_471_504), ("mobilevigv2_b", 27_878_864), ("greedyvig_s", 11_983_376),
      ("greedyvig_m", 21_928_112), ("greedyvig_b", 30_905_296),
    ])
  func sizes(_ name: String, parameters: Int) throws {
    #expect(try GraphNetworkTests.make(name).parameterCount == parameters)
  }

  static let names = (MobileViG.entries + MobileViGV2.entries + GreedyViG.entries).map(\.name)

  @Test(arguments: GraphNetworkTests.names) func everyParameterLearns(_ name: String) throws {
    let network = try GraphNetworkTests.make(name, classes: 7)
    let logits = network(Samples.normal([4, 64, 64, 3], seed: 5))
    #expect(logits.shape == [4, 7])
    let found = gradients(of: crossEntropy(logits, labels: Tensor([0, 6, 3, 3] as [Int64])))
    for (name, parameter) in network.namedParameters() {
      let gradient = try #require(found[parameter], "\(name)")
      #expect(gradient.shape == parameter.value.shape, "\(name)")
      let size = gradient.squared().sum().item()
      // The gradient of a bias before a norm is zero but for rounding.
      #expect(size.isFinite && (size > 0 || name.hasSuffix(".bias")), "\(name)")
    }
  }

  @Test func trainingWantsTwoPictures() throws {
    let entry = try ModelRegistry.entry(named: "mobilevig_ti")
    #expect(throws: UnfitInput.self) { try entry.check(inputSize: 224, trainingBatch: 1) }
    try entry.check(inputSize: 32, trainingBatch: 2)
    try entry.check(inputSize: 224)
  }

  @Test func namesOfMobileViGV2() throws {
    let shapes = try shapes("mobilevigv2_ti")
    #expect(shapes["stem.stem.3.weight"] == [32, 16, 3, 3])
    #expect(shapes["backbone.0.1.layer_scale_1"] == [32, 1, 1])
    #expect(shapes["backbone.0.1.dws.pw1.weight"] == [128, 32, 1, 1])
    #expect(shapes["backbone.0.1.dws.dw.bias"] == [128])
    #expect(shapes["backbone.0.1.dws.norm3.running_var"] == [32])
    #expect(shapes["backbone.1.0.conv.0.weight"] == [64, 32, 3, 3])
    #expect(shapes["backbone.1.0.conv.1.num_batches_tracked"] == [])
    #expect(shapes["backbone.2.8.mixer.cpe.pe.weight"] == [128, 1, 7, 7])
    #expect(shapes["backbone.2.8.mixer.fc1.0.weight"] == [128, 128, 1, 1])
    #expect(shapes["backbone.2.8.mixer.graph_conv.nn.0.weight"] == [128, 256, 1, 1])
    #expect(shapes["backbone.2.8.mixer.graph_conv.nn.1.running_mean"] == [128])
    #expect(shapes["backbone.2.8.mixer.fc2.1.weight"] == [128])
    #expect(shapes["backbone.2.8.ffn.0.weight"] == [512, 128, 1, 1])
    #expect(shapes["backbone.2.8.ffn.4.bias"] == [128])
    #expect(shapes["backbone.2.8.layer_scale_2"] == [128, 1, 1])
    #expect(shapes["prediction.1.weight"] == [512, 256, 1, 1])
    #expect(shapes["prediction.2.running_var"] == [512])
    #expect(shapes["dist_head.weight"] == [1000, 512, 1, 1])
  }

  @Test func namesOfGreedyViG() throws {
    let shapes = try shapes("greedyvig_s")
    #expect(shapes["backbone.0.0.layer_scale_2"] == [48])
    #expect(shapes["backbone.0.0.layer_scale_1"] == nil)
    #expect(shapes["backbone.0.0.dws.pw2.weight"] == [48, 192, 1, 1])
    #expect(shapes["backbone.0.2.layer_scale_1"] == [48])
    #expect(shapes["backbone.3.4.mixer.graph_conv.nn.0.weight"] == [384, 768, 1, 1])
    #expect(shapes["head.weight"] == [1000, 768, 1, 1])
  }

  private func shapes(_ name: String) throws -> [String: Shape] {
    let tensors = try GraphNetworkTests.make(name).namedTensors()
    return Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor.shape) })
  }

  /// Tokens half a grid away give the threshold 8 − 2.07: columns two apart, at distance 2, are near, rows, at 8, are not.
  @Test func greedyRamp() {
    let ramp = Tensor((0..<16).map(Float.init), shape: [1, 4, 4, 1])
    let result = Aggregation.greedy(spacing: 2)(ramp).sliced(axis: 3, 1..<2)
    #expect(result.floatArray() == [2, 2, 0, 0, 2, 2, 0, 0, 2, 2, 0, 0, 2, 2, 0, 0])
  }

  @Test(arguments: ["mobilevigv2_reduced", "greedyvig_reduced"]) func agreesWithPyTorch(_ name: String) throws {
    let reference = try ModelReference.read(name)
    let design = GraphPyramid.Design(
      blocks: [(1, name.hasPrefix("greedy") ? 1 : 0), (1, 1), (1, 1), (1, 1)], channels: [8, 12, 16, 24], embedding: 32,
      dropPath: 0)
    let configuration = ModelConfiguration(
      name: name, classes: reference.classes, inputSize: reference.input[3], preparation: .imageNet)
    var generator = Generator(seed: 0)
    let network =
      name.hasPrefix("greedy")
      ? GreedyViG(design, configuration: configuration, using: &generator)
      : MobileViGV2(design, configuration: configuration, using: &generator)
    #expect(network.parameterCount == reference.parameterCount)
    reference.expectAgreement(ModelRun(reference, ModelRun.filled(network.namingParts())))
  }

  /// Rates of stochastic depth by block: rising from 0 to 0.1, in MobileViGv2 with those of the graph blocks alone.
  @Test func ratesOfStochasticDepth() throws {
    func rates(_ name: String) throws -> [Float] {
      try GraphNetworkTests.make(name).namedModules().compactMap { ($0.module as? DropPath)?.probability }
    }
    let first = try rates("mobilevig_ti")
    expectClose(first, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 11, 11].map { $0 * 0.1 / 11 }, rtol: 1e-6)
    let second = try rates("mobilevigv2_ti")
    expectClose(second, [0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2, 3, 4, 4, 4, 5].map { $0 * 0.1 / 17 }, rtol: 1e-6)
  }

  @Test func droppedBranchesFollowTheGenerators() throws {
    let images = Samples.normal([8, 32, 32, 3], seed: 1)
    func logits() throws -> [Float] {
      try withoutGradients { try GraphNetworkTests.make("mobilevig_ti", classes: 4)(images).floatArray() }
    }
    #expect(try logits() == logits())
    let network = try GraphNetworkTests.make("mobilevig_ti", classes: 4)
    let (first, second) = withoutGradients { (network(images).floatArray(), network(images).floatArray()) }
    #expect(first != second)
  }

  @Test func predictionIsTheMeanOfTheHeads() throws {
    let network = try #require(GraphNetworkTests.make("mobilevigv2_ti", classes: 4) as? GraphNetwork)
    network.setTraining(false)
    let images = Samples.normal([2, 64, 64, 3], seed: 1)
    let (labels, teacher) = withoutGradients { network.heads(images) }
    #expect(labels.shape == [2, 4] && teacher.shape == [2, 4])
    #expect(labels.floatArray() != teacher.floatArray())
    expectClose(withoutGradients { network(images) }, (labels + teacher).scaled(by: 0.5), rtol: 1e-6)
  }
}
