import NeuralNet
import Tensor
import TestSupport
import Testing

/// The path of a module stands in the ledger and in messages.
@Suite struct ModuleScopeTests {
  @Test func ledgerRows() {
    let network = ExampleNetwork().namingParts()
    let ledger = Ledger()
    ledger.record { _ = gradients(of: network(Samples.normal([2, 6, 6, 2], seed: 1)).sum()) }
    func modules(_ operation: String, _ pass: Ledger.Pass) -> Set<String> {
      let rows = ledger.entries.keys.filter { $0.operation.hasPrefix(operation) && $0.pass == pass }
      return Set(rows.map(\.module))
    }
    for pass in Ledger.Pass.allCases {
      #expect(modules("linear", pass) == ["fc"], "\(pass)")
      #expect(
        modules("batch norm", pass) == ["blocks.0.bn1", "blocks.1.bn1", "blocks.1.downsample.1"], "\(pass)")
      #expect(modules("convolution", pass).isSuperset(of: ["conv_stem", "blocks.1.downsample.0"]), "\(pass)")
      #expect(modules("depthwise", pass) == ["blocks.0.conv_dw", "blocks.1.conv_dw"], "\(pass)")
    }
  }

  @Test func partsWithoutNamesRunInTheScopeOfTheirCaller() {
    var generator = Generator(seed: 1)
    let linear = Linear(2, 2, using: &generator)
    let ledger = Ledger()
    ledger.record { Scope.$path.withValue("outer") { _ = linear(Tensor.ones([1, 2])) } }
    #expect(ledger.entries.keys.contains { $0.module == "outer" && $0.operation == "linear" })
  }

  @Test func messagesNameTheModule() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ExampleNetwork().namingParts()(Tensor.ones([1, 6, 6, 3]))
    }
    expectMessage(result, "convolution in conv_stem", "[1, 6, 6, 3]", "[4, 2, 3, 3]")
  }

  @Test func messagesNameNestedModules() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let network = ExampleNetwork().namingParts()
      _ = network.blocks[1].downsample?(Tensor.ones([1, 6, 6, 5]))
    }
    expectMessage(result, "convolution in blocks.1.downsample.0", "[1, 6, 6, 5]")
  }

  @Test func layersWithoutAForwardPass() async {
    final class Unfinished: Layer {}
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Unfinished()(Tensor.ones([1]))
    }
    expectMessage(result, "Unfinished does not override forward(_:)")
  }
}
