import Tensor

/// What keeps an operation off Apple's Neural Engine. The article on exporting says where each rule comes from.
enum CoreMLAdvice {
  /// Rows of a softmax that are longer are cut into pieces of memory that the engine cannot hold at once.
  private static let longAxis = 1024
  /// The largest side of a kernel that the rules count as usual.
  private static let largeKernel = 7

  static func problem(_ node: Program.Node, in program: Program) -> ExportProblem? {
    if let obstacle = MILTranslation.obstacle(to: node, in: program) {
      return ExportProblem(
        isBlocking: true, reason: obstacle, advice: "rewrite it with fewer axes and with weights that are constants")
    }
    let operands = node.inputs.map { program[$0].dimensions.map { $0.extent(batch: 1) } }
    let result = program[node.output].dimensions.map { $0.extent(batch: 1) }
    return problem(node.primitive, operands: operands, result: result)
  }

  private static func problem(_ primitive: Primitive, operands: [[Int]], result: [Int]) -> ExportProblem? {
    let rank = (operands + [result]).map(\.count).max() ?? 0
    if rank > 4 {
      return ExportProblem(
        reason: "it has \(rank) axes; the engine's format is four axes with channels in front",
        advice: "join axes, or cut windows by slices instead of a reshape to more axes")
    }
    switch primitive {
    case .gather:
      return ExportProblem(reason: "the engine does not gather", advice: "use slices or a table that is a constant")
    case .convolution(let options): return convolution(options, weight: operands[1])
    case .linear where result.count > 2:
      return ExportProblem(
        reason: "a linear layer over tokens with channels last is copied into the engine's format",
        advice: "use a convolution of 1×1 on an image [N, C, 1, T]")
    case .layerNorm:
      return ExportProblem(
        reason: "a layer norm over channels that are last is copied into the engine's format",
        advice: "normalise the second axis of an image, or use a batch norm, which is folded")
    case .transpose:
      return ExportProblem(
        reason: "a transposition copies memory", advice: "keep channels in front between convolutions and attention")
    case .softmax(let axis) where result[axis] > longAxis:
      return ExportProblem(
        reason: "a softmax over \(result[axis]) elements makes scores that do not fit into the engine's cache",
        advice: "attend inside of windows, or to fewer keys")
    case .activation(.hardSwish):
      return ExportProblem(
        reason: "hard swish was measured to be slow on the engine, unlike GELU and ReLU",
        advice: "train with ReLU or GELU")
    case .maxPooling(let window), .averagePooling(let window): return pooling(window)
    case .concatenate where operands.count > 1 && operands.contains(where: { $0.count == 3 }):
      return ExportProblem(
        reason: "joining tokens copies memory", advice: "add what is joined, or pool instead of using a class token")
    default: return nil
    }
  }

  private static func convolution(_ options: ConvolutionOptions, weight: [Int]) -> ExportProblem? {
    if options.dilation != 1 {
      return ExportProblem(
        reason: "dilated convolutions are known not to run on every engine",
        advice: "use a larger stride or pooling before")
    }
    if weight[2...].contains(where: { $0 > largeKernel }) {
      let cutsPatches = options.stride == Pair(weight[2], weight[3])
      return ExportProblem(
        reason: "a kernel of \(weight[2])×\(weight[3]) is larger than the engine's fast ones",
        advice: cutsPatches ? "make patches by convolutions of 3×3 with stride 2" : "stack kernels of 3×3")
    }
    if options.groups > 1 && weight[1] > 1 && weight[0] / options.groups < 8 {
      return ExportProblem(
        reason: "\(options.groups) groups of \(weight[1]) channels leave most of the engine idle",
        advice: "use depthwise convolutions or fewer groups")
    }
    return nil
  }

  private static func pooling(_ window: PoolingWindow) -> ExportProblem? {
    guard max(window.kernel.height, window.kernel.width) > 13 || max(window.stride.height, window.stride.width) > 2
    else { return nil }
    return ExportProblem(
      reason: "a pooling of \(window.kernel.list) with stride \(window.stride.list) is outside of the usual sizes",
      advice: "pool in steps of two")
  }
}
