@testable import Tensor

extension OperationCall {
  func product() throws -> [Tensor]? {
    switch reference.operation {
    case "conv2d":
      let padding = try ints("padding")
      let options = ConvolutionOptions(
        stride: try pair("stride"),
        padding: Padding(top: padding[0], bottom: padding[1], left: padding[2], right: padding[3]),
        dilation: try pair("dilation"), groups: try int("groups"))
      return [convolution(x, weight: inputs[1], bias: input("bias"), options: options)]
    case "linear": return [linear(x, weight: inputs[1], bias: input("bias"))]
    case "matmul":
      return [
        x.matrixProduct(
          inputs[1], transposingLeft: try bool("transpose_a"), transposingRight: try bool("transpose_b"))
      ]
    case "scaled_dot_product_attention":
      let scale = try float("scale")
      guard (scale * Float(x.shape[-1]).squareRoot() - 1).magnitude < 1e-6 else {
        throw Failure(description: "attention scales by 1 / √d, the case by \(scale)")
      }
      return [attention(queries: x, keys: inputs[1], values: inputs[2])]
    default: return nil
    }
  }

  func batchNormalization() throws -> Results? {
    guard reference.operation == "batch_norm" || reference.operation == "batch_norm_activation" else {
      return nil
    }
    let isTraining = try bool("training")
    let running = RunningStatistics(
      mean: inputs[3].copied(), variance: inputs[4].copied(), momentum: try float("momentum"))
    let y = batchNorm(
      x, weight: inputs[1], bias: inputs[2], running: running, isTraining: isTraining,
      epsilon: try float("eps"),
      activation: reference["activation"] == nil ? .identity : try activation(string("activation")))
    return ([y], isTraining ? ["running_mean": running.mean, "running_var": running.variance] : [:])
  }

  func layer() throws -> [Tensor]? {
    switch reference.operation {
    case "layer_norm":
      return [layerNorm(x, weight: input("weight"), bias: input("bias"), epsilon: try float("eps"))]
    case "group_norm":
      return [
        groupNorm(
          x, groups: try int("num_groups"), weight: input("weight"), bias: input("bias"),
          epsilon: try float("eps"))
      ]
    case "relu", "relu6", "gelu", "silu", "hardswish", "hardsigmoid", "sigmoid", "tanh":
      return [x.activated(try activation(reference.operation))]
    case "softmax": return [alongLast(try int("dim")) { $0.softmax() }]
    case "log_softmax": return [alongLast(try int("dim")) { $0.logSoftmax() }]
    case "max_relative":
      let rolls = try value("rolls") { $0.list?.map(\.ints) }.map { roll in
        guard let roll, roll.count == 2 else { throw Failure(description: "a roll of \(reference.name) is no pair") }
        return RelativeNeighbours.Roll(axis: roll[0], shift: roll[1])
      }
      let difference: RelativeNeighbours.Difference =
        try int("sign") > 0 ? .selfMinusNeighbour : .neighbourMinusSelf
      return [x.maxRelative(to: RelativeNeighbours(rolls: rolls, difference: difference), mask: input("mask"))]
    default: return nil
    }
  }

  private func activation(_ name: String) throws -> Activation {
    let renamed = ["hardswish": "hardSwish", "hardsigmoid": "hardSigmoid"][name] ?? name
    guard let activation = Activation(rawValue: renamed) else {
      throw Failure(description: "unknown activation \(name)")
    }
    return activation
  }

  /// Brings an axis to the end, where this module's softmax works, and back.
  private func alongLast(_ axis: Int, _ function: (Tensor) -> Tensor) -> Tensor {
    var order = Array(0..<x.shape.rank)
    order.swapAt(x.shape.resolve(axis), x.shape.rank - 1)
    return function(x.transposed(order)).transposed(order)
  }
}
