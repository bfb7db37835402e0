import Tensor

extension MILTranslation {
  /// Adds the operations of a primitive.
  mutating func translate(_ primitive: Primitive, _ inputs: [Program.ValueID], _ output: Program.ValueID) {
    let operands = inputs.map { operand($0) }
    let x = operands[0]
    switch primitive {
    case .convolution(let options): translateConvolution(options, operands, output)
    case .linear:
      if operands.count > 2 {
        add("linear", ["x": x, "weight": operands[1], "bias": operands[2]], as: output)
      } else {
        add("linear", ["x": x, "weight": operands[1]], as: output)
      }
    case .matrixProduct:
      add("matmul", ["x": x, "y": operands[1], "transpose_x": .flag(false), "transpose_y": .flag(false)], as: output)
    case .layerNorm(let epsilon):
      add(
        "layer_norm",
        [
          "x": x, "axes": .integers([extents(inputs[0]).count - 1]), "gamma": operands[1], "beta": operands[2],
          "epsilon": .number(epsilon),
        ], as: output)
    case .instanceNorm(let epsilon):
      add(
        "instance_norm", ["x": x, "gamma": operands[1], "beta": operands[2], "epsilon": .number(epsilon)], as: output)
    case .activation(let activation): translate(activation, x, output)
    case .function(let function): translate(function, x, output)
    case .clamp(let lower, let upper): translateClamp(x, lower, upper, output)
    case .binary(let function): add(function.milName, ["x": x, "y": operands[1]], as: output)
    case .softmax(let axis): add("softmax", ["x": x, "axis": .integer(axis)], as: output)
    case .logSoftmax(let axis):
      var extents = extents(output)
      extents[axis] = 1
      let total = step(
        "reduce_log_sum_exp", ["x": x, "axes": .integers([axis]), "keep_dims": .flag(true)], "total", to: output,
        extents: extents)
      add("sub", ["x": x, "y": total], as: output)
    case .reduction(let axes, let keepsAxes, let isMean):
      add(
        isMean ? "reduce_mean" : "reduce_sum",
        ["x": x, "axes": .integers(axes), "keep_dims": .flag(keepsAxes)], as: output)
    case .globalAverage:
      add("reduce_mean", ["x": x, "axes": .integers([2, 3]), "keep_dims": .flag(true)], as: output)
    case .reshape: add("reshape", ["x": x, "shape": .integers(extents(output))], as: output)
    case .broadcast: translateBroadcast(x, inputs[0], output)
    case .transpose(let order):
      let places = dropsBatch(output) ? order.filter { $0 != 0 }.map { $0 - 1 } : order
      add("transpose", ["x": x, "perm": .integers(places)], as: output)
    case .slice(let axis, let range): translateSlice(x, axis, range, extents(inputs[0]), output)
    case .concatenate(let axis):
      add(
        "concat", ["values": .values(inputs.map(name)), "axis": .integer(axis), "interleave": .flag(false)], as: output)
    case .pad(let amounts, let value):
      add(
        "pad",
        [
          "x": x, "pad": .integers(amounts.flatMap { [$0.before, $0.after] }), "mode": .text("constant"),
          "constant_val": .number(value),
        ], as: output)
    case .maxPooling(let window):
      add(
        "max_pool",
        [
          "x": x, "kernel_sizes": .integers(window.kernel.list), "strides": .integers(window.stride.list),
          "pad_type": .text("custom"), "pad": .integers(window.padding.pairs), "ceil_mode": .flag(false),
        ], as: output)
    case .averagePooling(let window):
      add(
        "avg_pool",
        [
          "x": x, "kernel_sizes": .integers(window.kernel.list), "strides": .integers(window.stride.list),
          "pad_type": .text("custom"), "pad": .integers(window.padding.pairs), "ceil_mode": .flag(false),
          "exclude_padding_from_average": .flag(true),
        ], as: output)
    case .resize(_, let size, let mode): translateResize(x, size, mode, output)
    case .gather: add("gather", ["x": x, "indices": operands[1], "axis": .integer(0)], as: output)
    }
  }

  private mutating func translateConvolution(
    _ options: ConvolutionOptions, _ operands: [MILBuilder.Argument], _ output: Program.ValueID
  ) {
    let (strides, dilations) = (options.stride.list, options.dilation.list)
    let (pad, groups) = (options.padding.pairs, options.groups)
    if operands.count > 2 {
      add(
        "conv",
        [
          "x": operands[0], "weight": operands[1], "bias": operands[2], "strides": .integers(strides),
          "pad_type": .text("custom"), "pad": .integers(pad), "dilations": .integers(dilations),
          "groups": .integer(groups),
        ], as: output)
    } else {
      add(
        "conv",
        [
          "x": operands[0], "weight": operands[1], "strides": .integers(strides), "pad_type": .text("custom"),
          "pad": .integers(pad), "dilations": .integers(dilations), "groups": .integer(groups),
        ], as: output)
    }
  }

