import DataSets
import Foundation
import Models
import NeuralNet
import Tensor
import TestSupport
import Testing
import Training

@testable import Adaptation

extension AdaptationSuite {
  /// Runs on a small residual network.
  @Suite struct AdaptationRunTests {
    private func model() throws -> Model {
      var generator = Generator(seed: 1)
      var configuration = try ModelRegistry.entry(named: "cifar_resnet20").defaults
      configuration.classes = 2
      return try ModelRegistry.make(configuration, using: &generator)
    }

    private func configuration(_ model: Model) -> TrainingConfiguration {
      var configuration = TrainingConfiguration(model: model.configuration, data: "noise")
      (configuration.batchSize, configuration.epochs, configuration.learningRate) = (8, 1, 0.02)
      (configuration.keepsBest, configuration.augments) = (true, false)
      return configuration
    }

    private func start(
      _ model: Model, in folder: String, epochs: Int = 1, train: Int = 16, accumulation: Int = 1,
      reads: Int = .max, rates: RateSearch = .none, frozen: [String] = [],
      resumes: Bool = false, _ request: @escaping (AdaptableNetwork) throws -> AdaptationRequest
    ) throws -> AdaptationRun {
      var configuration = configuration(model)
      (configuration.epochs, configuration.accumulation, configuration.frozen) = (epochs, accumulation, frozen)
      return try AdaptationRun(
        model, splits: NoiseSet.splits(train: train, reads: reads), configuration: configuration, rates: rates,
        explains: false, folder: RunFolder(folder), resumes: resumes, isQuiet: true, request: request
      ) { _, _, _ in }
    }

    private func lastFour(_ strategy: any Strategy) -> (AdaptableNetwork) throws -> AdaptationRequest {
      { network in
        let layers = try LayerSelection.last(4).select(from: network.body)
        return .scheme(Scheme(layers.map { .init(layer: $0.path, strategy: strategy) }), within: Budget())
      }
    }

    private func planned(_ megabytes: Double) -> (AdaptableNetwork) throws -> AdaptationRequest {
      { _ in
        .plan(
          within: Budget(memoryBytes: Int(megabytes * 1_048_576)), strategies: try StrategyName.candidates(),
          norms: .shifts)
      }
    }

    @Test func onlyWhatTheSchemeSaysChanges() throws {
      try withTemporaryFolder { folder in
        let model = try model()
        let before = Dictionary(
          model.network.namedTensors().map { ($0.name, $0.tensor.floatArrayIfFloat) },
          uniquingKeysWith: { first, _ in first })
        let run = try start(model, in: folder, lastFour(try FilteredTraining(patch: 2)))
        let trained = Set(run.network.trained.map(\.name))
        guard case .finished = try run.trainer.run() else { return }
        for (name, tensor) in model.network.namedTensors() {
          let isSame = before[name] == tensor.floatArrayIfFloat
          #expect(isSame != trained.contains(name), "\(name)")
        }
        #expect(trained.contains("linear.weight") && trained.contains("layer3.2.conv2.weight"))
        #expect(!trained.contains("conv1.weight") && !trained.contains("layer3.2.bn2.weight"))
      }
    }

