import Models
import NeuralNet
import Tensor
import Testing

@testable import Adaptation

extension AdaptationSuite {
  /// The published accounting of the backward pass, on the registered networks.
  @Suite struct PublishedWalshCostTests {
    /// A row: millions of operations exact and with LP_L1-2, -4, -8 and one basis, MiB of inputs exact and with
    /// LP_L1-2, -4, -8.
    struct Row: Sendable, CustomTestStringConvertible {
      let model: String
      let scope: String
      let operations: [String]
      let mebibytes: [String]
      var testDescription: String { "\(model) \(scope)" }

      init(_ model: String, _ scope: String, _ operations: String, _ mebibytes: String) {
        (self.model, self.scope) = (model, scope)
        self.operations = operations.split(separator: " ").map(String.init)
        self.mebibytes = mebibytes.split(separator: " ").map(String.init)
      }
    }

    static let rows = [
      Row("efficientformer_l1", "stages.3.blocks", "1484 96.9 315 1102 32.3", "1.95 .119 .398 1.43"),
      Row("efficientformer_l1", "stages", "4528 318 992 3309 106", "18.5 1.01 3.36 12.1"),
      Row("efficientformer_l7", "stages.3.blocks", "10482 669 2193 7754 223", "8.42 .52 1.72 6.19"),
      Row("efficientformer_l7", "stages", "38227 2502 8018 27611 834", "85.9 4.77 15.9 57.2"),
      Row("efficientformerv2_s0", "stages.3.blocks", "349 25.9 80.4 266 8.6", "1.47 .09 .30 1.08"),
      Row("efficientformerv2_s0", "stages", "1256 104 307 948 34.7", "10.9 .61 2.03 7.32"),
      Row("efficientformerv2_l", "stages.3.blocks", "3244 219 702 2424 72.9", "6.62 .41 1.35 4.87"),
      Row("efficientformerv2_l", "stages", "9332 674 2095 6947 225", "40.9 2.33 7.77 28.0"),
      Row("swinv2_small_window8_256", "layers.3", "3926 192 629 2223 63.8", "3.00 .14 .47 1.69"),
      Row("swinv2_small_window8_256", "layers", "44393 2296 7367 25402 765", "84.0 3.94 13.1 47.3"),
    ]

    /// Expects a number within one unit of the last digit: the tables are partly rounded, partly cut off.
    private func expect(_ value: Double, equals text: String, _ name: String) throws {
      let decimals = text.split(separator: ".", omittingEmptySubsequences: false).dropFirst().first?.count ?? 0
      let unit = (0..<decimals).reduce(1.0) { unit, _ in unit / 10 }
      #expect((value - (try #require(Double(text)))).magnitude < unit, "\(name): \(value), published \(text)")
    }

    @Test(arguments: rows)
    func equalsTheTables(row: Row) throws {
      var generator = Generator(seed: 0)
      let model = try ModelRegistry.make(try ModelRegistry.entry(named: row.model).defaults, using: &generator)
      let size = model.configuration.inputSize
      let layers = NetworkLayers(model.network, inputShape: [1, size, size, 3]).layers.filter {
        $0.path.hasPrefix(row.scope + ".") && $0.isPointwise && !$0.path.contains("cpb_mlp")
      }
      let selections = try [2, 4, 8, 1].map { try WalshBases.l1($0) }
      let costs = try selections.map { try PublishedWalshCost(layers, $0) }
      try expect(costs[0].exactOperations / 1e6, equals: row.operations[0], "exact operations")
      try expect(Double(costs[0].exactSavedBytes) / 1_048_576, equals: row.mebibytes[0], "exact bytes")
      for (index, cost) in costs.enumerated() {
        try expect(cost.operations / 1e6, equals: row.operations[index + 1], "operations of \(selections[index])")
        guard index < 3 else { continue }
        try expect(
          Double(cost.savedBytes) / 1_048_576, equals: row.mebibytes[index + 1], "bytes of \(selections[index])")
      }
    }
  }
}
