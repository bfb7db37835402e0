import Tensor

extension Lowering {
  /// The height and width of an image value of the trace.
  private func size(_ id: ValueID) -> Pair { Pair(dimensions(id)[1].factor, dimensions(id)[2].factor) }

  mutating func lowerMaxPooling(_ x: ValueID, _ options: PoolingOptions, _ output: ValueID) {
    let window = PoolingWindow(options, from: size(x), to: size(output))
    emit(.maxPooling(window), [operand(x, .image)], .image, as: output)
  }

  /// Padding that counts is added before the pooling, so that what a last window reaches over does not count.
  mutating func lowerAveragePooling(
    _ x: ValueID, _ options: PoolingOptions, countsPadding: Bool, _ output: ValueID
  ) {
    var (options, size) = (options, size(x))
    var value = operand(x, .image)
    if countsPadding && options.padding != 0 {
      let (rows, columns) = (options.padding.height, options.padding.width)
      size = Pair(size.height + 2 * rows, size.width + 2 * columns)
      let none = PaddedAxis(before: 0, after: 0)
      let amounts = [
        none, none, PaddedAxis(before: rows, after: rows), PaddedAxis(before: columns, after: columns),
      ]
      value = emit(
        .pad(amounts, value: 0), [value],
        Array(program[value].dimensions[..<2]) + [.fixed(size.height), .fixed(size.width)])
      options.padding = 0
    }
    let window = PoolingWindow(options, from: size, to: self.size(output))
    emit(.averagePooling(window), [value], .image, as: output)
  }

  /// Means over parts: of the whole image, by equal windows, or by parts of the rows and then of the columns.
  mutating func lowerAdaptivePooling(_ x: ValueID, _ target: Pair, _ output: ValueID) {
    let size = size(x)
    let value = operand(x, .image)
    if target == 1 { return emit(.globalAverage, [value], .image, as: output) }
    if size.height % target.height == 0 && size.width % target.width == 0 {
      let kernel = Pair(size.height / target.height, size.width / target.width)
      return emit(
        .averagePooling(PoolingWindow(kernel: kernel, stride: kernel, padding: 0)), [value], .image, as: output)
    }
    let rows = partMeans(value, axis: 2, size.height, target.height)
    define(output, .image, partMeans(rows, axis: 3, size.width, target.width))
  }

  /// The means of parts of an axis, which may overlap by one.
  private mutating func partMeans(
    _ value: Program.ValueID, axis: Int, _ extent: Int, _ count: Int
  ) -> Program.ValueID {
    var dimensions = program[value].dimensions
    dimensions[axis] = .fixed(1)
    let means = (0..<count).map { index in
      let range = index * extent / count..<((index + 1) * extent + count - 1) / count
      let part = sliced(value, axis, range)
      return range.count == 1
        ? part : emit(.reduction(axes: [axis], keepsAxes: true, isMean: true), [part], dimensions)
    }
    dimensions[axis] = .fixed(count)
    return emit(.concatenate(axis: axis), means, dimensions)
  }

  mutating func lowerResize(_ x: ValueID, _ size: Pair, _ mode: ResizeMode, _ output: ValueID) {
    let from = self.size(x)
    let value = operand(x, .image)
    if from == size { return define(output, .image, value) }
    emit(.resize(from: from, to: size, mode), [value], .image, as: output)
  }
}

extension PoolingWindow {
  /// The window with the padding at the ends that its last place needs, whether that is rounded up or down.
  fileprivate init(_ options: PoolingOptions, from size: Pair, to output: Pair) {
    func trailing(_ size: Int, _ output: Int, _ kernel: Int, _ stride: Int, _ leading: Int) -> Int {
      max((output - 1) * stride + kernel - size - leading, 0)
    }
    let (kernel, stride, padding) = (options.kernel, options.stride, options.padding)
    self.init(
      kernel: kernel, stride: stride,
      padding: Padding(
        top: padding.height,
        bottom: trailing(size.height, output.height, kernel.height, stride.height, padding.height),
        left: padding.width,
        right: trailing(size.width, output.width, kernel.width, stride.width, padding.width)))
  }
}
