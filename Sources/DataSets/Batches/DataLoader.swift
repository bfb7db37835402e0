/// Makes batches from a data set: order, transforms, normalisation, mixing, ahead of their use.
///
/// Order and changes depend on the seed, the epoch and the example alone, so a run that is resumed at any
/// step, or that prefetches more or less, gets the same bits.
public struct DataLoader: Sendable {
  private let maker: any BatchMaker
  private let order: BatchOrder
  private let prefetch: Int
  /// The number of batches in an epoch.
  public var batchCount: Int { order.batchCount }
  /// The number of examples in an epoch; what a last batch that is left out would hold is not counted.
  public var exampleCount: Int { order.exampleCount }

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
    try self.init(
      PictureBatchMaker(
        dataSet: dataSet, transforms: transforms, batchTransforms: batchTransforms,
        writer: NormalizedWriter(normalization), seed: seed),
      BatchOrder(
        of: dataSet.name, count: dataSet.count, batchSize: batchSize, shuffles: shuffles, dropsLast: dropsLast,
        seed: seed), prefetch: prefetch)
  }

  /// Creates a loader of stored examples, in the order that pictures have with the same options.
  ///
  /// - Parameters:
  ///   - shuffles: Whether each epoch has an order of its own.
  ///   - dropsLast: Whether a last batch that is not full is left out.
  ///   - prefetch: How many batches are made ahead.
  /// - Throws: ``DataSetError`` as for pictures.
  public init(
    _ examples: StoredExamples, batchSize: Int, shuffles: Bool = false, dropsLast: Bool = false, seed: UInt64 = 0,
    prefetch: Int = 2
  ) throws {
    try self.init(
      examples,
      BatchOrder(
        of: examples.name, count: examples.count, batchSize: batchSize, shuffles: shuffles, dropsLast: dropsLast,
        seed: seed), prefetch: prefetch)
  }

  private init(_ maker: any BatchMaker, _ order: BatchOrder, prefetch: Int) throws {
    guard prefetch >= 0 else { throw DataSetError("the prefetch is \(prefetch), expected at least 0") }
    (self.maker, self.order, self.prefetch) = (maker, order, prefetch)
  }

  /// The same batches, of which another number is made ahead.
  ///
  /// - Throws: ``DataSetError`` if the prefetch is negative.
  public func prefetching(_ count: Int) throws -> DataLoader { try DataLoader(maker, order, prefetch: count) }

  /// The batches of an epoch, from a step on.
  ///
  /// - Throws: ``DataSetError`` if the epoch is negative or the step is not in 0...`batchCount`.
  public func batches(epoch: Int, from step: Int = 0) throws -> BatchIterator {
    guard epoch >= 0 else { throw DataSetError("epoch \(epoch) does not exist, the first is 0") }
    guard (0...batchCount).contains(step) else {
      throw DataSetError("step \(step) is not in an epoch of \(batchCount) batches")
    }
    return BatchIterator(maker, order, epoch: epoch, steps: step..<batchCount, prefetch: prefetch)
  }
}
