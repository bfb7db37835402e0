import NeuralNet
import Reporting
import Tensor
import Testing

@testable import Training

extension TrainingSuite {
  @Suite struct LedgerProfileTests {
    private func ledger() throws -> Ledger {
      let configuration = Trainings.configuration()
      let network = try Trainings.model(configuration).network
      let step = TrainingStep(network: network, optimizer: configuration.makeOptimizer(for: network))
      let ledger = Ledger()
      ledger.record {
        _ = step(images: Samples.images, targets: .labels(Tensor([Int64(0), 1, 2, 0])))
      }
      return ledger
    }

    private enum Samples {
      static var images: Tensor {
        var generator = Generator(seed: 3)
        return .normal([4, 8, 8, 1], using: &generator)
      }
    }

    @Test(arguments: [LedgerProfile.Grouping.module, .operation])
    func rowsAddUpToTheTotal(_ grouping: LedgerProfile.Grouping) throws {
      let ledger = try ledger()
      let profile = LedgerProfile(ledger, grouping: grouping)
      let entries = ledger.entries
      for (pass, path) in [(Ledger.Pass.forward, \LedgerProfile.Row.forward), (.backward, \.backward)] {
        let own = entries.filter { $0.key.pass == pass }.values
        let operations = own.reduce(0) { $0 + $1.operations }
        #expect(operations > 0)
        #expect((profile.total[keyPath: path].operations - operations).magnitude <= 1e-9 * operations)
        let sum = profile.rows.reduce(0) { $0 + $1[keyPath: path].operations }
        #expect((sum - operations).magnitude <= 1e-9 * operations)
        let milliseconds = own.reduce(0) { $0 + Double($1.nanoseconds) / 1e6 }
        #expect((profile.total[keyPath: path].milliseconds - milliseconds).magnitude <= 1e-6 * milliseconds)
      }
      #expect(profile.total.calls == entries.values.reduce(0) { $0 + $1.calls })
      #expect(profile.total.savedBytes == entries.values.reduce(0) { $0 + $1.savedBytes })
      #expect(profile.total.savedBytes == profile.rows.reduce(0) { $0 + $1.savedBytes })
      #expect(profile.total.peakBytes == entries.values.map(\.peakBytes).max())
      #expect(profile.total.peakBytes == profile.rows.map(\.peakBytes).max())
    }

    /// The convolutions by the formula: 2 · N · H · W · O · I · k², 4 pictures of 8×8.
    @Test func convolutionsCountMultiplyAddsTwice() throws {
      let rows = try LedgerProfile(ledger(), grouping: .module).rows
      let expected: [String: Double] = [
        "conv1": 2 * 4 * 64 * 32 * 1 * 9, "conv2": 2 * 4 * 16 * 64 * 32 * 9, "conv3": 2 * 4 * 4 * 128 * 64 * 9,
      ]
      for (name, operations) in expected {
        #expect(rows.first { $0.name == name }?.forward.operations == operations, "\(name)")
      }
    }

    @Test func modulesAndOperationsAreNamed() throws {
      let ledger = try ledger()
      let modules = LedgerProfile(ledger, grouping: .module)
      #expect(Set(modules.rows.map(\.name)).isSuperset(of: ["conv1", "bn1", "conv2", "bn2", "conv3", "bn3", "fc"]))
      let operations = LedgerProfile(ledger, grouping: .operation)
      #expect(Set(operations.rows.map(\.name)).isSuperset(of: ["convolution", "optimiser", "cross-entropy"]))
      let times = modules.rows.map { $0.forward.milliseconds + $0.backward.milliseconds }
      #expect(times == times.sorted(by: >))
      let table = modules.table().rendered()
      #expect(table.contains("conv3") && table.contains("total"))
    }
  }
}
