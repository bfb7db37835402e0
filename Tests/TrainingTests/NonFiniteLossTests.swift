import DataSets
import Models
import NeuralNet
import Reporting
import Tensor
import Testing

@testable import Training

extension TrainingSuite {
  @Suite struct NonFiniteLossTests {
    @Test func anExplodingRateNamesStepAndModule() throws {
      try withTemporaryFolder { folder in
        var configuration = Trainings.configuration()
        configuration.learningRate = 1e38
        configuration.schedule = .constant
        let error = #expect(throws: TrainingError.self) { try Trainings.run(configuration, in: folder) }
        let message = error?.description ?? ""
        #expect(message.contains("at step 2 (epoch 1)"), "\(message)")
        #expect(message.contains(/first in the result of [a-zA-Z -]+ in (conv|bn|fc)/), "\(message)")
        #expect(message.contains("--lr"), "\(message)")
      }
    }

    @Test func aBadWeightNamesItsLayer() throws {
      try withTemporaryFolder { folder in
        let configuration = Trainings.configuration()
        let model = try Trainings.model(configuration)
        let weight = try #require(model.network.namedParameters().first { $0.name == "conv2.weight" })
        weight.parameter.value.withMutableBytes { $0.storeBytes(of: Float.nan, as: Float.self) }
        let error = #expect(throws: TrainingError.self) {
          try Trainings.trainer(configuration, in: folder, model: model).run()
        }
        let message = error?.description ?? ""
        #expect(message.contains("the loss became nan at step 1 (epoch 1)"), "\(message)")
        #expect(message.contains("in the result of convolution in conv2;"), "\(message)")
      }
    }

    /// Weights that only the last step spoils are noticed by the evaluation, before they are saved.
    @Test func aBadEvaluationStopsTheRun() throws {
      try withTemporaryFolder { folder in
        var configuration = Trainings.configuration(epochs: 1)
        configuration.learningRate = 1e38
        configuration.schedule = .constant
        let splits = try StripeSet.splits(train: 16)
        expectError("held-out", "after step 1 (epoch 1)", " in ") {
          try Trainings.run(configuration, in: folder, splits: splits)
        }
        let (model, _) = try ModelCheckpoint.load(folder + "/model.safetensors")
        #expect(model.network.namedParameters().allSatisfy { $0.parameter.value.isFinite })
      }
    }

    /// Finite losses whose gradients are not.
    private struct SpoiltBackward: ConvolutionBackward {
      func save(_ input: Tensor, weight: Tensor, options: ConvolutionOptions) -> Tensor { input }

      func gradients(
        cotangent: Tensor, saved: Tensor?, weight: Tensor, inputShape: Shape, options: ConvolutionOptions,
        wantsInput: Bool, wantsWeight: Bool, wantsBias: Bool
      ) -> (input: Tensor?, weight: Tensor?, bias: Tensor?) {
        (wantsInput ? .zeros(inputShape) : nil, .full(weight.shape, .infinity), nil)
      }
    }

    @Test func aNormOfGradientsThatIsNotFiniteStopsTheRun() throws {
      try withTemporaryFolder { folder in
        var configuration = Trainings.configuration()
        configuration.maximumGradientNorm = 1
        let model = try Trainings.model(configuration)
        let before = model.network.namedParameters().map { $0.parameter.value.floatArray() }
        let modules = model.network.namedModules()
        let convolution = try #require(modules.first { $0.path == "conv2" }?.module as? Convolution)
        convolution.backward = SpoiltBackward()
        expectError(
          "the norm of the gradients became inf at step 1 (epoch 1), in the gradient of conv2.weight",
          "--lr or --warm-up"
        ) {
          _ = try Trainings.trainer(configuration, in: folder, model: model).run()
        }
        #expect(model.network.namedParameters().map { $0.parameter.value.floatArray() } == before)
      }
    }

    @Test func aBadPictureChangesNothing() throws {
      let configuration = Trainings.configuration()
      let network = try Trainings.model(configuration).network
      let before = network.namedParameters().map { $0.parameter.value.floatArray() }
      let step = TrainingStep(network: network, optimizer: configuration.makeOptimizer(for: network))
      let images = Tensor.full([2, 8, 8, 1], .nan)
      #expect(!step(images: images, targets: .labels(Tensor([Int64(0), 1]))).loss.isFinite)
      #expect(network.namedParameters().map { $0.parameter.value.floatArray() } == before)
    }
  }
}