  private mutating func translate(_ activation: Activation, _ x: MILBuilder.Argument, _ output: Program.ValueID) {
    func slopes(_ x: MILBuilder.Argument) -> KeyValuePairs<String, MILBuilder.Argument> {
      ["x": x, "alpha": .number(1 / 6), "beta": .number(0.5)]
    }
    switch activation {
    case .identity: add("identity", ["x": x], as: output)
    case .relu: add("relu", ["x": x], as: output)
    case .relu6: add("relu6", ["x": x], as: output)
    case .gelu: add("gelu", ["x": x, "mode": .text("EXACT")], as: output)
    case .silu: add("silu", ["x": x], as: output)
    case .hardSwish:
      let gate = step("sigmoid_hard", slopes(x), "gate", to: output)
      add("mul", ["x": x, "y": gate], as: output)
    case .hardSigmoid: add("sigmoid_hard", slopes(x), as: output)
    case .sigmoid: add("sigmoid", ["x": x], as: output)
    case .tanh: add("tanh", ["x": x], as: output)
    }
  }

  private mutating func translate(_ function: ElementFunction, _ x: MILBuilder.Argument, _ output: Program.ValueID) {
    switch function {
    case .exp: add("exp", ["x": x], as: output)
    case .log: add("log", ["x": x, "epsilon": .number(0)], as: output)
    case .squareRoot: add("sqrt", ["x": x], as: output)
    case .reciprocalSquareRoot: add("rsqrt", ["x": x, "epsilon": .number(0)], as: output)
    case .square: add("square", ["x": x], as: output)
    case .absolute: add("abs", ["x": x], as: output)
    }
  }

  /// A lower bound that half precision rounds to zero is raised to the smallest normal number: it guards a division.
  private mutating func translateClamp(
    _ x: MILBuilder.Argument, _ lower: Float?, _ upper: Float?, _ output: Program.ValueID
  ) {
    let smallest = block.weights.precision == .float16 ? Float(0x1p-14) : .leastNormalMagnitude
    let lower = lower.map { $0 > 0 ? max($0, smallest) : $0 }
    switch (lower, upper) {
    case (let lower?, let upper?): add("clip", ["x": x, "alpha": .number(lower), "beta": .number(upper)], as: output)
    case (let lower?, nil): add("maximum", ["x": x, "y": .number(lower)], as: output)
    case (nil, let upper?): add("minimum", ["x": x, "y": .number(upper)], as: output)
    case (nil, nil): add("identity", ["x": x], as: output)
    }
  }

  private mutating func translateBroadcast(
    _ x: MILBuilder.Argument, _ input: Program.ValueID, _ output: Program.ValueID
  ) {
    let target = extents(output)
    let padded = Array(repeating: 1, count: target.count - extents(input).count) + extents(input)
    let value =
      padded == extents(input)
      ? x : step("reshape", ["x": x, "shape": .integers(padded)], "padded", to: output, extents: padded)
    add("tile", ["x": value, "reps": .integers(zip(target, padded).map { $0 / $1 })], as: output)
  }

  private mutating func translateSlice(
    _ x: MILBuilder.Argument, _ axis: Int, _ range: Range<Int>, _ extents: [Int], _ output: Program.ValueID
  ) {
    var (begin, end) = (extents.map { _ in 0 }, extents)
    (begin[axis], end[axis]) = (range.lowerBound, range.upperBound)
    add("slice_by_index", ["x": x, "begin": .integers(begin), "end": .integers(end)], as: output)
  }

  private mutating func translateResize(
    _ x: MILBuilder.Argument, _ size: Pair, _ mode: ResizeMode, _ output: Program.ValueID
  ) {
    let (height, width) = (MILBuilder.Argument.integer(size.height), MILBuilder.Argument.integer(size.width))
    if mode == .nearest {
      add(
        "resize_nearest_neighbor", ["x": x, "target_size_height": height, "target_size_width": width], as: output)
    } else {
      let sampling = mode == .bilinear ? "UNALIGN_CORNERS" : "STRICT_ALIGN_CORNERS"
      add(
        "resize_bilinear",
        ["x": x, "target_size_height": height, "target_size_width": width, "sampling_mode": .text(sampling)],
        as: output)
    }
  }
}

extension BinaryFunction {
  fileprivate var milName: String {
    switch self {
    case .add: "add"
    case .subtract: "sub"
    case .multiply: "mul"
    case .divide: "real_div"
    case .maximum: "maximum"
    case .minimum: "minimum"
    case .power: "pow"
    }
  }
}

extension Padding {
  /// In Core ML's order: beginning and end of the rows, then of the columns.
  fileprivate var pairs: [Int] { [top, bottom, left, right] }
}
