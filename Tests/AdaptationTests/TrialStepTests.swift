import Models
import NeuralNet
import Tensor
import TestSupport
import Testing
import Training

@testable import Adaptation

extension AdaptationSuite {
  /// What a trial step adds to the peak that it sees, for what a training holds beside its steps.
  @Suite struct TrialStepTests {
    private func trial(_ network: AdaptableNetwork, averages: Bool = false, targets: Tensor) throws -> TrialStep {
      var generator = Generator(seed: 1)
      let configuration = network.model.configuration
      let images = Tensor.normal(
        [targets.shape[0], configuration.inputSize, configuration.inputSize, 3], using: &generator)
      return TrialStep(
        network: network, examples: { _ in (images, .labels(targets)) },
        makeOptimizer: { SGD(groups: [ParameterGroup("all", parameters: $0.trainableParameters())], learningRate: 0) },
        precision: .float32,
        averagesWeights: averages)
    }

    private let scheme = Scheme([.init(layer: "layer4.1.conv2", strategy: ExactTraining())])

    @Test func averagesOfWeightsCount() throws {
      let network = try SchemeTests.network()
      let labels = Tensor([Int64(0), 1])
      func peak(averages: Bool) throws -> Int {
        try trial(network, averages: averages, targets: labels).measure(scheme, microBatch: 2, accumulation: 1).cost
          .peakBytes
      }
      _ = try peak(averages: false)  // compiles kernels
      let plain = try peak(averages: false)
      let trained = network.trained.reduce(0) { $0 + $1.parameter.value.byteCount }
      #expect(try peak(averages: true) - plain == trained)
    }

    @Test func waitingLabelMapsCount() throws {
      let network = try SchemeTests.network("fcn_mobilenetv2")
      let labels = Tensor([Int64](repeating: 1, count: 2 * 64 * 64), shape: [2, 64, 64])
      let trial = try trial(network, targets: labels)
      let planned = try trial.measure(Scheme([]), microBatch: 2, accumulation: 1).cost.peakBytes
      let (step, batch) = (trial.step(), try trial.examples(2))
      _ = step(images: batch.images, targets: batch.targets)
      MemoryPool.resetPeak()
      _ = step(images: batch.images, targets: batch.targets)
      let waiting = TrialStep.batchesAhead * (batch.images.byteCount + labels.byteCount)
      #expect(planned - MemoryPool.peakBytes == waiting)
    }
  }
}
