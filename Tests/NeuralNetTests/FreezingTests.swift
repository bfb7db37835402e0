import NeuralNet
import Tensor
import TestSupport
import Testing

/// Which names a pattern selects, and what freezing does.
@Suite struct FreezingTests {
  @Test(
    arguments: [
      ("fc.weight", "fc.weight", true), ("fc", "fc.weight", true), ("fc.", "fc.weight", false),
      ("fc", "fc2.weight", false), ("blocks.1", "blocks.1.bn1.bias", true), ("blocks.1", "blocks.11.bn1.bias", false),
      ("weight", "fc.weight", false), ("", "fc.weight", false), ("*", "fc.weight", true), ("*", "", true),
      ("*.weight", "fc.weight", true), ("*.weight", "fc.weights", false), ("*bn*", "blocks.1.bn1.bias", true),
      ("*bn*", "fc.weight", false), ("blocks.*.weight", "blocks.1.bn1.weight", true),
      ("blocks.*.weight", "blocks.1.bn1.bias", false), ("a*a", "a", false), ("a*a", "aa", true),
      ("a*b*b", "ab", false), ("a*b*b", "abxb", true), ("a**b", "ab", true), ("*bn1", "blocks.1.bn1.bias", false),
    ])
  func patterns(_ pattern: String, _ name: String, _ matches: Bool) {
    #expect(NamePattern(pattern).matches(name) == matches)
  }

  private func frozen(_ network: ExampleNetwork) -> [String] {
    network.namedParameters().filter { !$0.parameter.requiresGradient }.map(\.name)
  }

  @Test func freezingByPattern() {
    let network = ExampleNetwork()
    #expect(network.freeze("blocks.0") == 3)
    #expect(frozen(network) == ["blocks.0.conv_dw.weight", "blocks.0.bn1.weight", "blocks.0.bn1.bias"])
    #expect(network.freeze("nothing") == 0)
    #expect(network.freeze() == ExampleNetwork.parameterNames.count)
    #expect(network.unfreeze("*.bn1.*") == 4)
    #expect(network.unfreeze("fc") == 2)
    #expect(frozen(network).count == ExampleNetwork.parameterNames.count - 6)
  }

  @Test func frozenParametersGetNoGradientAndSaveNothing() {
    let network = ExampleNetwork().namingParts()
    network.freeze("conv_stem")
    network.freeze("blocks")
    network.freeze("scales.0")
    let ledger = Ledger()
    let found = ledger.record {
      gradients(of: network(Samples.normal([2, 6, 6, 2], seed: 1)).sum())
    }
    for (name, parameter) in network.namedParameters() {
      #expect((found[parameter] != nil) == parameter.requiresGradient, "\(name)")
    }
    let busy = ledger.entries.filter { $0.key.pass == .backward || $0.value.savedBytes > 0 }.map(\.key.module)
    #expect(!busy.contains { $0.hasPrefix("blocks") || $0.hasPrefix("conv_stem") })
  }
}
