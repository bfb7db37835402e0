import TestSupport
import Testing

@testable import Tensor

extension TensorSuite {
  /// No work and no memory for what is not asked for, shown by the ledger.
  @Suite struct PartialBackwardTests {
    /// Three linear layers with activations, each in a scope of its own.
    private struct Network {
      let weights = (1...3).map { Parameter(Samples.normal([4, 4], seed: UInt64($0))) }

      func callAsFunction(_ x: Tensor) -> Tensor {
        var x = x
        for (index, weight) in weights.enumerated() {
          x = Scope.$path.withValue("layer\(index)") { linear(x, weight: weight.tensor).gelu() }
        }
        return x
      }
    }

    private let x = Samples.normal([3, 4], seed: 9)

    private func backwardModules(_ ledger: Ledger) -> Set<String> {
      Set(ledger.entries.keys.filter { $0.pass == .backward }.map(\.module))
    }

    @Test func aFullPassReachesAllLayers() {
      let (network, ledger) = (Network(), Ledger())
      ledger.record { _ = gradients(of: network(x.requiringGradient()).sum()) }
      #expect(backwardModules(ledger).isSuperset(of: ["layer0", "layer1", "layer2"]))
    }

    @Test func nothingRunsUpstreamOfTheFirstTarget() {
      let (network, ledger) = (Network(), Ledger())
      let loss = network(x.requiringGradient()).sum()
      let found = ledger.record { gradients(of: loss, withRespectTo: [.parameter(network.weights[1])]) }
      #expect(found[network.weights[1]] != nil)
      let modules = backwardModules(ledger)
      #expect(!modules.contains("layer0"))
      #expect(modules.isSuperset(of: ["layer1", "layer2"]))
      let operations = ledger.entries.keys.map { "\($0.module) \($0.operation)" }
      #expect(!operations.contains("layer1 linear input gradient"))
      #expect(!operations.contains("layer2 linear weight gradient"))
    }

    @Test func nothingRunsUpstreamOfAnIntermediateTarget() {
      let ledger = Ledger()
      let leaf = x.requiringGradient()
      let middle = Scope.$path.withValue("upstream") { leaf.gelu() }
      let loss = Scope.$path.withValue("downstream") { middle.gelu().sum() }
      let found = ledger.record { gradients(of: loss, withRespectTo: [.tensor(middle)]) }
      #expect(found[middle] != nil)
      #expect(backwardModules(ledger).contains("downstream"))
      #expect(!backwardModules(ledger).contains("upstream"))
    }

    @Test func frozenLayersSaveAndComputeNothing() {
      let (network, ledger) = (Network(), Ledger())
      for weight in network.weights[0...1] { weight.requiresGradient = false }
      ledger.record { _ = gradients(of: network(x).sum()) }
      let saved = ledger.entries.filter { $0.value.savedBytes > 0 }.map(\.key.module)
      #expect(Set(saved) == ["layer2"])
      #expect(!backwardModules(ledger).contains("layer0"))
      #expect(!backwardModules(ledger).contains("layer1"))
    }

    @Test func frozenWeightsUnderATrainedLayerKeepNoInput() {
      let (weight, bias) = (
        Parameter(Samples.normal([4, 4], seed: 1)), Parameter(Samples.normal([4], seed: 2))
      )
      weight.requiresGradient = false
      let ledger = Ledger()
      let found = ledger.record {
        gradients(of: linear(x.requiringGradient(), weight: weight.tensor, bias: bias.tensor).sum())
      }
      #expect(ledger.savedBytes == 0)
      expectClose(found[bias], Tensor.full([4], 3))
    }

    @Test func productsKeepOnlyWhatGradientsNeed() {
      let ledger = Ledger()
      let gate = Samples.normal([3, 4], seed: 3)
      _ = ledger.record { x.requiringGradient() * gate }
      #expect(ledger.savedBytes == gate.byteCount)
    }

    @Test func functionsKeepOnlyWhatGradientsNeed() {
      let leaf = Samples.uniform([3, 4], seed: 3, in: 1..<2).requiringGradient()
      let functions: [(Tensor) -> Tensor] = [
        { $0.exp() }, { $0.log() }, { $0.squareRoot() }, { $0.squared() }, { $0.absolute() },
      ]
      for function in functions {
        let ledger = Ledger()
        let y = ledger.record { function(leaf) }
        #expect(ledger.savedBytes == y.byteCount)
      }
    }

    @Test func workOfAddingGradientsIsBackwardWork() {
      let ledger = Ledger()
      let leaf = x.requiringGradient()
      let loss = (leaf.exp() + leaf.squared()).sum()
      ledger.record { _ = gradients(of: loss) }
      #expect(ledger.entries.keys.allSatisfy { $0.pass == .backward })
    }
  }
}
