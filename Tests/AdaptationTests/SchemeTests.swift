import Models
import NeuralNet
import Tensor
import TestSupport
import Testing

@testable import Adaptation

extension AdaptationSuite {
  @Suite struct SchemeTests {
    static func network(
      _ name: String = "resnet18", size: Int = 64, classes: Int = 5, frozen: [String] = []
    ) throws -> AdaptableNetwork {
      var generator = Generator(seed: 0)
      var configuration = try ModelRegistry.entry(named: name).defaults
      (configuration.inputSize, configuration.classes) = (size, classes)
      return try AdaptableNetwork(ModelRegistry.make(configuration, using: &generator), frozen: frozen)
    }

    /// Nothing of a head that the weights lacked stays random and frozen.
    @Test func aNewHeadTrainsWithTheClassifier() throws {
      let model = try Self.network("deeplabv3_mobilenetv2").model
      let head = Set(model.network.namedTensors().map(\.name).filter { $0.hasPrefix("decode_head.") })
      let network = try AdaptableNetwork(model, new: head)
      let parameters = head.intersection(model.network.namedParameters().map(\.name))
      let layer = "decode_head.bottleneck.conv"
      for choices in [[], [Scheme.Choice(layer: layer, strategy: try FilteredTraining(patch: 2))]] {
        try network.install(Scheme(choices, norms: .frozen), seed: 0)
        #expect(Set(network.trained.map(\.name)) == parameters)
      }
      try network.install(Scheme([.init(layer: layer, strategy: BiasTraining())], norms: .frozen), seed: 0)
      #expect(!network.trained.map(\.name).contains("\(layer).weight"), "a strategy of its own counts")
    }

    @Test func selectsTheDeepestLayers() throws {
      let body = try Self.network().body
      func paths(_ text: String) throws -> [String] { try LayerSelection(parsing: text).select(from: body).map(\.path) }
      #expect(try paths("last:3") == ["layer4.0.conv2", "layer4.1.conv1", "layer4.1.conv2"])
      #expect(try paths("last:4").first == "layer4.0.conv1", "not the projection of the shortcut, which is as deep")
      #expect(try paths("layer4.1, conv1") == ["conv1", "layer4.1.conv1", "layer4.1.conv2"])
      #expect(try paths("all").count == 20 && paths("none").isEmpty)
    }

    @Test(arguments: [
      ("last:0", "expected last: and a number"), ("last:99", "more layers than the 20"),
      ("layer9", "no layer is called \"layer9\""),
      ("", "selects no layers"),
    ])
    func refusesSelections(_ text: String, _ message: String) throws {
      let body = try Self.network().body
      let error = #expect(throws: StrategyError.self) { _ = try LayerSelection(parsing: text).select(from: body) }
      #expect(error?.description.contains(message) ?? false, "\(error?.description ?? "")")
    }

    @Test(arguments: [
      ("filter:0", "the patch is 0"), ("filter:1", "the patch is 1"), ("filter", "wants the side of its patches"),
      ("filter:2:best", "unbiased or reference"), ("magic", "there is no strategy \"magic\""),
    ])
    func refusesStrategies(_ text: String, _ message: String) {
      let error = #expect(throws: StrategyError.self) { _ = try StrategyName.parse(text) }
      #expect(error?.description.contains(message) ?? false, "\(error?.description ?? "")")
    }

    @Test(arguments: [
      "exact", "filter:4", "filter:2:reference", "lora:8", "lora:24:8", "bias", "sparse:0.25", "low-rank:0.8",
      "subspace:8",
      "psq:8", "ptq:4", "walsh:l1-4", "lora:8+walsh:l1-2",
    ]) func namesParseBack(_ text: String) throws {
      #expect(try StrategyName.parse(text).description == text)
    }

    @Test func aPatchLargerThanTheMapIsRefusedBeforeAnythingChanges() throws {
      let network = try Self.network()
      var generator = Generator(seed: 0)
      let scheme = Scheme([.init(layer: "layer4.1.conv2", strategy: try FilteredTraining(patch: 4))])
      let error = #expect(throws: StrategyError.self) { try network.install(scheme, using: &generator) }
      #expect(error?.description.contains("larger than the map of layer4.1.conv2, 2×2") ?? false)
      #expect(network.trained.count == network.network.namedParameters().count)
    }

    @Test func trainsWhatItSays() throws {
      let network = try Self.network()
      var generator = Generator(seed: 0)
      let choices = [Scheme.Choice(layer: "layer4.1.conv2", strategy: try FilteredTraining(patch: 2))]
      func trained(_ norms: Scheme.Norms) throws -> [String] {
        try network.install(Scheme(choices, norms: norms), using: &generator)
        return network.trained.map(\.name)
      }
      #expect(try trained(.frozen) == ["layer4.1.conv2.weight", "fc.weight", "fc.bias"])
      #expect(try trained(.shifts) == ["layer4.1.conv2.weight", "layer4.1.bn2.bias", "fc.weight", "fc.bias"])
      #expect(try trained(.all).contains("layer4.1.bn2.weight"))
      #expect(try network.layers["layer4.1.conv2"].map { try backward(of: $0) is GradientFilter } == true)
      try network.install(Scheme([]), using: &generator)
      #expect(network.trained.map(\.name) == ["fc.weight", "fc.bias"])
      #expect(try network.layers["layer4.1.conv2"].map { try backward(of: $0) is ExactConvolutionBackward } == true)
    }

