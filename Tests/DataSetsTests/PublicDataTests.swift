import Tensor
import Testing

@testable import DataSets

/// The public sets beside the package; skipped where they are absent.
@Suite struct PublicDataTests {
  @Test(.enabled(if: sharedDataExists("cifar10-subset"))) func cifar10Subset() throws {
    let splits = try DataSource.open("\(sharedData)/cifar10-subset")
    let train = try splits.requireTrain()
    #expect((train.count, splits.validation.count) == (10_000, 2_000))
    let labels = train.labels
    #expect((0..<10).allSatisfy { label in labels.count { $0 == label } == 1000 })
    #expect(splits.classNames[0] == "airplane")
    let measured = try Normalization.measured(on: splits.validation, maximumCount: 500)
    for channel in 0..<3 { #expect(abs(measured.mean[channel] - splits.normalization.mean[channel]) < 0.03) }
  }

  @Test(.enabled(if: sharedDataExists("cifar100-subset"))) func cifar100Subset() throws {
    let splits = try DataSource.open("\(sharedData)/cifar100-subset")
    #expect((try splits.requireTrain().count, splits.validation.count) == (5_000, 1_000))
    #expect(splits.classNames.count == 100)
    #expect(splits.classNames[1] == "aquarium_fish")
    #expect(splits.normalization == .cifar100)
  }

  @Test(.enabled(if: sharedDataExists("mnist-t10k"))) func mnistTestSet() throws {
    let splits = try DataSource.open("\(sharedData)/mnist-t10k")
    #expect(splits.train == nil)
    #expect(splits.validation.count == 10_000)
    #expect(splits.validation.label(at: 0) == 7)
    #expect(splits.normalization == .mnist)
  }

  @Test(.enabled(if: sharedDataExists("ants-bees-224"))) func antsAndBees() throws {
    let splits = try DataSource.open("\(sharedData)/ants-bees-224")
    let train = try splits.requireTrain()
    #expect((train.count, splits.validation.count) == (244, 153))
    #expect(splits.classNames == ["ants", "bees"])
    let loader = try DataLoader(
      train, transforms: .training(for: splits, size: 64), batchSize: 4, shuffles: true,
      normalization: splits.normalization)
    let batch = try #require(try loader.batches(epoch: 0).next())
    #expect(batch.images.shape == [4, 64, 64, 3])
    #expect(batch.images.isFinite)
  }

  @Test(.enabled(if: sharedDataExists("imagenet-samples-224"))) func imageNetSamples() throws {
    let splits = try DataSource.open("\(sharedData)/imagenet-samples-224")
    #expect(splits.validation.labels == Array(0..<1000))
    #expect(splits.classNames[1] == "goldfish")
    let pipeline = try TransformPipeline.evaluation(for: splits)
    var generator = Generator(seed: 0)
    let image = try pipeline.apply(to: splits.validation.example(at: 1).image, using: &generator)
    #expect(image.size == ImageSize(height: 224, width: 224, channels: 3))
  }
}
