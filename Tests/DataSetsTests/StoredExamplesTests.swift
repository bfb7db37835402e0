import Formats
import Tensor
import Testing

@testable import DataSets

@Suite struct StoredExamplesTests {
  /// Pictures of a set as rows of an array.
  private func examples(of set: any DataSet) throws -> StoredExamples {
    let loader = try DataLoader(set, batchSize: set.count, normalization: .unit(channels: 3))
    let batch = try #require(try loader.batches(epoch: 0).next())
    return try StoredExamples(
      name: "rows", inputs: StoredArray(batch.images.floatArray(), shape: batch.images.shape.array),
      labels: StoredArray(batch.labels.array(of: Int64.self)), classCount: 3)
  }

  @Test func rowsComeInTheOrderOfPictures() throws {
    let set = CountingSet(count: 23)
    for dropsLast in [false, true] {
      let pictures = try DataLoader(
        set, batchSize: 5, shuffles: true, dropsLast: dropsLast, seed: 4, normalization: .unit(channels: 3))
      let rows = try DataLoader(examples(of: set), batchSize: 5, shuffles: true, dropsLast: dropsLast, seed: 4)
      #expect(rows.batchCount == pictures.batchCount)
      for (epoch, step) in [(0, 0), (3, 2)] {
        let expected = try bits(pictures.batches(epoch: epoch, from: step))
        #expect(try bits(rows.batches(epoch: epoch, from: step)) == expected)
        #expect(try bits(rows.prefetching(0).batches(epoch: epoch, from: step)) == expected)
      }
    }
  }

  @Test func labelMapsKeepTheirShape() throws {
    let examples = try StoredExamples(
      name: "maps", inputs: StoredArray([Float](repeating: 1, count: 2 * 4), shape: [2, 4]),
      labels: StoredArray([0, 1, 2, 255, 1, 1, 0, 0] as [UInt8], shape: [2, 2, 2]), classCount: 3)
    let batch = try #require(try DataLoader(examples, batchSize: 2).batches(epoch: 0).next())
    #expect(batch.labels.shape == [2, 2, 2])
    #expect(batch.labels.array(of: Int64.self) == [0, 1, 2, 255, 1, 1, 0, 0])
  }

  @Test func damagedArraysAreRefused() throws {
    let inputs = try StoredArray([Float](repeating: 0, count: 6), shape: [3, 2])
    func make(_ inputs: StoredArray, _ labels: StoredArray) throws {
      _ = try StoredExamples(name: "file", inputs: inputs, labels: labels, classCount: 3)
    }
    try make(inputs, StoredArray([0, 1, 2] as [Int64]))
    expectError("file", "a label is not in 0 to 2") { try make(inputs, StoredArray([0, 3, 1] as [Int64])) }
    expectError("a label is not in 0 to 2") { try make(inputs, StoredArray([0, -1, 1] as [Int64])) }
    expectError("a label is not in 0 to 2") {
      try make(inputs, StoredArray([0, 3, 1] as [UInt8], shape: [3, 1, 1]))
    }
    expectError("int64 [2]", "expected float32 [count, …]") { try make(inputs, StoredArray([0, 1] as [Int64])) }
    expectError("float64") { try make(StoredArray([0.0, 1, 2], shape: [3, 1]), StoredArray([0, 1, 2] as [Int64])) }
  }
}