    @Test func aResumedRunEndsWithTheSameWeights() throws {
      try withTemporaryFolder { folder in
        let request = lastFour(try FilteredTraining(patch: 2))
        let whole = try model()
        _ = try start(whole, in: folder, request).trainer.run()
        let resumed = try model()
        let again = try start(resumed, in: folder, resumes: true) { _ in
          throw StrategyError("a resumed run has its scheme already")
        }
        #expect(again.plan.scheme.choices.map(\.strategy.description) == Array(repeating: "filter:2", count: 4))
        _ = try again.trainer.run()
        expectClose(
          resumed.network.namedTensors().first { $0.name == "linear.weight" }?.tensor,
          try #require(whole.network.namedTensors().first { $0.name == "linear.weight" }?.tensor), rtol: 0)
      }
    }

    /// Backward passes that remember something go on from it.
    @Test(arguments: ["filter:2", "psq:4", "ptq:8", "subspace:4"])
    func aStoppedRunEndsWithTheSameBits(_ strategy: String) throws {
      let request = lastFour(try StrategyName.parse(strategy))
      func run(in folder: String, reads: Int) throws {
        _ = try start(model(), in: folder, epochs: 3, reads: reads, resumes: true, request).trainer.run()
      }
      let files = ["model.safetensors", "state.safetensors"]
      let undisturbed = try withTemporaryFolder { folder in
        try run(in: folder, reads: .max)
        return try files.map { try Data(contentsOf: URL(filePath: "\(folder)/\($0)")) }
      }
      try withTemporaryFolder { folder in
        #expect(throws: DataSetError.self) { try run(in: folder, reads: 8 + 16 + 12) }
        try run(in: folder, reads: .max)
        for (name, expected) in zip(files, undisturbed) {
          #expect(try Data(contentsOf: URL(filePath: "\(folder)/\(name)")) == expected, "\(name)")
        }
      }
    }

    @Test(arguments: RateSearch.allCases) func learningRatesAreFoundOrKept(_ rates: RateSearch) throws {
      try withTemporaryFolder { folder in
        let model = try model()
        let before = model.network.namedTensors().map { $0.tensor.floatArrayIfFloat }
        let run = try start(model, in: folder, rates: rates, lastFour(ExactTraining()))
        #expect(model.network.namedTensors().map { $0.tensor.floatArrayIfFloat } == before)
        #expect(run.network.trained.map(\.name).contains("layer3.2.conv2.weight"))
        let found = run.trainer.configuration
        #expect((found.learningRate == 0.02) == (rates == .none))
        #expect((found.classifierRate == 1) == (rates != .both))
        #expect(found.learningRate > 1e-7 && found.learningRate < 2)
        _ = try run.trainer.run()
        let resumed = try start(try self.model(), in: folder, rates: rates, resumes: true, lastFour(ExactTraining()))
        #expect(resumed.trainer.configuration == found)
      }
    }

    @Test func aStepHasNoMorePicturesThanThereAre() throws {
      try withTemporaryFolder { folder in
        func plan(_ name: String, pictures: Int, accumulation: Int = 1) throws -> AdaptationPlan {
          try start(
            model(), in: "\(folder)/\(name)", train: pictures, accumulation: accumulation, lastFour(ExactTraining())
          ).plan
        }
        let (whole, two) = (try plan("whole", pictures: 8), try plan("two", pictures: 2, accumulation: 4))
        #expect((two.microBatch, two.accumulation) == (2, 1))
        #expect(two.measured.operations < 0.3 * whole.measured.operations)
        let twelve = try plan("twelve", pictures: 12, accumulation: 4)
        #expect((twelve.microBatch, twelve.accumulation) == (8, 1))
        let planned = try start(model(), in: folder + "/planned", train: 2, planned(64))
        #expect(planned.plan.batch == 2 && planned.probe?.batch == 2)
      }
    }

    @Test func theClassifierAloneHasOneRate() throws {
      try withTemporaryFolder { folder in
        let run = try start(try model(), in: folder, rates: .both) { _ in .scheme(Scheme([]), within: Budget()) }
        #expect(run.trainer.configuration.classifierRate == 1)
        #expect(run.trainer.configuration.learningRate != 0.02)
      }
    }

    @Test func plansLeaveOutWhatIsFrozen() throws {
      try withTemporaryFolder { folder in
        let frozen = ["layer3.2.conv2", "linear"]
        let run = try start(model(), in: folder + "/a", rates: .both, frozen: frozen, planned(64))
        #expect(run.plan.scheme.choices.count > 2 && run.plan.scheme["layer3.2.conv2"] == nil)
        #expect(run.probe?.rows.contains { $0.layer.path == "layer3.2.conv2" } == false)
        #expect(run.trainer.configuration.classifierRate == 1, "what is frozen has no rate")
        #expect(!run.network.trained.contains { $0.name.hasPrefix("linear.") })
        expectStrategyError("no layer fits the budget", "--freeze") {
          _ = try start(model(), in: folder + "/b", frozen: frozen, planned(0.5))
        }
        expectStrategyError("every parameter is frozen") {
          _ = try start(model(), in: folder + "/c", frozen: frozen) { _ in .scheme(Scheme([]), within: Budget()) }
        }
      }
    }

    @Test func plansKeepToTheirBudgets() throws {
      try withTemporaryFolder { folder in
        var qualities: [Double] = []
        for megabytes in [3.0, 6, 64] {
          let run = try start(model(), in: "\(folder)/\(megabytes)", planned(megabytes))
          #expect(run.plan.measured.peakBytes <= Int(megabytes * 1_048_576))
          #expect(run.plan.batch == 8)
          qualities.append(try #require(run.plan.quality))
          let base = MemoryPool.liveBytes
          MemoryPool.resetPeak()
          _ = try run.trainer.run()
          #expect(MemoryPool.peakBytes - base <= run.plan.measured.peakBytes, "\(megabytes) MB")
        }
        #expect(zip(qualities, qualities.dropFirst()).allSatisfy { $0 <= $1 + 0.03 }, "\(qualities)")
        #expect(qualities[2] > 0.99)
      }
    }

    @Test func aBudgetThatNothingFitsNamesOneThatDoes() throws {
      try withTemporaryFolder { folder in
        let error = #expect(throws: StrategyError.self) {
          _ = try start(model(), in: folder + "/a", planned(0.5))
        }
        let text = try #require(error?.description)
        let words = text.split(separator: " ")
        let place = try #require(words.firstIndex(of: "is"))
        let megabytes = try #require(Double(words[words.index(after: place)].dropLast(2)))
        #expect(text.contains("1MB of memory are too little") && megabytes >= 2)
        let run = try start(model(), in: folder + "/b", planned(megabytes))
        #expect(run.plan.measured.peakBytes <= Int(megabytes) << 20)
      }
    }

    @Test func operationsAndTimeAreLimitsToo() throws {
      try withTemporaryFolder { folder in
        let full = try start(model(), in: folder + "/full") { _ in
          .plan(within: Budget(memoryBytes: 1 << 30), strategies: [ExactTraining()], norms: .shifts)
        }
        let limit = full.plan.measured.operations * 0.6
        let limited = try start(model(), in: folder + "/limited") { _ in
          .plan(within: Budget(operations: limit), strategies: try StrategyName.candidates(), norms: .shifts)
        }
        #expect(limited.plan.measured.operations <= limit)
        #expect(limited.plan.scheme.choices.count > 2)
      }
    }

    @Test func aSchemeByHandIsHeldAgainstItsBudget() throws {
      try withTemporaryFolder { folder in
        let error = #expect(throws: StrategyError.self) {
          _ = try start(model(), in: folder) { network in
            .scheme(
              Scheme(network.body.map { .init(layer: $0.path, strategy: ExactTraining()) }),
              within: Budget(memoryBytes: 2 << 20))
          }
        }
        #expect(error?.description.contains("do not fit the budget: 2MB of memory are too little") ?? false)
      }
    }
  }
}

extension Tensor {
  fileprivate var floatArrayIfFloat: [Float] {
    dtype == .float32 ? floatArray() : array(of: Int64.self).map { Float($0) }
  }
}
