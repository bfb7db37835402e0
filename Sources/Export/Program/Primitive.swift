import Tensor

/// An operation that exchange formats know. Operands are listed with each case; images are [N, C, H, W].
enum Primitive {
  /// x, weight [O, I, H, W], [bias]
  case convolution(ConvolutionOptions)
  /// x […, I], weight [O, I], [bias]
  case linear
  /// left […, M, K], right […, K, N]
  case matrixProduct
  /// x, weight, bias; over the last axis
  case layerNorm(epsilon: Float)
  /// x [N, C, …], weight, bias; over all axes behind the second
  case instanceNorm(epsilon: Float)
  /// x
  case activation(Activation)
  /// x
  case function(ElementFunction)
  /// x; a bound that is nil does not bind
  case clamp(lower: Float?, upper: Float?)
  /// left, right, with broadcasting
  case binary(BinaryFunction)
  /// x
  case softmax(axis: Int)
  /// x
  case logSoftmax(axis: Int)
  /// x
  case reduction(axes: [Int], keepsAxes: Bool, isMean: Bool)
  /// x; the mean of every channel, as [N, C, 1, 1]
  case globalAverage
  /// x; the result has the dimensions of the output
  case reshape
  /// x; the result has the dimensions of the output
  case broadcast
  /// x; axis i of the result is axis `order[i]`
  case transpose([Int])
  /// x
  case slice(axis: Int, Range<Int>)
  /// x…
  case concatenate(axis: Int)
  /// x
  case pad([PaddedAxis], value: Float)
  /// x
  case maxPooling(PoolingWindow)
  /// x; the mean of the elements of each window that are no padding
  case averagePooling(PoolingWindow)
  /// x
  case resize(from: Pair, to: Pair, ResizeMode)
  /// table, indices; along the first axis
  case gather

  /// A short name for the results.
  var name: String {
    switch self {
    case .convolution: "convolution"
    case .linear: "linear"
    case .matrixProduct: "product"
    case .layerNorm: "layer_norm"
    case .instanceNorm: "instance_norm"
    case .activation(let activation): activation.rawValue
    case .function(let function): function.rawValue
    case .clamp: "clamp"
    case .binary(let function): function.rawValue
    case .softmax: "softmax"
    case .logSoftmax: "log_softmax"
    case .reduction(_, _, let isMean): isMean ? "mean" : "sum"
    case .globalAverage: "global_average"
    case .reshape: "reshape"
    case .broadcast: "broadcast"
    case .transpose: "transpose"
    case .slice: "slice"
    case .concatenate: "concatenate"
    case .pad: "pad"
    case .maxPooling: "max_pool"
    case .averagePooling: "average_pool"
    case .resize: "resize"
    case .gather: "gather"
    }
  }
}

/// A pooling window whose padding says exactly which windows there are.
struct PoolingWindow {
  let kernel: Pair
  let stride: Pair
  let padding: Padding
}
