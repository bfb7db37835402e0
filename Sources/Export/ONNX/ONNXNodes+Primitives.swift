import Tensor

extension ONNXNodes {
  /// Adds the nodes of a primitive that depends on its operands' extents at most by those of its weight.
  mutating func translate(_ primitive: Primitive, _ x: [String], weight: [Int]) {
    switch primitive {
    case .convolution(let options):
      finish(
        "Conv", x,
        [
          .ints("dilations", options.dilation.list), .int("group", options.groups),
          .ints("kernel_shape", Array(weight.dropFirst(2))), .ints("pads", options.padding.list),
          .ints("strides", options.stride.list),
        ])
    case .matrixProduct: finish("MatMul", x)
    case .layerNorm(let epsilon): finish("LayerNormalization", x, [.int("axis", -1), .float("epsilon", epsilon)])
    case .instanceNorm(let epsilon): finish("InstanceNormalization", x, [.float("epsilon", epsilon)])
    case .activation(let activation): translate(activation, x[0])
    case .function(let function): translate(function, x[0])
    case .clamp(let lower, let upper):
      let bounds = [lower.map { number($0) } ?? ""] + (upper.map { [number($0)] } ?? [])
      finish("Clip", x + bounds)
    case .binary(let function): finish(function.onnxName, x)
    case .softmax(let axis): finish("Softmax", x, [.int("axis", axis)])
    case .logSoftmax(let axis): finish("LogSoftmax", x, [.int("axis", axis)])
    case .reduction(let axes, let keepsAxes, true):
      finish("ReduceMean", x, [.ints("axes", axes), .int("keepdims", keepsAxes ? 1 : 0)])
    case .reduction(let axes, let keepsAxes, false):
      finish("ReduceSum", x + [list(axes)], [.int("keepdims", keepsAxes ? 1 : 0)])
    case .globalAverage: finish("GlobalAveragePool", x)
    case .transpose(let order): finish("Transpose", x, [.ints("perm", order)])
    case .slice(let axis, let range):
      finish("Slice", x + [list([range.lowerBound]), list([range.upperBound]), list([axis])])
    case .concatenate(let axis): finish("Concat", x, [.int("axis", axis)])
    case .pad(let amounts, let value):
      finish("Pad", x + [list(amounts.map(\.before) + amounts.map(\.after)), number(value)])
    case .maxPooling(let window): finish("MaxPool", x, window.attributes)
    case .averagePooling(let window): finish("AveragePool", x, window.attributes)
    case .resize(let from, let size, let mode): translateResize(x[0], from, size, mode)
    case .gather: finish("Gather", x, [.int("axis", 0)])
    case .linear, .reshape, .broadcast: preconditionFailure("\(primitive.name) needs extents of the program")
    }
  }

  private mutating func translate(_ activation: Activation, _ x: String) {
    switch activation {
    case .identity: finish("Identity", [x])
    case .relu: finish("Relu", [x])
    case .relu6: finish("Clip", [x, number(0), number(6)])
    // The sequence that ONNX Runtime and others recognise and compute as one.
    case .gelu:
      let divided = step("Div", [x, number(Float(2).squareRoot())])
      let shifted = step("Add", [step("Erf", [divided]), number(1)])
      finish("Mul", [step("Mul", [x, shifted]), number(0.5)])
    case .silu: finish("Mul", [x, step("Sigmoid", [x])])
    case .hardSwish: finish("HardSwish", [x])
    case .hardSigmoid: finish("HardSigmoid", [x], [.float("alpha", 1 / 6), .float("beta", 0.5)])
    case .sigmoid: finish("Sigmoid", [x])
    case .tanh: finish("Tanh", [x])
    }
  }

  private mutating func translate(_ function: ElementFunction, _ x: String) {
    switch function {
    case .exp: finish("Exp", [x])
    case .log: finish("Log", [x])
    case .squareRoot: finish("Sqrt", [x])
    case .reciprocalSquareRoot: finish("Reciprocal", [step("Sqrt", [x])])
    case .square: finish("Mul", [x, x])
    case .absolute: finish("Abs", [x])
    }
  }

  /// The size is given by factors, so that it does not hold the batch; each is large enough to round down to its
  /// extent.
  private mutating func translateResize(_ x: String, _ from: Pair, _ size: Pair, _ mode: ResizeMode) {
    func factor(_ from: Int, _ to: Int) -> Float {
      let factor = Float(to) / Float(from)
      return Int(factor * Float(from)) < to ? factor.nextUp : factor
    }
    let factors = [1, 1, factor(from.height, size.height), factor(from.width, size.width)]
    let scales = constant(Tensor(factors), ofResult: "scales")
    finish(
      "Resize", [x, "", scales],
      mode == .nearest
        ? [
          .string("mode", "nearest"), .string("coordinate_transformation_mode", "asymmetric"),
          .string("nearest_mode", "floor"),
        ]
        : [
          .string("mode", "linear"),
          .string("coordinate_transformation_mode", mode == .bilinear ? "half_pixel" : "align_corners"),
        ])
  }
}

extension BinaryFunction {
  fileprivate var onnxName: String {
    switch self {
    case .add: "Add"
    case .subtract: "Sub"
    case .multiply: "Mul"
    case .divide: "Div"
    case .maximum: "Max"
    case .minimum: "Min"
    case .power: "Pow"
    }
  }
}

extension PoolingWindow {
  fileprivate var attributes: [ONNXAttributeProto] {
    [.ints("kernel_shape", kernel.list), .ints("pads", padding.list), .ints("strides", stride.list)]
  }
}

extension Pair {
  var list: [Int] { [height, width] }
}

extension Padding {
  /// In ONNX's order: the beginnings, then the ends.
  fileprivate var list: [Int] { [top, left, bottom, right] }
}
