import Tensor

/// Makes batches of pictures: a function of seed, epoch and step alone.
struct PictureBatchMaker: BatchMaker {
  let dataSet: any DataSet
  let transforms: TransformPipeline
  let batchTransforms: [any BatchTransform]
  let writer: NormalizedWriter
  let seed: UInt64

  func batch(
    of indices: ArraySlice<Int>, epoch: Int, step: Int, while isWanted: () -> Bool
  ) throws -> Batch? {
    var labels: [Int64] = []
    var mapCount = 0
    var images: Tensor?
    var size = ImageSize(height: 0, width: 0, channels: 0)
    for (slot, index) in indices.enumerated() {
      guard isWanted() else { return nil }
      var generator = BatchRandomness.example.generator(seed: seed, epoch, index)
      let example = try transforms.apply(to: dataSet.example(at: index), using: &generator)
      let image = example.image
      if images == nil {
        size = image.size
        try requireChannels(size, at: index)
        images = Tensor(uninitialized: [indices.count, size.height, size.width, size.channels])
      }
      guard image.size == size else {
        throw DataSetError(
          "\(dataSet.name): example \(index) is \(image.size), others in its batch are \(size); "
            + "add a transform that gives one size, such as Resize and CenterCrop")
      }
      images?.withFloats { all in
        let slice = UnsafeMutableBufferPointer(
          rebasing: all[slot * image.pixels.count..<(slot + 1) * image.pixels.count])
        writer.write(image, to: slice)
        transforms.erasing?.apply(to: slice, size: size, using: &generator)
      }
      try append(example, at: index, to: &labels)
      mapCount += example.map == nil ? 0 : 1
    }
    guard let images else { return nil }
    if mapCount == 0 {
      return Batch(
        images: images, labels: Tensor(labels), targets: mixing(images, size, labels, epoch: epoch, step: step))
    }
    guard mapCount == indices.count else {
      throw DataSetError("\(dataSet.name): some pictures have label maps and others do not; give all of them one")
    }
    guard batchTransforms.isEmpty else {
      throw DataSetError("\(dataSet.name): pictures with label maps cannot be mixed; leave out mixup and CutMix")
    }
    return Batch(images: images, labels: Tensor(labels, shape: [indices.count, size.height, size.width]))
  }

  /// Appends the class of an example, or those of its pixels.
  private func append(_ example: Example, at index: Int, to labels: inout [Int64]) throws {
    if let map = example.map {
      try map.require(below: dataSet.classCount, in: "\(dataSet.name): example \(index)")
      labels.append(contentsOf: map.classes.lazy.map { Int64($0) })
    } else {
      try requireLabel(example.label, at: index)
      labels.append(Int64(example.label))
    }
  }

  /// Applies the batch transforms; nil if there are none.
  private func mixing(_ images: Tensor, _ size: ImageSize, _ labels: [Int64], epoch: Int, step: Int)
    -> Tensor?
  {
    if batchTransforms.isEmpty { return nil }
    let classCount = dataSet.classCount
    let targets = Tensor.zeros([labels.count, classCount])
    var generator = BatchRandomness.batch.generator(seed: seed, epoch, step)
    images.withFloats { images in
      targets.withFloats { targets in
        for (row, label) in labels.enumerated() { targets[row * classCount + Int(label)] = 1 }
        var mixture = Mixture(
          count: labels.count, size: size, classCount: classCount, images: images, targets: targets)
        for transform in batchTransforms { transform.apply(to: &mixture, using: &generator) }
      }
    }
    return targets
  }

  private func requireLabel(_ label: Int, at index: Int) throws {
    guard (0..<dataSet.classCount).contains(label) else {
      throw DataSetError(
        "\(dataSet.name): example \(index) has the label \(label), expected 0 to \(dataSet.classCount - 1)")
    }
  }

  private func requireChannels(_ size: ImageSize, at index: Int) throws {
    guard size.channels == writer.channels else {
      throw DataSetError(
        "\(dataSet.name): example \(index) is \(size), the normalisation has \(writer.channels) channels; "
          + "give one mean and deviation a channel")
    }
  }
}

extension Tensor {
  /// Runs a body that may overwrite the float32 elements; for the maker of the tensor alone.
  fileprivate func withFloats(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    withMutableBytes { body($0.assumingMemoryBound(to: Float.self)) }
  }
}