    @Test func noSchemeTrainsWhatIsFrozen() throws {
      let network = try Self.network(frozen: ["layer4.1.conv2", "*.bn1.*", "fc"])
      #expect(network.classifier.isEmpty)
      #expect(
        try LayerSelection.last(2).select(from: network.body).map(\.path) == ["layer4.0.conv2", "layer4.1.conv1"])
      try network.install(Scheme([(.last(2), ExactTraining())], of: network, norms: .shifts), seed: 0)
      #expect(
        network.trained.map(\.name) == [
          "layer4.0.conv2.weight", "layer4.0.bn2.bias", "layer4.1.conv1.weight", "layer4.1.bn2.bias",
        ])
    }

    /// What a network has beside its layers, and trains from the first chosen layer on.
    private func trained(of network: AdaptableNetwork, _ layers: String) throws -> Set<String> {
      let selection = try LayerSelection(parsing: layers)
      try network.install(Scheme([(selection, ExactTraining())], of: network, norms: .all), seed: 0)
      return Set(network.trained.map(\.name))
    }

    @Test func tokensInFrontStayFrozen() throws {
      let network = try Self.network("vit_tiny_patch16_224")
      let trained = try trained(of: network, "last:4")
      #expect(trained.isSuperset(of: ["blocks.11.norm2.weight", "blocks.11.norm2.bias", "norm.weight", "norm.bias"]))
      #expect(trained.allSatisfy { $0.hasPrefix("blocks.11.") || $0.hasPrefix("norm.") || $0.hasPrefix("head.") })
      #expect(!trained.contains("blocks.11.norm1.weight"), "it stands in front of the first layer that trains")
      #expect(try FrozenFront(of: network).boundaries.first?.name == "blocks.10")
      #expect(try self.trained(of: network, "all").isSuperset(of: ["cls_token", "pos_embed"]))
    }

    @Test(arguments: [
      ("mobilevig_ti", "local_backbone.*", "layer_scale_2", []),
      ("efficientformer_l1", "stages.*", "gamma", ["stages.0.blocks.0.ls1.gamma"]),
    ])
    func layerScalesTrain(_ name: String, _ layers: String, _ scale: String, inFront: [String]) throws {
      let network = try Self.network(name)
      let trained = try trained(of: network, layers)
      let scales = network.network.namedParameters().map(\.name).filter { $0.hasSuffix(scale) }
      #expect(scales.count > 1 && scales.filter { !trained.contains($0) } == inFront)
      #expect(trained.allSatisfy { !$0.hasPrefix("stem.") })
    }

    private func backward(of layer: AdaptableLayer) throws -> any ConvolutionBackward {
      guard case .convolution(let module) = layer.kind else { throw StrategyError("\(layer.path) is no convolution") }
      return module.backward
    }

    @Test func probeTellsHowWellGradientsAgree() throws {
      let network = try Self.network()
      var generator = Generator(seed: 2)
      let images = Tensor.normal([3, 64, 64, 3], using: &generator)
      let layers = try LayerSelection(parsing: "last:4").select(from: network.body)
      let probe = GradientProbe(
        network, layers: layers,
        strategies: [ExactTraining(), BiasTraining(), try FilteredTraining(patch: 2), try FilteredTraining(patch: 4)],
        batch: 3
      ) { crossEntropy(network.network(images), labels: Tensor([Int64(0), 3, 4])) }
      #expect(probe.rows.map(\.layer.path) == layers.map(\.path))
      for row in probe.rows {
        #expect(row.squaredNorm > 0)
        #expect(
          row.agreements.map(\.strategy.description) == ["exact", "filter:2"], "a map of 2×2 has no patches of 4×4")
        #expect(abs(row.agreements[0].cosine - 1) < 1e-4 && row.agreements[0].signalToNoise > 60)
        #expect(row.agreements[1].cosine > 0.05 && row.agreements[1].cosine < 1)
        #expect(row.agreements[1].savedBytes * 4 == row.agreements[0].savedBytes || row.layer.options.stride == 2)
      }
      #expect(probe.rows.allSatisfy { $0.unmeasured.map(\.description) == ["bias"] }, "it trains no weight")
      #expect(probe.rows[0].agreements[0].inputCosine == nil, "nothing trains before the first layer")
      #expect(network.trained.isEmpty)
    }
  }
}
