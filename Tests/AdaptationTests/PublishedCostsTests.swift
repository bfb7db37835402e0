import Models
import Tensor
import Testing

@testable import Adaptation

extension AdaptationSuite {
  /// The tables of the gradient filtering paper.
  @Suite struct PublishedCostsTests {
    private func network(_ name: String, size: Int = 224, classes: Int = 1000) throws -> AdaptableNetwork {
      var generator = Generator(seed: 0)
      var configuration = try ModelRegistry.entry(named: name).defaults
      (configuration.inputSize, configuration.classes) = (size, classes)
      return try AdaptableNetwork(ModelRegistry.make(configuration, using: &generator))
    }

    /// Operations in millions and kept bytes in KiB of the last layers, exact or with patches.
    private func costs(_ network: AdaptableNetwork, last count: Int, patch: Int?, features: Int, classes: Int) throws
      -> (operations: Double, kibibytes: Double)
    {
      let layers = try LayerSelection.last(count).select(from: network.body)
      let first = layers.map(\.depth).min()
      var (operations, bytes) = (PublishedCosts.classifierOperations(inputs: features, classes: classes), 0)
      for layer in layers {
        let wantsInput = layer.depth != first
        operations +=
          patch.map { PublishedCosts.filteredOperations(layer, patch: $0, wantsInput: wantsInput) }
          ?? PublishedCosts.exactOperations(layer, wantsInput: wantsInput)
        bytes += patch.map { PublishedCosts.filteredBytes(layer, patch: $0) } ?? PublishedCosts.exactBytes(layer)
      }
      return (operations / 1e6, Double(bytes) / 1024)
    }

    @Test func residualNetworkOnTenClasses() throws {
      let network = try network("resnet18", classes: 10)
      let table: [(patch: Int?, millions: [Double])] = [
        (nil, [128.25, 487.68, 847.1, 1142.4]), (2, [8.18, 26.81, 45.45, 60.02]), (4, [1.88, 7.93, 13.99, 19.12]),
        (7, [0.303, 3.21, 6.12, 8.90]),
      ]
      for (patch, millions) in table {
        for (index, expected) in millions.enumerated() {
          let found = try costs(network, last: index + 1, patch: patch, features: 512, classes: 10)
          #expect(
            abs(found.operations - expected) < max(0.0051 * 10, expected * 2e-4), "\(patch ?? 0) \(index + 1) \(found)")
        }
      }
      for (count, exact, filtered) in [(2, 196.0, 64.0), (4, 490, 112)] {
        #expect(try costs(network, last: count, patch: nil, features: 512, classes: 10).kibibytes == exact)
        #expect(try costs(network, last: count, patch: 2, features: 512, classes: 10).kibibytes == filtered)
      }
    }

    @Test(arguments: [
      ("mobilenetv2_100", 1280, 2, 113.68, 39.27, 245.0, 80.0),
      ("mobilenetv2_100", 1280, 4, 160.00, 53.96, 459.4, 150.0),
      ("mcunet_5fps", 160, 2, 18.80, 6.34, 220.5, 72.0), ("mcunet_5fps", 160, 4, 33.71, 11.01, 312.4, 102.0),
      ("resnet18", 512, 2, 489.2, 28.32, 196.0, 64.0), ("resnet18", 512, 4, 1140.0, 61.53, 490.0, 112.0),
      ("resnet34", 512, 2, 489.2, 28.32, 196.0, 64.0),
    ])
    func imageNet(
      _ name: String, _ features: Int, _ count: Int, _ exact: Double, _ filtered: Double, _ exactKibibytes: Double,
      _ filteredKibibytes: Double
    ) throws {
      let network = try network(name)
      let (plain, patches) = (
        try costs(network, last: count, patch: nil, features: features, classes: 1000),
        try costs(network, last: count, patch: 2, features: features, classes: 1000)
      )
      #expect(abs(plain.operations / exact - 1) < 0.004, "\(name) \(count): \(plain)")
      #expect(abs(patches.operations / filtered - 1) < 0.002, "\(name) \(count): \(patches)")
      #expect(abs(plain.kibibytes - exactKibibytes) < 0.06 && abs(patches.kibibytes - filteredKibibytes) < 0.06)
    }

    /// The row of ImageNet prints the number of ten classes here, unlike its neighbours.
    @Test func deeperResidualNetworkOnTenClasses() throws {
      let network = try network("resnet34", classes: 10)
      let table: [(patch: Int?, millions: Double)] = [(nil, 1210), (2, 64.07), (4, 20.04), (7, 9.03)]
      for (patch, millions) in table {
        let found = try costs(network, last: 4, patch: patch, features: 512, classes: 10)
        #expect(abs(found.operations / millions - 1) < (patch == nil ? 0.004 : 1e-3), "\(patch ?? 0): \(found)")
      }
    }

    @Test func bottleneckOfPyramidPooling() throws {
      let network = try network("pspnet_r18", size: 512, classes: 21)
      let bottleneck = try #require(network.layers["decode_head.bottleneck.conv"])
      #expect(abs(PublishedCosts.exactOperations(bottleneck, wantsInput: true) / 15.03e9 - 1) < 2e-3)
      #expect(abs(PublishedCosts.filteredOperations(bottleneck, patch: 4, wantsInput: true) / 0.135e9 - 1) < 5e-3)
    }
  }
}
