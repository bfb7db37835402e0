/// Makes batches from a data set: order, transforms, normalisation, mixing, ahead of their use.
///
/// Order and changes depend on the seed, the epoch and the example alone, so a run that is resumed at any
/// step, or that prefetches more or less, gets the same bits.
public struct DataLoader: Sendable {
  private let maker: BatchMaker
  private let prefetch: Int
  /// The number of batches in an epoch.
  public let batchCount: Int

  /// Creates a loader.
  ///
  /// - Parameters:
  ///   - transforms: Applied to each picture.
  ///   - batchTransforms: Applied to each batch; where there are any, batches have targets.
  ///   - shuffles: Whether each epoch has an order of its own.
  ///   - dropsLast: Whether a last batch that is not full is left out.
  ///   - prefetch: How many batches are made ahead; 0 makes each when it is asked for, on the calling thread.
  ///   - normalization: Mean and deviation of as many channels as the pictures have.
  /// - Throws: ``DataSetError`` if the set is empty, the batch size is below one, the prefetch is negative,
  ///   or no full batch remains.
  public init(
    _ dataSet: any DataSet, transforms: TransformPipeline = TransformPipeline(),
    batchTransforms: [any BatchTransform] = [], batchSize: Int, shuffles: Bool = false,
    dropsLast: Bool = false,
    seed: UInt64 = 0, prefetch: Int = 2, normalization: Normalization
  ) throws {
    guard dataSet.count > 0 else { throw DataSetError("\(dataSet.name): no pictures to make batches of") }
    guard batchSize >= 1 else { throw DataSetError("the batch size is \(batchSize), expected at least 1") }
    guard prefetch >= 0 else { throw DataSetError("the prefetch is \(prefetch), expected at least 0") }
    let size = min(batchSize, dropsLast ? batchSize : dataSet.count)
    batchCount = dropsLast ? dataSet.count / size : (dataSet.count - 1) / size + 1
    guard batchCount > 0 else {
      throw DataSetError(
        "\(dataSet.name) has \(dataSet.count) pictures, fewer than one batch of \(batchSize); use a smaller batch"
      )
    }
    self.prefetch = prefetch
    maker = BatchMaker(
      dataSet: dataSet, transforms: transforms, batchTransforms: batchTransforms,
      writer: NormalizedWriter(normalization), batchSize: size, shuffles: shuffles, seed: seed)
  }

  /// The batches of an epoch, from a step on.
  ///
  /// - Throws: ``DataSetError`` if the epoch is negative or the step is not in 0...`batchCount`.
  public func batches(epoch: Int, from step: Int = 0) throws -> BatchIterator {
    guard epoch >= 0 else { throw DataSetError("epoch \(epoch) does not exist, the first is 0") }
    guard (0...batchCount).contains(step) else {
      throw DataSetError("step \(step) is not in an epoch of \(batchCount) batches")
    }
    return BatchIterator(maker, epoch: epoch, steps: step..<batchCount, prefetch: prefetch)
  }
}
