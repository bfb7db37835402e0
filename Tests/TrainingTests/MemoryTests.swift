import Foundation
import Models
import NeuralNet
import Tensor
import Testing

@testable import Training

extension TrainingSuite {
  @Suite struct MemoryTests {
    /// Neither what lives after a step nor the peak inside of one grows. A process of its own, since the pool is shared.
    @Test func stepsDoNotGrow() async {
      await #expect(processExitsWith: .success) {
        for precision in Precision.allCases {
          let configuration = Trainings.configuration()
          let network = try Trainings.model(configuration).network
          let step = TrainingStep(
            network: network, optimizer: configuration.makeOptimizer(for: network), precision: precision,
            maximumGradientNorm: 1)
          let average = ExponentialMovingAverage(parameters: network.namedParameters(), decay: 0.9)
          let labels = Tensor((0..<8).map { Int64($0 % 3) })
          let images = Tensor.ones([8, 8, 8, 1])
          func peak(afterSteps count: Int) -> (live: Int, peak: Int) {
            MemoryPool.resetPeak()
            for _ in 0..<count {
              _ = step(images: images, targets: .labels(labels))
              average.update()
            }
            return (MemoryPool.liveBytes, MemoryPool.peakBytes)
          }
          _ = peak(afterSteps: 10)
          let early = peak(afterSteps: 10)
          let late = peak(afterSteps: 180)
          precondition(early.live == late.live, "\(precision): \(early.live) bytes became \(late.live)")
          precondition(early.peak == late.peak, "\(precision): a peak of \(early.peak) became \(late.peak)")
        }
      }
    }
  }
}
