import Foundation
import Models
import NeuralNet
import TestSupport
import Tensor
import Testing

/// The registered architectures: what they are called, how large they are, and that all of them train.
@Suite struct RegistryTests {
  static let names = ModelRegistry.entries.map(\.name)

  /// A small size that a model can be built for: 32, and 64 for those that need a grid to attend over.
  static func smallSize(_ name: String) throws -> Int {
    let takesAnySize = (try? ModelRegistry.entry(named: name).check(inputSize: 33, trainingBatch: 2)) != nil
    return takesAnySize ? 32 : 64
  }

  private func make(_ name: String, classes: Int? = nil, size: Int? = nil) throws -> Model {
    var configuration = try ModelRegistry.entry(named: name).defaults
    if let classes { configuration.classes = classes }
    if let size { configuration.inputSize = size }
    var generator = Generator(seed: 3)
    return try ModelRegistry.make(configuration, using: &generator)
  }

  /// Configurations come from files.
  @Test func impossibleConfigurationsAreErrors() throws {
    for (keyPath, value) in [
      (\ModelConfiguration.classes, -1), (\.classes, 1 << 40), (\.inputChannels, -3), (\.inputChannels, 0),
      (\.inputSize, .max), (\.inputSize, .min),
    ] {
      var (configuration, generator) = (try ModelRegistry.entry(named: "resnet18").defaults, Generator(seed: 0))
      configuration[keyPath: keyPath] = value
      #expect(throws: UnusableConfiguration.self) { try ModelRegistry.make(configuration, using: &generator) }
    }
    let entry = try ModelRegistry.entry(named: "resnet18")
    #expect(throws: UnfitInput.self) { try entry.check(inputSize: .max, trainingBatch: 2) }
  }

  @Test(arguments: RegistryTests.names) func everyParameterHasAGradient(_ name: String) throws {
    let size = try RegistryTests.smallSize(name)
    let model = try make(name, classes: 7, size: size)
    let images = Samples.normal([2, size, size, model.configuration.inputChannels], seed: 5)
    let logits = model.network(images)
    #expect(logits.shape == (model.task == .segmentation ? [2, size, size, 7] : [2, 7]))
    let labels = (0..<logits.count / 7).map { Int64($0 * 6 % 7) }
    let found = gradients(of: crossEntropy(logits, labels: Tensor(labels)))
    let parameters = model.network.namedParameters()
    for (name, parameter) in parameters {
      let gradient = try #require(found[parameter], "\(name)")
      #expect(gradient.shape == parameter.value.shape, "\(name)")
      #expect(gradient.isFinite, "\(name)")
    }
    // Others may be zero where a network starts: behind norms that begin at zero, or before norms that take a bias away.
    for end in [parameters[0], parameters[parameters.count - 1]] {
      let size = try #require(found[end.parameter]).absolute().sum().item()
      #expect(size > 0, "\(end.name)")
    }
  }

  /// The numbers of torchvision, timm and pytorch_resnet_cifar10, and of the references.
  @Test(
    arguments: [
      ("resnet18", 11_689_512, 62), ("resnet34", 21_797_672, 110), ("mobilenetv2_100", 3_504_872, 158),
      ("cifar_resnet20", 269_722, 59), ("cifar_resnet56", 853_018, 167), ("resnet50", 25_557_032, 161),
      ("mobilenetv2_035", 1_677_128, 158), ("mobilenetv2_050", 1_968_680, 158), ("mobilenetv2_075", 2_636_424, 158),
      ("mobilenetv2_140", 6_108_776, 158), ("efficientnet_lite0", 4_652_008, 149), ("mcunet_5fps", 636_232, 128),
      ("proxyless_w03", 428_648, 182), ("fcn_r18", 12_673_523, 77), ("upernet_r18", 40_807_283, 104),
    ])
  func sizes(_ name: String, parameters: Int, tensors: Int) throws {
    let network = try make(name).network
    #expect(network.parameterCount == parameters)
    #expect(network.namedParameters().count == tensors)
  }

