import Tensor
import Testing

@testable import DataSets

@Suite struct MixingTests {
  private func batch(_ transform: any BatchTransform, seed: UInt64) throws -> (mixed: Batch, plain: Batch) {
    func loader(_ transforms: [any BatchTransform]) throws -> DataLoader {
      try DataLoader(
        CountingSet(count: 8), batchTransforms: transforms, batchSize: 8, seed: seed, prefetch: 0,
        normalization: .unit(channels: 3))
    }
    let mixed = try #require(try loader([transform]).batches(epoch: 0).next())
    let plain = try #require(try loader([]).batches(epoch: 0).next())
    return (mixed, plain)
  }

  @Test func mixUpBlendsPicturesAndTargetsAlike() throws {
    let (mixed, plain) = try batch(MixUp(alpha: 1), seed: 3)
    let targets = try #require(mixed.targets).floatArray()
    #expect(plain.targets == nil)
    let (images, sources) = (mixed.images.floatArray(), plain.images.floatArray())
    let width = 6 * 5 * 3
    // Example 1 is of class 1 and mixed with example 0 of class 0.
    let share = targets[1 * 3 + 1]
    #expect(share > 0 && share < 1)
    #expect(abs(targets[1 * 3 + 0] - (1 - share)) < 1e-6)
    for example in 0..<8 {
      let other = (example + 7) % 8
      #expect(abs(targets[example * 3..<example * 3 + 3].reduce(0, +) - 1) < 1e-6)
      for index in 0..<width {
        let expected = share * sources[example * width + index] + (1 - share) * sources[other * width + index]
        #expect(abs(images[example * width + index] - expected) < 1e-6)
      }
    }
    #expect(mixed.labels.array(of: Int64.self) == plain.labels.array(of: Int64.self))
  }

  @Test(arguments: 0..<20) func cutMixSharesTargetsByArea(seed: Int) throws {
    let (mixed, plain) = try batch(CutMix(), seed: UInt64(seed))
    let targets = try #require(mixed.targets).floatArray()
    let (images, sources) = (mixed.images.floatArray(), plain.images.floatArray())
    let width = 6 * 5 * 3
    for example in 0..<8 {
      let other = (example + 7) % 8
      var replaced = 0
      for index in 0..<width where images[example * width + index] != sources[example * width + index] {
        #expect(images[example * width + index] == sources[other * width + index])
        replaced += 1
      }
      let expected = 1 - Float(replaced) / Float(width)
      // Examples 0 and 7 differ in class too: 0 and 1.
      #expect(abs(targets[example * 3 + example % 3] - expected) < 1e-6)
    }
  }

  @Test(arguments: [0.2, 1.0, 4.0]) func betaHasItsMeanAndVariance(alpha: Double) {
    var generator = Generator(seed: 11)
    let values = (0..<20_000).map { _ in generator.beta(alpha) }
    let mean = values.reduce(0, +) / 20_000
    let variance = values.reduce(0) { $0 + ($1 - 0.5) * ($1 - 0.5) } / 20_000
    #expect(values.allSatisfy { (0...1).contains($0) })
    #expect(abs(mean - 0.5) < 0.015)
    #expect(abs(variance - 1 / (4 * (2 * alpha + 1))) < 0.006)
  }

  @Test func tinyAlphaGivesNoNaN() {
    var generator = Generator(seed: 1)
    #expect((0..<100).allSatisfy { _ in generator.beta(1e-6).isFinite })
  }

  @Test func oneOfUsesEachChoice() throws {
    let choice = try OneOf([MixUp(probability: 0), MixUp(alpha: 1)])
    let mixed = try (0..<20).map { seed in
      try #require(try batch(choice, seed: UInt64(seed)).mixed.targets).floatArray().contains {
        $0 > 0 && $0 < 1
      }
    }
    #expect(mixed.contains(true) && mixed.contains(false))
    expectError("at least one") { _ = try OneOf([]) }
  }
}
