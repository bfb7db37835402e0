import Foundation
import Tensor
import Testing

@testable import DataSets

@Suite struct DataLoaderTests {
  private func loader(
    _ set: any DataSet = CountingSet(count: 23), batchSize: Int = 4, shuffles: Bool = true,
    dropsLast: Bool = false,
    seed: UInt64 = 7, prefetch: Int = 2
  ) throws -> DataLoader {
    let transforms = TransformPipeline(
      [
        try RandomCrop(height: 6, width: 5, padding: 1), try RandomHorizontalFlip(),
        try ColorJitter(brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 0.1), try RandomResizedCrop(8),
      ], erasing: try RandomErasing())
    return try DataLoader(
      set, transforms: transforms, batchTransforms: [try MixUp(alpha: 0.5)], batchSize: batchSize,
      shuffles: shuffles,
      dropsLast: dropsLast, seed: seed, prefetch: prefetch, normalization: .imageNet)
  }

  @Test func bitsDoNotDependOnPrefetch() throws {
    let expected = try bits(loader(prefetch: 0).batches(epoch: 3))
    #expect(expected.count == 6)
    for prefetch in [1, 2, 5, 100] {
      #expect(try bits(loader(prefetch: prefetch).batches(epoch: 3)) == expected)
    }
  }

  @Test func resumingAtAnyStepGivesTheSameBits() throws {
    let loader = try loader()
    let expected = try bits(loader.batches(epoch: 1))
    for step in 0...6 { #expect(try bits(loader.batches(epoch: 1, from: step)) == Array(expected[step...])) }
  }

  @Test func epochsAndSeedsDiffer() throws {
    let first = try bits(loader().batches(epoch: 0))
    #expect(try bits(loader().batches(epoch: 1)) != first)
    #expect(try bits(loader(seed: 8).batches(epoch: 0)) != first)
  }

  @Test func shufflingVisitsEachExampleOnce() throws {
    let loader = try DataLoader(
      CountingSet(count: 23), batchSize: 5, shuffles: true, normalization: .unit(channels: 3))
    var seen: [Int] = []
    let iterator = try loader.batches(epoch: 2)
    while let batch = try iterator.next() {
      let images = batch.images.floatArray()
      for row in 0..<batch.count { seen.append(Int((images[row * 90] * 255).rounded())) }
    }
    #expect(seen.sorted() == Array(0..<23))
    #expect(seen != Array(0..<23))
  }

  @Test func withoutShufflingExamplesComeInOrder() throws {
    let loader = try DataLoader(CountingSet(count: 7), batchSize: 3, normalization: .unit(channels: 3))
    let iterator = try loader.batches(epoch: 0)
    var labels: [[Int64]] = []
    while let batch = try iterator.next() {
      #expect(batch.images.shape == [batch.count, 6, 5, 3])
      labels.append(batch.labels.array(of: Int64.self))
    }
    #expect(labels == [[0, 1, 2], [0, 1, 2], [0]])
    #expect(try iterator.next() == nil)
  }

  @Test func lastBatchCanBeDropped() throws {
    let loader = try loader(dropsLast: true)
    #expect(loader.batchCount == 5)
    #expect(loader.exampleCount == 20)
    #expect(try bits(loader.batches(epoch: 0)).count == 5)
    expectError("smaller batch") { _ = try self.loader(batchSize: 24, dropsLast: true) }
    #expect(try self.loader(batchSize: .max).batchCount == 1)
    #expect(try self.loader(batchSize: .max).exampleCount == 23)
  }

  @Test(arguments: [0, 2]) func errorsSurfaceAtTheirStep(prefetch: Int) throws {
    let loader = try DataLoader(
      CountingSet(count: 10, failingIndex: 5), batchSize: 2, prefetch: prefetch,
      normalization: .unit(channels: 3))
    let iterator = try loader.batches(epoch: 0)
    #expect(try iterator.next() != nil)
    #expect(try iterator.next() != nil)
    expectError("picture 5 is broken") { _ = try iterator.next() }
    #expect(try iterator.next() == nil)
  }

  @Test func labelsOutOfRangeAreNamed() throws {
    let loader = try DataLoader(
      CountingSet(count: 4, wrongLabelIndex: 2), batchSize: 4, normalization: .unit(channels: 3))
    expectError("counting", "example 2", "label 3", "0 to 2") { _ = try loader.batches(epoch: 0).next() }
  }

  @Test func channelsMustFitTheNormalization() throws {
    let loader = try DataLoader(CountingSet(count: 4), batchSize: 4, normalization: .mnist)
    expectError("1 channels", "6×5×3") { _ = try loader.batches(epoch: 0).next() }
  }

  @Test func wrongOptionsAreErrors() throws {
    expectError("batch size is 0") { _ = try loader(batchSize: 0) }
    expectError("batch size is -1") { _ = try loader(batchSize: -1) }
    expectError("prefetch is -1") { _ = try loader(prefetch: -1) }
    expectError("no pictures") { _ = try loader(CountingSet(count: 0)) }
    expectError("step 7") { _ = try loader().batches(epoch: 0, from: 7) }
    expectError("step -1") { _ = try loader().batches(epoch: 0, from: -1) }
    expectError("epoch -1") { _ = try loader().batches(epoch: -1) }
  }

  @Test func abandoningTheIteratorStopsTheThread() throws {
    weak var queue: BatchQueue?
    do {
      let iterator = try loader(CountingSet(count: 100_000), prefetch: 3).batches(epoch: 0)
      _ = try iterator.next()
      queue = iterator.queue
      #expect(queue != nil)
    }
    let deadline = Date(timeIntervalSinceNow: 20)
    while queue != nil && Date() < deadline { Thread.sleep(forTimeInterval: 0.01) }
    #expect(queue == nil, "the thread still holds its queue")
  }

  @Test func picturesOfDifferentSizesAreNamed() throws {
    try withTemporaryFolder { folder in
      try writePicture(height: 4, width: 4, to: "\(folder)/a/0.png")
      try writePicture(height: 4, width: 5, to: "\(folder)/a/1.png")
      let loader = try DataLoader(ImageFolder(folder), batchSize: 2, normalization: .imageNet)
      expectError("4×5×3", "4×4×3", "Resize") { _ = try loader.batches(epoch: 0).next() }
    }
  }
}
