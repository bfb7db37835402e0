import DataSets
import Models
import NeuralNet
import Reporting
import Tensor
import TestSupport
import Testing

@testable import Training

extension TrainingSuite {
  /// Classes of pixels: what does not count, what is measured, and that training works.
  @Suite struct SegmentationTests {
    /// Counts pixels one by one, without the code under test.
    private func confusion(_ logits: [Float], _ labels: [Int64], classes: Int) -> [[Int]] {
      var counts = Array(repeating: Array(repeating: 0, count: classes), count: classes)
      for (index, label) in labels.enumerated() where label != 255 {
        let scores = logits[index * classes..<(index + 1) * classes]
        let best = scores.firstIndex(of: scores.max() ?? 0) ?? scores.startIndex
        counts[Int(label)][best - scores.startIndex] += 1
      }
      return counts
    }

    private func meanIoU(_ counts: [[Int]]) -> Double {
      var values: [Double] = []
      for label in counts.indices where counts[label].reduce(0, +) > 0 {
        var union = 0
        for other in counts.indices { union += counts[label][other] + (other == label ? 0 : counts[other][label]) }
        values.append(Double(counts[label][label]) / Double(union))
      }
      return values.reduce(0, +) / Double(values.count)
    }

    @Test func pixelsAreCountedAsOneByOne() throws {
      var generator = Generator(seed: 6)
      let logits = Tensor.normal([3, 5, 4, 7], using: &generator)
      let labels = (0..<60).map { $0 % 9 == 0 ? Int64(255) : Int64.random(in: 0..<5, using: &generator) }
      let counts = confusion(logits.floatArray(), labels, classes: 7)
      var result = EvaluationResult(classes: 7)
      result.add(logits: logits, labels: Tensor(labels, shape: [3, 5, 4]))
      #expect(result.confusion == counts)
      #expect((result.pictures, result.total) == (3, labels.count { $0 != 255 }))
      #expect(result.correct == (0..<7).reduce(0) { $0 + counts[$1][$1] })
      #expect((result.meanIoU - meanIoU(counts)).magnitude < 1e-12)
      #expect(
        result.score(for: .segmentation) == result.meanIoU && result.score(for: .classification) == result.accuracy)
      let counted = labels.indices.filter { labels[$0] != 255 }
      let rows = counted.flatMap { index in logits.floatArray()[index * 7..<(index + 1) * 7] }
      let expected = crossEntropy(Tensor(rows, shape: [counted.count, 7]), labels: Tensor(counted.map { labels[$0] }))
        .item()
      #expect((result.loss - Double(expected)).magnitude < 1e-5)
    }

    @Test func classesThatDoNotOccurHaveNoShare() {
      var result = EvaluationResult(classes: 4)
      // True 0, 0, 1 and 1; predicted 0, 1, 1 and 2: IoU 1/2, 1/3, 0 and none.
      let scores = [0, 1, 1, 2].flatMap { best in (0..<4).map { Float($0 == best ? 1 : 0) } }
      result.add(logits: Tensor(scores, shape: [1, 2, 2, 4]), labels: Tensor([Int64(0), 0, 1, 1], shape: [1, 2, 2]))
      #expect(result.perClassIoU == [0.5, 1.0 / 3, 0, nil])
      #expect((result.meanIoU - 5.0 / 12).magnitude < 1e-12)
    }

    @Test func pixelsWithoutAClassDoNotTrain() throws {
      var generator = Generator(seed: 6)
      let images = Tensor.normal([2, 4, 4, 1], using: &generator)
      func gradients(_ labels: [Int64]) -> (loss: Float, values: [Float]) {
        let network = PixelNet(classes: 3, seed: 1)
        let parameters = network.namedParameters()
        let step = TrainingStep(
          network: network, optimizer: SGD(groups: [ParameterGroup("all", parameters: parameters)], learningRate: 0.1))
        let (result, gradients) = step.backward(
          images: images, targets: .labels(Tensor(labels, shape: [2, 4, 4])))
        return (result.loss, parameters.flatMap { gradients?[$0.parameter]?.floatArray() ?? [] })
      }
      let labels = (0..<32).map { Int64($0 % 3) }
      let half = gradients(labels.enumerated().map { $0 < 16 ? $1 : 255 })
      let other = gradients(labels.enumerated().map { $0 < 16 ? 255 : $1 })
      let all = gradients(labels)
      #expect((all.loss - (half.loss + other.loss) / 2).magnitude < 1e-6)
      for (index, value) in all.values.enumerated() {
        #expect((value - (half.values[index] + other.values[index]) / 2).magnitude < 1e-6)
      }
      let none = gradients(Array(repeating: 255, count: 32))
      #expect(none.loss == 0 && !none.values.isEmpty && none.values.allSatisfy { $0 == 0 })
    }