  @Test func namesOfResNet() throws {
    let tensors = try make("resnet18").network.namedTensors()
    let shapes = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor.shape) })
    #expect(tensors.count == 122)
    #expect(shapes["conv1.weight"] == [64, 3, 7, 7])
    #expect(shapes["bn1.running_var"] == [64])
    #expect(shapes["bn1.num_batches_tracked"] == [])
    #expect(shapes["layer2.0.downsample.0.weight"] == [128, 64, 1, 1])
    #expect(shapes["layer2.0.downsample.1.running_mean"] == [128])
    #expect(shapes["layer4.1.conv2.weight"] == [512, 512, 3, 3])
    #expect(shapes["layer1.0.downsample.0.weight"] == nil)
    #expect(shapes["conv1.bias"] == nil)
    #expect(shapes["fc.weight"] == [1000, 512])
    #expect(shapes["fc.bias"] == [1000])
  }

  @Test func namesOfMobileNet() throws {
    let tensors = try make("mobilenetv2_100").network.namedTensors()
    let shapes = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor.shape) })
    #expect(tensors.count == 314)
    #expect(shapes["conv_stem.weight"] == [32, 3, 3, 3])
    #expect(shapes["blocks.0.0.conv_dw.weight"] == [32, 1, 3, 3])
    #expect(shapes["blocks.0.0.conv_pw.weight"] == [16, 32, 1, 1])
    #expect(shapes["blocks.1.0.conv_pwl.weight"] == [24, 96, 1, 1])
    #expect(shapes["blocks.5.2.bn3.running_var"] == [160])
    #expect(shapes["conv_head.weight"] == [1280, 320, 1, 1])
    #expect(shapes["classifier.weight"] == [1000, 1280])
  }

  @Test func namesOfCIFARResNet() throws {
    let names = Set(try make("cifar_resnet20").network.namedTensors().map(\.name))
    #expect(names.isSuperset(of: ["conv1.weight", "layer3.2.bn2.bias", "linear.weight", "linear.bias"]))
    #expect(!names.contains { $0.contains("shortcut") || $0.contains("downsample") })
  }

  @Test func unknownNamesListTheKnownOnes() {
    let error = #expect(throws: UnknownModel.self) { try ModelRegistry.entry(named: "resnet19") }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains("\"resnet19\""))
    for name in RegistryTests.names { #expect(text.contains(name)) }
  }

  @Test(arguments: [
    ("resnet18", ["fc.weight", "fc.bias"]), ("cifar_resnet20", ["linear.weight", "linear.bias"]),
    ("efficientformer_l1", ["head.weight", "head.bias", "head_dist.weight", "head_dist.bias"]),
  ])
  func classifiersAreKnown(_ name: String, _ expected: [String]) throws {
    #expect(try ModelRegistry.classifierTensors(of: ModelRegistry.entry(named: name).defaults) == Set(expected))
  }

  @Test func sameSeedSameWeights() throws {
    let (first, second) = (try make("cifar_resnet20").network, try make("cifar_resnet20").network)
    for (one, other) in zip(first.namedTensors(), second.namedTensors()) {
      #expect(one.tensor.withBytes { Data($0) } == other.tensor.withBytes { Data($0) }, "\(one.name)")
    }
  }

  @Test func configurationsUseTheKeysOfTimm() throws {
    let configuration = try ModelRegistry.entry(named: "quickstart").defaults
    let data = try JSONEncoder().encode(configuration)
    let keys = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any]).keys
    #expect(
      Set(keys) == [
        "architecture", "num_classes", "in_chans", "input_size", "mean", "std", "crop_pct", "interpolation",
      ])
    #expect(try JSONDecoder().decode(ModelConfiguration.self, from: data) == configuration)
  }
}
