import Tensor

/// A program for one picture as a function of Core ML's intermediate language.
struct MILTranslation {
  let program: Program
  private(set) var block: MILBuilder
  private let precision: CoreMLPrecision
  private var usedConstants: Set<Program.ValueID> = []
  /// Core ML's tensors have no more axes.
  static let maximumRank = 5

  /// - Parameters:
  ///   - mean: of the channels, for pixels in 0...1.
  ///   - deviation: of the channels.
  /// - Throws: ``ExportError`` that names the module of an operation that Core ML cannot express.
  init(_ program: Program, mean: [Float], deviation: [Float], precision: CoreMLPrecision) throws {
    (self.program, self.precision, block) = (program, precision, MILBuilder(precision))
    normalize(mean: mean, deviation: deviation)
    for node in program.nodes { try translate(node) }
    if precision == .float16 { cast(name(program.output), to: .float32, extents(program.output), result: "logits") }
  }

  /// The extents of a value for one picture. Where there are too many, the axis of the batch is left out.
  func extents(_ id: Program.ValueID) -> [Int] {
    let extents = program[id].dimensions.map { $0.extent(batch: 1) }
    return extents.count > MILTranslation.maximumRank && extents[0] == 1 ? Array(extents.dropFirst()) : extents
  }

  /// The type of a value.
  func type(_ id: Program.ValueID) -> MILValueType { .tensor(precision.type, extents(id)) }

  /// The name of a value in the file: letters, digits and underscores.
  func name(_ id: Program.ValueID) -> String {
    if id == program.output && precision == .float32 { return "logits" }
    let letters = program[id].name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    return "v\(id)_" + String(letters)
  }

  /// (pixel / 255 − mean) / deviation of each channel, in single precision.
  private mutating func normalize(mean: [Float], deviation: [Float]) {
    let extents = extents(program.input)
    let single = MILValueType.tensor(.float32, extents)
    let channels = Shape([1, mean.count, 1, 1])
    block.addSingleConstant(Tensor(deviation.map { 1 / (255 * $0) }, shape: channels), name: "pixel_scale")
    block.addSingleConstant(Tensor(zip(mean, deviation).map { -$0 / $1 }, shape: channels), name: "pixel_shift")
    block.add("mul", ["x": .value("image"), "y": .value("pixel_scale")], result: "scaled_image", single)
    let result = precision == .float32 ? name(program.input) : "shifted_image"
    block.add("add", ["x": .value("scaled_image"), "y": .value("pixel_shift")], result: result, single)
    if precision == .float16 { cast(result, to: .float16, extents, result: name(program.input)) }
  }

  private mutating func cast(_ name: String, to precision: CoreMLPrecision, _ extents: [Int], result: String) {
    let type = precision == .float16 ? "fp16" : "fp32"
    block.add("cast", ["x": .value(name), "dtype": .text(type)], result: result, .tensor(precision.type, extents))
  }

  /// The name of an operand, which is entered if it is a constant.
  mutating func operand(_ id: Program.ValueID) -> MILBuilder.Argument {
    let name = name(id)
    if let constant = program[id].constant, usedConstants.insert(id).inserted {
      block.addConstant(constant, name: name)
    }
    return .value(name)
  }

  private mutating func translate(_ node: Program.Node) throws {
    if let obstacle = MILTranslation.obstacle(to: node, in: program) {
      throw ExportError(node.primitive.name, in: node.scope, obstacle)
    }
    translate(node.primitive, node.inputs, node.output)
  }

  /// Why Core ML cannot express an operation; nil if it can.
  static func obstacle(to node: Program.Node, in program: Program) -> String? {
    let ranks = (node.inputs + [node.output]).map { program[$0].dimensions.count }
    switch node.primitive {
    case .linear, .convolution:
      return node.inputs.dropFirst().allSatisfy { program[$0].constant != nil }
        ? nil : "its weights are computed, Core ML wants constants"
    case .reshape, .activation, .function, .clamp: break
    case .transpose(let order) where order[0] == 0: break
    default:
      if ranks.contains(where: { $0 > maximumRank }) { return "it has more than \(maximumRank) axes" }
    }
    // The axis of the batch may be left out.
    return ranks.contains { $0 > maximumRank + 1 } ? "it has more than \(maximumRank) axes besides the batch" : nil
  }

  /// Adds an operation that gives a value of the program.
  mutating func add(
    _ type: String, _ arguments: KeyValuePairs<String, MILBuilder.Argument>, as output: Program.ValueID
  ) {
    block.add(type, arguments, result: name(output), self.type(output))
  }

  /// Adds an operation on the way to a value of the program and gives its name; the result has the value's extents.
  mutating func step(
    _ type: String, _ arguments: KeyValuePairs<String, MILBuilder.Argument>, _ suffix: String,
    to output: Program.ValueID,
    extents: [Int]? = nil
  ) -> MILBuilder.Argument {
    let result = name(output) + "_" + suffix
    block.add(type, arguments, result: result, .tensor(precision.type, extents ?? self.extents(output)))
    return .value(result)
  }

  /// Whether the axis of the batch is left out of a value.
  func dropsBatch(_ id: Program.ValueID) -> Bool { extents(id).count < program[id].dimensions.count }
}