    private func configuration(epochs: Int) -> TrainingConfiguration {
      var configuration = Trainings.configuration(epochs: epochs)
      (configuration.batchSize, configuration.learningRate) = (8, 0.2)
      return configuration
    }

    @Test func itLearnsAndLogs() throws {
      try withTemporaryFolder { folder in
        var configuration = configuration(epochs: 8)
        configuration.augments = true
        let trainer = try Trainings.trainer(
          configuration, in: folder, splits: SceneSet.splits(), model: PixelNet.model(configuration))
        guard case .finished(let result) = try trainer.run() else { throw TrainingError("interrupted") }
        #expect(result.meanIoU > 0.8)
        #expect(result.total == 12 * 8 * 7)
        let lines = try MetricsLog.lines(of: RunFolder(folder).metrics)
        let last = try #require(lines.last { $0["split"] == "validation" })
        #expect(last["miou"]?.doubleValue == result.meanIoU)
        #expect(last["pixel_accuracy"]?.doubleValue == result.accuracy)
        #expect(lines.contains { $0["split"] == "train" && $0["pixel_accuracy"] != nil })
      }
    }

    @Test func modelsAndDataMustFit() throws {
      try withTemporaryFolder { folder in
        let configuration = configuration(epochs: 1)
        expectError("scenes has a class for every pixel", "quickstart") {
          _ = try Trainings.trainer(configuration, in: folder, splits: SceneSet.splits())
        }
        expectError("stripes has one class a picture", "label maps") {
          _ = try Trainings.trainer(configuration, in: folder, model: PixelNet.model(configuration))
        }
      }
    }

    /// Real scenes and a real network: the loss falls in a few steps, and its evaluation counts as one by one.
    @Test(.enabled(if: SharedData.path("camvid-120x90") != nil)) func camVid() throws {
      let splits = try DataSource.open(#require(SharedData.path("camvid-120x90")))
      var model = try ModelRegistry.entry(named: "deeplabv3_mobilenetv2").defaults
      (model.classes, model.inputSize) = (splits.classNames.count, 64)
      var configuration = TrainingConfiguration(model: model, data: "camvid")
      (configuration.batchSize, configuration.augments, configuration.learningRate) = (4, false, 0.05)
      var generator = Generator(seed: 0)
      let network = try ModelRegistry.make(model, using: &generator).network
      let step = TrainingStep(network: network, optimizer: configuration.makeOptimizer(for: network))
      let batches = try TrainingData.training(splits, configuration).batches(epoch: 0)
      let batch = try #require(try batches.next())
      #expect(batch.labels.shape == [4, 64, 64])
      let losses = (0..<6).map { _ in step(images: batch.images, targets: .labels(batch.labels)).loss }
      #expect(losses[5] < losses[0] * 0.7, "\(losses)")

      let few = Subset(splits.validation, indices: [0, 20, 40])
      let loader = try PicturePreparation(model, for: splits).loader(of: few, batchSize: 2)
      let result = try evaluate(network, on: loader, classes: 11)
      network.setTraining(false)
      var counts = Array(repeating: Array(repeating: 0, count: 11), count: 11)
      let again = try loader.batches(epoch: 0)
      while let batch = try again.next() {
        let logits = withoutGradients { network(batch.images) }.floatArray()
        for (row, found) in confusion(logits, batch.labels.array(of: Int64.self), classes: 11).enumerated() {
          for (column, count) in found.enumerated() { counts[row][column] += count }
        }
      }
      #expect(result.confusion == counts)
      #expect((result.meanIoU - meanIoU(counts)).magnitude < 1e-12)
    }
  }
}
