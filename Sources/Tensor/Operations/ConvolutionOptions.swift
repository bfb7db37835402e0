/// Height and width of something.
public struct Pair: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  /// The extent along the rows.
  public var height: Int
  /// The extent along the columns.
  public var width: Int

  /// A pair of two extents.
  public init(_ height: Int, _ width: Int) {
    self.height = height
    self.width = width
  }

  public init(integerLiteral value: Int) { self.init(value, value) }

  /// `[height, width]`.
  public init(arrayLiteral elements: Int...) {
    precondition(elements.count == 2, "a pair has a height and a width, not \(elements.count) numbers")
    self.init(elements[0], elements[1])
  }
}

/// Rows and columns of zeros around an image.
public struct Padding: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  public var top: Int
  public var bottom: Int
  public var left: Int
  public var right: Int

  /// Padding of each side.
  public init(top: Int, bottom: Int, left: Int, right: Int) {
    (self.top, self.bottom, self.left, self.right) = (top, bottom, left, right)
  }

  public init(integerLiteral value: Int) { self.init(top: value, bottom: value, left: value, right: value) }

  /// `[height, width]`: as much above as below, as much left as right.
  public init(arrayLiteral elements: Int...) {
    precondition(elements.count == 2, "symmetric padding has a height and a width, not \(elements.count) numbers")
    self.init(top: elements[0], bottom: elements[0], left: elements[1], right: elements[1])
  }

  /// The padding of TensorFlow's "SAME": output = ⌈size / stride⌉, the odd row and column below and to the right.
  public static func same(size: Pair, kernel: Pair, stride: Pair = 1, dilation: Pair = 1) -> Padding {
    func total(_ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
      let output = (size + stride - 1) / stride
      return max(0, (output - 1) * stride + (kernel - 1) * dilation + 1 - size)
    }
    let height = total(size.height, kernel.height, stride.height, dilation.height)
    let width = total(size.width, kernel.width, stride.width, dilation.width)
    return Padding(top: height / 2, bottom: height - height / 2, left: width / 2, right: width - width / 2)
  }
}

/// How a convolution's kernel walks over the image.
public struct ConvolutionOptions: Sendable, Hashable {
  public var stride: Pair
  public var padding: Padding
  public var dilation: Pair
  /// The channels are cut in this many groups, each filtered alone; as many groups as channels make it depthwise.
  public var groups: Int

  /// Options, by default those of a plain convolution.
  public init(stride: Pair = 1, padding: Padding = 0, dilation: Pair = 1, groups: Int = 1) {
    (self.stride, self.padding, self.dilation, self.groups) = (stride, padding, dilation, groups)
  }

  /// ⌊(size + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1 in both directions.
  public func outputSize(_ size: Pair, kernel: Pair) -> Pair {
    func extent(_ size: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ dilation: Int) -> Int {
      let room = size + padding - dilation * (kernel - 1) - 1
      return room < 0 ? 0 : room / stride + 1
    }
    return Pair(
      extent(size.height, kernel.height, stride.height, padding.top + padding.bottom, dilation.height),
      extent(size.width, kernel.width, stride.width, padding.left + padding.right, dilation.width))
  }

  var strides: [Int64] { [Int64(stride.height), Int64(stride.width)] }
  var dilates: [Int64] { [Int64(dilation.height - 1), Int64(dilation.width - 1)] }
  var leadingPadding: [Int64] { [Int64(padding.top), Int64(padding.left)] }
  var trailingPadding: [Int64] { [Int64(padding.bottom), Int64(padding.right)] }
}
